"""Memberships in lists of a system. Nobody reads them back, so what we know of them is what we wrote, merged or must doubt.

Observed they are `[True or False, ...]`, or `[None, ...]` where an attempt to write them ended without an answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from connector.store.due import SETTLED
from connector.store.intake.directory import Entry
from connector.store.intake.records.sightings import FIRST
from connector.store.intake.work import Work
from connector.store.sql.codec import dumps

LIST = "list:"  # properties that are memberships begin so


def keep_memberships(work: Work, old: Entry, new: Entry) -> None:
    """The survivor of a merge is in the lists of both."""
    if old.body is None or LIST not in old.body:
        return
    shown = _body(new)
    found = {
        name: seen[0]
        for name, seen in orjson.loads(old.body).items()
        if name.startswith(LIST) and seen and seen[0] is not False
    }
    _note(work, new, {name: is_ for name, is_ in found.items() if not (shown.get(name) or [0])[0]})


def doubt_memberships(work: Work, entry: Entry, names: Iterable[str]) -> None:
    """Nobody knows whether these were written: whatever is wanted is written once more."""
    shown = _body(entry)
    _note(work, entry, {n: None for n in names if n.startswith(LIST) and _known(shown.get(n))})


def _known(seen: Any) -> bool:
    return seen is None or seen[0] is not None


def _body(entry: Entry) -> dict[str, Any]:
    return {} if entry.body is None else dict(orjson.loads(entry.body))


def _note(work: Work, entry: Entry, memberships: dict[str, bool | None]) -> None:
    if not memberships:
        return
    delta = {name: [is_, is_, work.now, 1] for name, is_ in memberships.items()}
    entry.body = dumps({**_body(entry), **delta})
    seen_at = FIRST if entry.seen_at is None else entry.seen_at
    work.sightings.append(
        (work.tx.entry(), entry.id, work.now, work.now, 1, dumps(delta), None, None)
    )
    work.observed[entry.id] = (entry.id, seen_at, entry.body, entry.keys)
    work.touch(entry.contact, SETTLED)
