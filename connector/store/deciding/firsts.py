"""When it began with a person: the earliest activity, and when we first saw a record of theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from connector.decide.place.machine import by_machine
from connector.model.person.touch import Touch
from connector.model.rules import Signal
from connector.store.sql.moment import from_ms
from connector.store.sql.transaction import Row, Transaction

_ACTIVITY = (
    "SELECT a.ref, a.at, k.text, s.text, d.body, i.at FROM activity a"
    " JOIN word k ON k.id = a.kind JOIN word s ON s.id = a.asset JOIN intake i ON i.id = a.intake"
    " LEFT JOIN activity_detail d ON d.ref = a.ref AND d.at = a.at AND d.key = a.key"
)
_FIRST = f"{_ACTIVITY} JOIN ref r ON r.id = a.ref WHERE r.id IN [?] AND a.at = (SELECT MIN(b.at) FROM activity b WHERE b.ref = r.id) ORDER BY a.at, a.ref, a.key"  # noqa: S608  (ours)
_KNOWN = f"{_ACTIVITY} WHERE a.ref IN [?] AND i.at <= ? ORDER BY a.at, a.ref, a.key"
_EVERY = f"{_ACTIVITY} WHERE a.ref IN [?] ORDER BY a.at, a.ref, a.key"
_SEEN = (
    "SELECT s.ref, s.recorded_at FROM sighting s WHERE s.id IN"
    " (SELECT MIN(id) FROM sighting WHERE ref IN [?] GROUP BY ref) ORDER BY s.id"
)


@dataclass(slots=True)
class Firsts:
    """By contact. An activity that lay ahead counts from when we learned of it."""

    activity: dict[int, Touch] = field(default_factory=dict)
    seen: dict[int, datetime] = field(default_factory=dict)


def firsts(
    tx: Transaction,
    holders: Mapping[int, int],
    machines: Sequence[Signal],
    learned_until: int | None = None,
) -> Firsts:
    """Of these records (ref -> contact), also those that are gone; with a limit, as it was known then.

    What one of the `machines` did is no beginning: only where it came first, the activities after it are read.
    """
    found, refs = Firsts(), sorted(holders)
    if not refs:
        return found
    if learned_until is None:
        rows = tx.rows(_FIRST, refs)
        hidden = {row[0] for row in rows} - {row[0] for row in rows if not _machines(machines, row)}
        if hidden:
            rows = [row for row in rows if row[0] not in hidden]
            rows += tx.rows(_EVERY, sorted(hidden))
    else:
        rows = tx.rows(_KNOWN, refs, learned_until)
    for row in rows:
        ref, at, kind, asset, body, learned = row
        contact, moment = holders[ref], from_ms(min(at, learned))
        earlier = contact not in found.activity or moment < found.activity[contact].at
        if earlier and not _machines(machines, row):
            found.activity[contact] = Touch(moment, kind, asset, _detail(body))
    for ref, recorded in tx.rows(_SEEN, refs):
        if learned_until is None or recorded <= learned_until:
            moment = from_ms(recorded)
            found.seen[holders[ref]] = min(moment, found.seen.get(holders[ref], moment))
    return found


def _machines(machines: Sequence[Signal], row: Row) -> bool:
    _, _, kind, asset, body, _ = row
    mine = [machine for machine in machines if machine.kind == kind]
    return bool(mine) and by_machine(mine, kind, asset, _detail(body))


def _detail(body: str | None) -> Mapping[str, Any] | None:
    return None if body is None else orjson.loads(body)
