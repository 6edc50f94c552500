"""What was known and decided, then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson

from connector.decide.fields.lossy import in_words
from connector.model.person.contact import Observed
from connector.model.person.decision import Decision
from connector.model.systems.ref import Ref
from connector.store.deciding.fields import Bodies
from connector.store.recall.undone import undone
from connector.store.sql.codec import hub, restored
from connector.store.sql.moment import from_ms, maybe_ms, to_ms
from connector.store.sql.transaction import Transaction
from connector.store.sql.words import Homes

Parted = Mapping[Ref, Mapping[str, Observed]]
LEARNED = "recorded_at"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One decision as the ledger keeps it, with what it made us want and what became of that.

    `undone`: when an undo gave back the standing from before it; None: it was not, as known at the moment asked about.
    """

    id: int
    decision: Decision
    wanted: tuple[Wanted, ...] = ()
    undone: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """One change of one record; `receipts` are the answers so far, oldest first: (state, code, when).

    `lossy` says of properties what they cannot hold.
    """

    ref: Ref
    fields: Mapping[str, Any]
    receipts: tuple[tuple[str, str, datetime], ...]
    lossy: Mapping[str, str] = field(default_factory=dict)


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
    wanted, everyone = _wanted(tx, contact), everyone_in(tx, contact)
    limit = maybe_ms(at)
    back = undone(tx, None if at is None else at + timedelta(milliseconds=1), everyone)
    return tuple(
        Recorded(number, restored(Decision, body), tuple(wanted.get(number, ())), back.get(number))
        for number, moment, body in tx.rows(
            "SELECT id, at, body FROM decision WHERE contact IN [?] ORDER BY id",
            everyone,
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
        kept = orjson.loads(body)
        said = tuple(receipts.get(number, ()))
        one = Wanted(Ref(platform, kind, record), kept["fields"], said, _lossy(kept))
        found.setdefault(decision, []).append(one)
    return found


def _lossy(kept: Mapping[str, Any]) -> dict[str, str]:
    fields, values = kept["fields"], kept["values"]
    return {
        name: in_words(name, fields.get(name), hub(values.get(name)), sent=name in fields)
        for name in kept.get("lossy", ())
    }


def refs_of(tx: Transaction, contact: int) -> dict[int, Ref]:
    """All records a contact ever had."""
    homes = Homes(tx)
    return {
        number: Ref(*homes.place(home), key)
        for number, home, key in tx.rows(
            "SELECT id, home, key FROM ref WHERE contact = ? ORDER BY id", contact
        )
    }


def links(tx: Transaction, contact: int) -> Mapping[Ref, str]:
    """By what each record of a contact was linked, as the last word on it says."""
    refs = refs_of(tx, contact)
    why: dict[int, str] = dict(
        tx.rows(
            "SELECT ref, why FROM link WHERE ref IN [?] AND role = 'contact' ORDER BY id",
            list(refs),
        )
    )
    return {ref: str(why.get(number, "")) for number, ref in refs.items()}


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
    return parted_at(tx, contact, at)[0]


def parted_at(
    tx: Transaction, contact: int, at: datetime, *, hindsight: bool = False
) -> tuple[Parted, Parted]:
    """The same, and apart from it what was observed of records that were gone or moved by then.

    With `hindsight` as it was then by what is known now: what changed until `at`, whenever we learned it.
    """
    return parted(tx, refs_of(tx, contact), at, hindsight=hindsight)


def parted(
    tx: Transaction, refs: Mapping[int, Ref], at: datetime, *, hindsight: bool
) -> tuple[Parted, Parted]:
    """The same for these records."""
    living, away = _bodies(tx, refs, to_ms(at), "at" if hindsight else LEARNED)
    return _decoded(living), _decoded(away)


def bodies_at(
    tx: Transaction, refs: Mapping[int, Ref], limit: int
) -> Mapping[Ref, Mapping[str, Any]]:
    """Observed bodies as the ledger tells them up to a moment; records gone or moved by then are left out."""
    return _bodies(tx, refs, limit)[0]


def _bodies(
    tx: Transaction, refs: Mapping[int, Ref], limit: int, by: str = LEARNED
) -> tuple[dict[Ref, dict[str, Any]], dict[Ref, dict[str, Any]]]:
    """Of records that were there, and of those that were not any more; in the order of the refs. `by`: the time that counts."""
    gone = _away(tx, list(refs), limit, by)
    bodies: dict[int, dict[str, Any]] = {}
    for ref, delta in tx.rows(
        f"SELECT ref, delta FROM sighting WHERE ref IN [?] AND {by} <= ? ORDER BY id",  # noqa: S608  (ours)
        list(refs),
        limit,
    ):
        bodies.setdefault(ref, {}).update(orjson.loads(delta))
    living = {ref: bodies[n] for n, ref in refs.items() if n in bodies and n not in gone}
    return living, {ref: bodies[n] for n, ref in refs.items() if n in bodies and n in gone}


def _away(tx: Transaction, refs: Sequence[int], limit: int, by: str) -> set[int]:
    away: set[int] = set()
    for ref, kind in tx.rows(
        f"SELECT ref, kind FROM redirect WHERE ref IN [?] AND {by} <= ? ORDER BY id",  # noqa: S608  (ours)
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
