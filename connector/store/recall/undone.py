"""Decisions that an undone plan gave back: they were made, and nothing of them stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connector.store.sql.moment import from_ms, maybe_ms
from connector.store.sql.transaction import Transaction

_BACK = (
    " FROM restored r JOIN plan p ON p.id = r.plan JOIN activation v ON v.plan = p.undoes"
    " JOIN decision u ON u.contact = r.contact AND u.track = r.track AND u.id > v.id AND u.id < r.id WHERE TRUE"
)
NOT_BACK_BY = f"d.id NOT IN (SELECT u.id{_BACK} AND r.at < ?)"
"""Of a decision `d`: it was not given back before a moment."""


def undone(
    tx: Transaction, until: datetime | None = None, contacts: Sequence[int] | None = None
) -> dict[int, datetime]:
    """Numbers of decisions that were given back before `until`, with when; of everybody, or of these contacts."""
    sql, values = f"SELECT u.id, min(r.at){_BACK}", list[object]()
    limit = maybe_ms(until)
    if limit is not None:
        sql, values = f"{sql} AND r.at < ?", [limit]
    if contacts is not None:
        sql, values = f"{sql} AND r.contact IN [?]", [*values, list(contacts)]
    return {number: from_ms(at) for number, at in tx.rows(f"{sql} GROUP BY u.id", *values)}
