"""Records of owners: users and queues, and through them the roster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from connector.model.systems.reading import Reading
from connector.model.systems.ref import Ref
from connector.store.deciding.leavers import pausing, shelve_leavers, waiting_for
from connector.store.deciding.roster import move_on
from connector.store.due import LEFT, OWNER
from connector.store.intake.directory import Entry
from connector.store.intake.records.sightings import observe
from connector.store.intake.work import Work
from connector.store.sql.codec import dumps
from connector.store.tables import projections

QUEUE = "Group"  # api-contracts B.8: queues are Groups
_IN_WANT = (
    "SELECT DISTINCT contact FROM shelf WHERE origin = 'decide' AND code LIKE ?"
    " AND state IN ('open', 'retry') AND contact IS NOT NULL"
)


def meet_owners(work: Work, readings: Sequence[Reading]) -> None:
    """Note what owners' records show; the roster moves on if it concerns it."""
    changed: dict[int, Entry] = {}
    moved: list[Entry] = []  # went away, or came back
    for reading in readings:
        entry = work.refs[reading.ref]
        if entry.body is None:
            work.links.append((work.tx.entry(), entry.id, "owner", 0, None, work.now, "owner"))
        before = entry.keys
        if observe(work, entry, reading) and entry.keys != before:
            changed[entry.id] = entry
            moved += [entry] if _away(before) != _away(entry.keys) else []
    if not changed:
        return
    event = max(row[0] for row in work.sightings if row[1] in changed)
    work.save()
    rows = [owner_row(e.id, work.homes.place(e.home)[1], e.keys) for e in changed.values()]
    work.tx.put(projections.owner, rows)
    move_on(work.tx, event)
    for contact in waiting_for(work.tx, work.keeping, [_ref(work, e) for e in changed.values()]):
        work.touch(contact, LEFT)
    for contact in pausing(work.tx, work.keeping, [_ref(work, e) for e in moved]) if moved else ():
        work.touch(contact, OWNER)
    for (contact,) in work.tx.rows(_IN_WANT, "OWNER%"):  # what they lack may be there now
        work.touch(contact, OWNER)
    shelve_leavers(work.tx, work.keeping, work.now)


def _away(keys: str | None) -> Any:
    return None if keys is None else dict(orjson.loads(keys)).get("away_until")


def _ref(work: Work, entry: Entry) -> Ref:
    return Ref(*work.homes.place(entry.home), entry.key)


def owner_row(ref: int, kind: str, keys: str) -> tuple[int, str, str]:
    """The roster's row of one record: by lower-case e-mail, a queue by its name."""
    shown: dict[str, Any] = dict(orjson.loads(keys))
    queue = kind == QUEUE
    key = str(shown.get("name" if queue else "email") or "")
    return ref, key if queue else key.lower(), dumps({**shown, "queue": queue})
