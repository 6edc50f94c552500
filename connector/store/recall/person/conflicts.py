"""Edits that lost, as the ledger lists them, with the values where they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from connector.model.systems.ref import Ref
from connector.store.recall.person.history import everyone_in
from connector.store.sql.codec import hub
from connector.store.sql.moment import from_ms, to_ms
from connector.store.sql.transaction import Row, Transaction
from connector.store.sql.words import Homes

_COLUMNS = "id, contact, ref, property, field, rule, winner, sighting, decision, known, at"


@dataclass(frozen=True, slots=True)
class Lost:
    """One edit that a write of ours was put over. `edited_at` is when it was first seen there (None: with the record itself).

    `known`: the record whose value won had shown this one before it was edited; a later edit followed an earlier one.

    `value` and `put` are personal: what was lost, and what stands there since, as our value or else the vendor's form.
    """

    id: int
    contact: int
    ref: Ref
    property: str
    field: str
    rule: str
    winner: Ref | None
    decision: int | None
    known: bool
    at: datetime
    edited_at: datetime | None
    value: Any
    put: Any


@dataclass(frozen=True, slots=True)
class Losses:
    """Edits that lost in a period: how many by (field, rule), the most frequent first; and the latest of them.

    Of each the second number counts those that nobody at the winning record had been shown.
    """

    counts: Mapping[tuple[str, str], tuple[int, int]]
    rows: tuple[Lost, ...]


def losses(
    tx: Transaction,
    since: datetime,
    until: datetime,
    field: str | None,
    limit: int,
    *,
    known: bool,
) -> Losses:
    """`since` included, `until` not; of one field or of all; at most `limit` rows, but all are counted.

    Not `known`: the rows are only those that nobody at the winning record had been shown.
    """
    where, values = _where(since, until, field)
    which = "" if known else " AND known = 0"
    rows = _told(tx, f"{where}{which} ORDER BY id DESC LIMIT ?", *values, limit)
    return Losses(_tally(tx, where, values), rows)


def _tally(
    tx: Transaction, where: str, values: Sequence[Any]
) -> Mapping[tuple[str, str], tuple[int, int]]:
    rows = tx.rows(
        f"SELECT field, rule, count(*), sum(1 - known) FROM conflict WHERE {where} GROUP BY field, rule"  # noqa: S608  (ours)
        " ORDER BY count(*) DESC, field, rule",
        *values,
    )
    return {(name, rule): (count, int(unseen)) for name, rule, count, unseen in rows}


def lost_of(tx: Transaction, contact: int, until: datetime) -> tuple[Lost, ...]:
    """All of one contact up to a moment, oldest first, also under numbers that became this one."""
    return _told(
        tx, "contact IN [?] AND at <= ? ORDER BY id", everyone_in(tx, contact), to_ms(until)
    )


def _where(since: datetime, until: datetime, field: str | None) -> tuple[str, list[Any]]:
    period = [to_ms(since), to_ms(until)]
    if field is None:
        return "at >= ? AND at < ?", period
    return "at >= ? AND at < ? AND field = ?", [*period, field]


def _told(tx: Transaction, where: str, *values: Any) -> tuple[Lost, ...]:
    rows = tx.rows(f"SELECT {_COLUMNS} FROM conflict WHERE {where}", *values)  # noqa: S608  (ours)
    refs = _refs(tx, {row[2] for row in rows} | {row[6] for row in rows if row[6] is not None})
    shown = _shown(tx, rows)
    return tuple(_lost(tx, row, refs, shown) for row in rows)


def _lost(
    tx: Transaction, row: Row, refs: Mapping[int, Ref], shown: Mapping[int, Mapping[str, Any]]
) -> Lost:
    number, contact, ref, name, field, rule, winner, sighting, decision, known, at = row
    seen = shown.get(sighting, {}).get(name)
    since = seen[2] if seen else 0
    return Lost(
        id=number,
        contact=contact,
        ref=refs[ref],
        property=name,
        field=field,
        rule=rule,
        winner=refs.get(winner),
        decision=decision,
        known=bool(known),
        at=from_ms(at),
        edited_at=from_ms(since) if since else None,
        value=_value(seen),
        put=_value(_put(tx, ref, number, name)),
    )


def _put(tx: Transaction, ref: int, number: int, name: str) -> Sequence[Any] | None:
    """What our write put there: its row in the ledger follows that of the conflict."""
    found = tx.one(
        "SELECT delta FROM sighting WHERE ref = ? AND id > ? AND written = 1 ORDER BY id LIMIT 1",
        ref,
        number,
    )
    told = None if found is None else orjson.loads(found[0]).get(name)
    return None if told is None else list(told)


def _value(seen: Sequence[Any] | None) -> Any:
    if seen is None:
        return None
    return seen[0] if seen[1] is None else hub(seen[1])


def _refs(tx: Transaction, numbers: set[int]) -> dict[int, Ref]:
    homes = Homes(tx)
    rows = tx.rows("SELECT id, home, key FROM ref WHERE id IN [?]", sorted(numbers))
    return {number: Ref(*homes.place(home), key) for number, home, key in rows}


def _shown(tx: Transaction, rows: Sequence[Row]) -> dict[int, Mapping[str, Any]]:
    wanted = sorted({row[7] for row in rows if row[7] is not None})
    found = tx.rows("SELECT id, delta FROM sighting WHERE id IN [?]", wanted)
    return {number: orjson.loads(delta) for number, delta in found}
