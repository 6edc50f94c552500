"""When it began with a person: the earliest activity, and when we first saw a record of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from connector.model.person.touch import Touch
from connector.store.sql.moment import from_ms
from connector.store.sql.transaction import Transaction

_ACTIVITY = (
    "SELECT a.ref, a.at, k.text, s.text, d.body, i.at FROM activity a"
    " JOIN word k ON k.id = a.kind JOIN word s ON s.id = a.asset JOIN intake i ON i.id = a.intake"
    " LEFT JOIN activity_detail d ON d.ref = a.ref AND d.at = a.at AND d.key = a.key"
)
_FIRST = f"{_ACTIVITY} JOIN ref r ON r.id = a.ref WHERE r.id IN [?] AND a.at = (SELECT MIN(b.at) FROM activity b WHERE b.ref = r.id) ORDER BY a.at, a.ref, a.key"  # noqa: S608  (ours)
_KNOWN = f"{_ACTIVITY} WHERE a.ref IN [?] AND i.at <= ? ORDER BY a.at, a.ref, a.key"
_SEEN = (
    "SELECT s.ref, s.recorded_at FROM sighting s WHERE s.id IN"
    " (SELECT MIN(id) FROM sighting WHERE ref IN [?] GROUP BY ref) ORDER BY s.id"
)


@dataclass(slots=True)
class Firsts:
    """By contact. An activity that lay ahead counts from when we learned of it."""

    activity: dict[int, Touch] = field(default_factory=dict)
    seen: dict[int, datetime] = field(default_factory=dict)


def firsts(tx: Transaction, holders: Mapping[int, int], learned_until: int | None = None) -> Firsts:
    """Of these records (ref -> contact), also those that are gone; with a limit, as it was known then."""
    found, refs = Firsts(), sorted(holders)
    if not refs:
        return found
    if learned_until is None:
        rows = tx.rows(_FIRST, refs)
    else:
        rows = tx.rows(_KNOWN, refs, learned_until)
    for ref, at, kind, asset, body, learned in rows:
        contact, moment = holders[ref], from_ms(min(at, learned))
        if contact not in found.activity or moment < found.activity[contact].at:
            detail = None if body is None else orjson.loads(body)
            found.activity[contact] = Touch(moment, kind, asset, detail)
    for ref, recorded in tx.rows(_SEEN, refs):
        if learned_until is None or recorded <= learned_until:
            moment = from_ms(recorded)
            found.seen[holders[ref]] = min(moment, found.seen.get(holders[ref], moment))
    return found
