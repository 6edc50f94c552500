"""Edits that lost: whatever a write of ours was put over is listed, with the rule that said so. The values stay in the sightings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from connector.decide.fields.plan import shown_by
from connector.model.systems.change import Change, Over
from connector.store.intake.directory import Entry
from connector.store.intake.records.memberships import LIST
from connector.store.intake.work import Work
from connector.store.sql.codec import plain
from connector.store.sql.transaction import Transaction
from connector.store.tables import ledgers

UNSAID = "overwritten"
"""The edit showed the form that was decided about, yet came later: no rule was asked."""


def note_losers(work: Work, entry: Entry, change: Change, before: Mapping[str, Any]) -> None:
    """`before`: what was observed of the properties that are written now. One row for each edit of others among them."""
    lost = {name: seen for name, seen in before.items() if _lost(change, name, seen)}
    if not lost:
        return
    shown = _sightings(work.tx, entry.id, set(lost))
    rows = []
    for name, seen in lost.items():
        over = change.over.get(name, Over(name, UNSAID))
        winner, sighting = _winner(work, over), shown.get(name)
        known = _known(work, over, winner, sighting, seen[1])
        place = (entry.contact or change.contact, entry.id, name, over.field, over.rule)
        rows.append(
            (work.tx.entry(), *place, winner, sighting, change.decision, int(known), work.now)
        )
    work.tx.insert(ledgers.conflict, rows)


def _lost(change: Change, name: str, seen: Sequence[Any] | None) -> bool:
    """Whether somebody else put there what is overwritten, and meant something by it.

    What a property of ours showed when it was first seen is the system's default, not an edit.
    """
    if seen is None or len(seen) > 3 or name.startswith(LIST):
        return False
    form, value, since = seen
    if form in (None, "") and not since:
        return False
    wanted = plain(change.values.get(name))
    if value is not None and value == wanted:
        return False
    return bool(since) or name in change.shared


def _sightings(tx: Transaction, ref: int, names: set[str]) -> dict[str, int]:
    """The latest sighting that showed each of these properties."""
    found: dict[str, int] = {}
    sql = "SELECT id, delta FROM sighting WHERE ref = ? AND written = 0 ORDER BY id DESC"
    for rows in tx.slices(sql, ref, size=50):
        for number, delta in rows:
            for name in names & orjson.loads(delta).keys():
                found.setdefault(name, number)
            if len(found) == len(names):
                return found
    return found


def _known(work: Work, over: Over, winner: int | None, sighting: int | None, value: Any) -> bool:
    """Whether the record that won had been given this value by us, before somebody put another one there."""
    mappings = work.keeping.mappings
    if winner is None or sighting is None or value is None or mappings is None:
        return False
    shows = shown_by(mappings).get(tuple(over.winner.split("/", 2)[:2]), ())
    names = [one.property for one in shows if one.name == over.field]
    sql = "SELECT delta FROM sighting WHERE ref = ? AND written = 1 AND id > ?"
    given = [orjson.loads(delta) for (delta,) in work.tx.rows(sql, winner, sighting)]
    return any((told := one.get(name)) and told[1] == value for one in given for name in names)


def _winner(work: Work, over: Over) -> int | None:
    """The record whose value won, if it is known by that name."""
    if not over.winner:
        return None
    platform, kind, key = over.winner.split("/", 2)
    home = work.homes.known(platform, kind)
    found = work.tx.one("SELECT id FROM ref WHERE home = ? AND key = ?", home or 0, key)
    return None if found is None else int(found[0])
