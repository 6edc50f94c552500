"""Decisions that an undone plan gave back: they were made, and nothing of them stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connector.store.moment import from_ms, maybe_ms
from connector.store.transaction import Transaction

_UNDONE = (
    "SELECT d.id, min(r.at) FROM restored r JOIN plan p ON p.id = r.plan JOIN applied a ON a.plan = p.undoes"
    " JOIN decision d ON d.id = a.decision WHERE d.contact = r.contact AND d.track = r.track"
)


def undone(
    tx: Transaction, until: datetime | None = None, contacts: Sequence[int] | None = None
) -> dict[int, datetime]:
    """Numbers of decisions that were given back before `until`, with when; of everybody, or of these contacts."""
    sql, values = _UNDONE, list[object]()
    limit = maybe_ms(until)
    if limit is not None:
        sql, values = f"{sql} AND r.at < ?", [limit]
    if contacts is not None:
        sql, values = f"{sql} AND r.contact IN [?]", [*values, list(contacts)]
    return {number: from_ms(at) for number, at in tx.rows(f"{sql} GROUP BY d.id", *values)}
