"""What was known and decided, then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from connector.model.contact import Observed
from connector.model.decision import Decision
from connector.model.ref import Ref
from connector.store.codec import hub, restored
from connector.store.deciding.fields import Bodies
from connector.store.moment import from_ms, maybe_ms, to_ms
from connector.store.transaction import Transaction
from connector.store.words import Homes


@dataclass(frozen=True, slots=True)
class Recorded:
    """One decision as the ledger keeps it, with what it made us want and what became of that."""

    id: int
    decision: Decision
    wanted: tuple[Wanted, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """One change of one record; `receipts` are the answers so far, oldest first: (state, code, when)."""

    ref: Ref
    fields: Mapping[str, Any]
    receipts: tuple[tuple[str, str, datetime], ...]


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What one sighting changed (or one write of ours): {property: (form, hub value)}."""

    ref: Ref
    at: datetime
    recorded_at: datetime
    written: bool
    delta: Mapping[str, tuple[Any, Any]]


def everyone_in(tx: Transaction, contact: int) -> list[int]:
    """This contact and those that turned out to be it."""
    rows = tx.rows(
        "SELECT id FROM contact WHERE id = ? OR survivor = ? ORDER BY id", contact, contact
    )
    return [number for (number,) in rows]


def history(tx: Transaction, contact: int, at: datetime | None) -> tuple[Recorded, ...]:
    """The decisions about a contact up to a moment, oldest first."""
    wanted = _wanted(tx, contact)
    limit = maybe_ms(at)
    return tuple(
        Recorded(number, restored(Decision, body), tuple(wanted.get(number, ())))
        for number, moment, body in tx.rows(
            "SELECT id, at, body FROM decision WHERE contact IN [?] ORDER BY id",
            everyone_in(tx, contact),
        )
        if limit is None or moment <= limit
    )


def _wanted(tx: Transaction, contact: int) -> dict[int, list[Wanted]]:
    rows = tx.rows(
        "SELECT id, decision, platform, kind, record, body FROM wanted WHERE contact IN [?] ORDER BY id",
        everyone_in(tx, contact),
    )
    receipts: dict[int, list[tuple[str, str, datetime]]] = {}
    for number, state, code, at in tx.rows(
        "SELECT wanted, state, code, at FROM receipt WHERE wanted IN [?] ORDER BY id",
        [row[0] for row in rows],
    ):
        receipts.setdefault(number, []).append((state, code, from_ms(at)))
    found: dict[int, list[Wanted]] = {}
    for number, decision, platform, kind, record, body in rows:
        fields = orjson.loads(body)["fields"]
        one = Wanted(Ref(platform, kind, record), fields, tuple(receipts.get(number, ())))
        found.setdefault(decision, []).append(one)
    return found


def refs_of(tx: Transaction, contact: int) -> dict[int, Ref]:
    """All records a contact ever had."""
    homes = Homes(tx)
    return {
        number: Ref(*homes.place(home), key)
        for number, home, key in tx.rows(
            "SELECT id, home, key FROM ref WHERE contact = ? ORDER BY id", contact
        )
    }


def sightings(tx: Transaction, contact: int, until: datetime | None) -> tuple[Glimpse, ...]:
    """What we saw and wrote of a contact's records up to a moment, oldest first."""
    refs = refs_of(tx, contact)
    limit = maybe_ms(until)
    return tuple(
        Glimpse(
            refs[ref],
            from_ms(at),
            from_ms(recorded_at),
            bool(written),
            {
                name: (None, None) if seen is None else (seen[0], hub(seen[1]))
                for name, seen in orjson.loads(delta).items()
            },
        )
        for ref, at, recorded_at, written, delta in tx.rows(
            "SELECT ref, at, recorded_at, written, delta FROM sighting WHERE ref IN [?] ORDER BY id",
            list(refs),
        )
        if limit is None or recorded_at <= limit
    )


def observed_at(
    tx: Transaction, contact: int, at: datetime
) -> Mapping[Ref, Mapping[str, Observed]]:
    """What was observed of a contact's records at a moment, as far as we had learned it by then."""
    return _decoded(bodies_at(tx, refs_of(tx, contact), to_ms(at)))


def bodies_at(
    tx: Transaction, refs: Mapping[int, Ref], limit: int
) -> Mapping[Ref, Mapping[str, Any]]:
    """Observed bodies as the ledger tells them up to a moment; records gone or moved by then are left out."""
    away = _away(tx, list(refs), limit)
    bodies: dict[Ref, dict[str, Any]] = {}
    for ref, delta in tx.rows(
        "SELECT ref, delta FROM sighting WHERE ref IN [?] AND recorded_at <= ? ORDER BY id",
        list(refs),
        limit,
    ):
        if ref not in away:
            bodies.setdefault(refs[ref], {}).update(orjson.loads(delta))
    return {ref: bodies[ref] for ref in refs.values() if ref in bodies}


def _away(tx: Transaction, refs: Sequence[int], limit: int) -> set[int]:
    away: set[int] = set()
    for ref, kind in tx.rows(
        "SELECT ref, kind FROM redirect WHERE ref IN [?] AND recorded_at <= ? ORDER BY id",
        list(refs),
        limit,
    ):
        if kind in ("restored", "returned"):
            away.discard(ref)
        else:
            away.add(ref)
    return away


def _decoded(
    bodies: Mapping[Ref, Mapping[str, Any]],
) -> Mapping[Ref, Mapping[str, Observed]]:
    decode = Bodies()
    return {ref: decode.observed(orjson.dumps(body).decode()) for ref, body in bodies.items()}
