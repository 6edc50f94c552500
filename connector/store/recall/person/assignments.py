"""Who got which lead, with everybody who was passed over: the assignment ledger and the decisions behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from connector.model.person.decision import Decision, Routing
from connector.store.sql.codec import restored
from connector.store.sql.moment import from_ms, to_ms
from connector.store.sql.transaction import Transaction


class Assigned(NamedTuple):
    """One assignment: the key of the contact it is about now, and by which rulebook it was decided."""

    contact: str
    at: datetime
    rulebook: str
    routing: Routing


def assignments(tx: Transaction, since: datetime, until: datetime) -> Iterator[Assigned]:
    """Those of a period (with `since`, without `until`), oldest first."""
    for rows in tx.slices(
        "SELECT COALESCE(s.key, c.key), a.at, d.body FROM assignment a"
        " JOIN decision d ON d.id = a.decision JOIN contact c ON c.id = a.contact"
        " LEFT JOIN contact s ON s.id = c.survivor"
        " WHERE a.at >= ? AND a.at < ? ORDER BY a.id",
        to_ms(since),
        to_ms(until),
    ):
        for key, at, body in rows:
            decision: Decision = restored(Decision, body)
            if decision.routing is not None:
                yield Assigned(key, from_ms(at), decision.rulebook, decision.routing)
