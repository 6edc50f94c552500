"""A record that continues another one shows its values: whose they are, and how old, comes along.

Salesforce copies a converted lead's values onto the contact (api-contracts B.7), and a merge fills the surviving record. Seen
for the first time there, what we wrote ourselves would count as sales' own, and a rep's edit as older than everything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from connector.decide.fields.plan import shown_by
from connector.model.systems.reading import Reading
from connector.store.intake.directory import Entry
from connector.store.intake.work import Work
from connector.store.sql.codec import dumps

SECOND = 1000
Seen = Sequence[Any]


class Before(NamedTuple):
    """A record that went into another one: when, the ledger's row that says so, and what it showed of each field."""

    at: int
    redirect: int
    fields: Mapping[str, list[Seen]]


def awaited(work: Work, readings: Iterable[Reading]) -> list[Entry]:
    """Records that have been named before and are seen for the first time now."""
    found = (work.refs.known(reading.ref) for reading in readings if reading.is_ == "contact")
    return [entry for entry in found if entry is not None and not entry.new and entry.body is None]


def carry(work: Work, entries: Iterable[Entry]) -> None:
    """Note of these records what they took over from those that went into them. Everything that waits is written."""
    seen = {entry.id: entry for entry in entries if entry.body is not None}
    if not seen or work.keeping.mappings is None:
        return
    work.save()
    for target, before in _predecessors(work, sorted(seen)).items():
        entry = seen[target]
        body = orjson.loads(entry.body or "{}")
        delta = _taken_over(work, entry, body, before)
        if delta:
            body.update(delta)
            entry.body = dumps(body)
            at = entry.seen_at or 0
            row = (work.tx.entry(), entry.id, at, work.now, 0, dumps(delta), None, None)
            work.sightings.append(row)
            work.observed[entry.id] = (entry.id, at, entry.body, entry.keys)
    work.save()


def _predecessors(work: Work, targets: Sequence[int]) -> dict[int, list[Before]]:
    """By record: those that went into it."""
    found: dict[int, list[Before]] = defaultdict(list)
    for target, home, body, at, event in work.tx.rows(
        "SELECT r.target, r.home, o.body, max(d.at), max(d.id) FROM ref r JOIN observed o ON o.ref = r.id"
        " JOIN redirect d ON d.ref = r.id AND d.target = r.target"
        " WHERE r.target IN [?] GROUP BY r.id, r.target, r.home, o.body ORDER BY r.id",
        list(targets),
    ):
        found[target].append(Before(at, event, _by_field(work, home, orjson.loads(body))))
    return found


def _by_field(work: Work, home: int, body: Mapping[str, Any]) -> dict[str, list[Seen]]:
    found: dict[str, list[Seen]] = defaultdict(list)
    for name, key in _shows(work, home):
        if body.get(key) is not None:
            found[name].append(body[key])
    return found


def _shows(work: Work, home: int) -> list[tuple[str, str]]:
    """(field, property) of what a kind of record shows; an owner is as old as its record says."""
    mappings = work.keeping.mappings
    if mappings is None:
        return []
    return [
        (one.name, one.property)
        for one in shown_by(mappings).get(work.homes.place(home), ())
        if one.field.type != "owner"
    ]


def _taken_over(
    work: Work, entry: Entry, body: Mapping[str, Any], before: Sequence[Before]
) -> dict[str, Any]:
    delta: dict[str, Any] = {}
    for name, key in _shows(work, entry.home):
        seen = body.get(key)
        if seen is None or len(seen) > 3 or seen[1] is None:
            continue
        alike = [
            (each.redirect, old)
            for each in before
            if not seen[2] or seen[2] >= each.at // SECOND * SECOND
            for old in each.fields.get(name, ())
            if old[1] == seen[1]
        ]
        since = _last_otherwise(work, entry, key, seen) if alike else 0
        if came := [old for event, old in alike if event > since]:
            delta |= _as_it_was(key, seen, came)
    return delta


def _last_otherwise(work: Work, entry: Entry, key: str, seen: Seen) -> int:
    """The ledger's last row that showed another value there: what came back since then, somebody typed."""
    last = 0
    for number, text in work.tx.rows(
        "SELECT id, delta FROM sighting WHERE ref = ? ORDER BY id", entry.id
    ):
        shown = orjson.loads(text)
        if key in shown and (shown[key] is None or shown[key][1] != seen[1]):
            last = number
    return last


def _as_it_was(key: str, seen: Seen, alike: Sequence[Seen]) -> dict[str, Any]:
    """Somebody's own value stays somebody's own, with the time of the edit; else it is ours."""
    own = [old[2] for old in alike if len(old) == 3]
    if not own:
        return {key: [seen[0], seen[1], max(old[2] for old in alike), 1]}
    return {} if max(own) == seen[2] else {key: [seen[0], seen[1], max(own)]}
