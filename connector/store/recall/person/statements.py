"""What people said about being contacted, as the ledger keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from connector.model.systems.ref import Ref
from connector.store.recall.person.history import refs_of
from connector.store.sql.codec import hub
from connector.store.sql.moment import from_ms, to_ms
from connector.store.sql.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Statement:
    """`value` of a field of consent, as a record began to show it (`at`, the system's time of the change; aware UTC).

    `evidence` holds the properties that its mapping names as proof, in the system's form.
    """

    ref: Ref
    field: str
    value: Any
    at: datetime
    learned_at: datetime
    evidence: Mapping[str, Any]


def statements(tx: Transaction, contact: int, until: datetime | None) -> tuple[Statement, ...]:
    """Everything said on any record the contact ever had, oldest first."""
    refs = refs_of(tx, contact)
    limit = None if until is None else to_ms(until)
    return tuple(
        Statement(
            refs[ref],
            name,
            hub(orjson.loads(value)),
            from_ms(at),
            from_ms(learned),
            orjson.loads(evidence) if evidence else {},
        )
        for ref, name, value, at, learned, evidence in tx.rows(
            "SELECT ref, field, value, at, recorded_at, evidence FROM consent WHERE ref IN [?] ORDER BY id",
            list(refs),
        )
        if limit is None or learned <= limit
    )
