"""Assets that people looked at, asked for and attended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from connector.store.sql.moment import from_ms, to_ms
from connector.store.sql.transaction import Row, Transaction

SLICE = 2000


class Consumed(NamedTuple):
    """How often one contact did one kind of thing with one asset, and when last."""

    contact: int
    kind: str
    asset: str
    times: int
    last: datetime


_ROWS = (
    "SELECT r.contact, k.text, s.text, count(DISTINCT a.key), max(a.at) FROM activity a JOIN ref r ON r.id = a.ref"
    " JOIN word k ON k.id = a.kind JOIN word s ON s.id = a.asset"
    " WHERE s.text <> '' AND a.at >= ? AND a.at < ?"
)
_BY = " GROUP BY r.contact, k.text, s.text"


def consumed_by(tx: Transaction, contact: int, until: datetime) -> tuple[Consumed, ...]:
    """What one contact consumed until then, the latest first."""
    rows = tx.rows(
        f"{_ROWS} AND r.contact = ?{_BY} ORDER BY max(a.at) DESC, s.text, k.text",
        0,
        to_ms(until) + 1,
        contact,
    )
    return tuple(_consumed(row) for row in rows)


def consumed(tx: Transaction, since: datetime, until: datetime) -> Iterator[Consumed]:
    """Everybody's, in the order of contacts; the period includes `since` and excludes `until`."""
    sql = f"{_ROWS} AND r.contact IS NOT NULL{_BY} ORDER BY r.contact, s.text, k.text"
    for rows in tx.slices(sql, to_ms(since), to_ms(until), size=SLICE):
        yield from map(_consumed, rows)


def _consumed(row: Row) -> Consumed:
    contact, kind, asset, times, last = row
    return Consumed(contact, kind, asset, times, from_ms(last))
