"""How many leads each owner has, by track and stage, and how many of them are not answered yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from connector.model.person.standing import MAIN
from connector.store.deciding.roster import move_on
from connector.store.sql.transaction import Transaction
from connector.store.tables import projections

Before = str | None
After = str | None
Seat = tuple[str, str]  # owner, track
Place = tuple[str, str, str]  # owner, track, stage


def waiting_owner(standing: str | None) -> str:
    """The owner who has not answered the hand-over of this standing; "" if nobody has to."""
    handover = None if standing is None else orjson.loads(standing)["handover"]
    if handover is None or handover["answered_at"] is not None:
        return ""
    return str(handover["owner"])


def difference(pairs: Iterable[tuple[Before, After]]) -> Counter[Seat]:
    """By how much each owner's count in a track changes when standings change."""
    counted: Counter[Seat] = Counter()
    for before, after in pairs:
        counted.subtract(_waiting(before))
        counted.update(_waiting(after))
    return Counter({seat: by for seat, by in counted.items() if by})


def count_unanswered(tx: Transaction, pairs: Iterable[tuple[Before, After]], event: int) -> bool:
    """Apply the difference; the roster moves on if there is one."""
    both = list(pairs)
    count_owned(tx, both)
    moved = difference(both)
    if not moved:
        return False
    rows = [(*seat, by) for seat, by in sorted(moved.items())]
    tx.upsert(projections.unanswered, rows, "leads = unanswered.leads + excluded.leads")
    tx.run("DELETE FROM unanswered WHERE leads = 0")
    move_on(tx, event)
    return True


def count_owned(tx: Transaction, pairs: Iterable[tuple[Before, After]]) -> None:
    """The same for everything handed over that has not gone back."""
    counted: Counter[Place] = Counter()
    for before, after in pairs:
        if before != after:
            counted.subtract(_held(before))
            counted.update(_held(after))
    rows = [(*place, by) for place, by in sorted(counted.items()) if by]
    if not rows:
        return
    tx.upsert(projections.owned, rows, "leads = owned.leads + excluded.leads")
    tx.run("DELETE FROM owned WHERE leads = 0")


def owned_by(standings: Iterable[str]) -> Counter[Place]:
    """How many of all these, by place."""
    counted: Counter[Place] = Counter()
    for body in standings:
        counted.update(_held(body))
    return counted


def _waiting(standing: str | None) -> Iterable[Seat]:
    owner = waiting_owner(standing)
    return () if standing is None or not owner else ((owner, _track(orjson.loads(standing))),)


def _held(standing: str | None) -> Iterable[Place]:
    kept = None if standing is None else orjson.loads(standing)
    if kept is None or kept["handover"] is None or not kept["owner"]:
        return ()
    return ((str(kept["owner"]), _track(kept), str(kept["stage"])),)


def _track(standing: Mapping[str, Any]) -> str:
    return str(standing.get("track", MAIN))
