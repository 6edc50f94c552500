"""How many leads each owner has, by stage, and how many of them are not answered yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import orjson

from connector.store.deciding.roster import move_on
from connector.store.sql.transaction import Transaction
from connector.store.tables import projections

Before = str | None
After = str | None


def waiting_owner(standing: str | None) -> str:
    """The owner who has not answered the hand-over of this standing; "" if nobody has to."""
    handover = None if standing is None else orjson.loads(standing)["handover"]
    if handover is None or handover["answered_at"] is not None:
        return ""
    return str(handover["owner"])


def difference(pairs: Iterable[tuple[Before, After]]) -> Counter[str]:
    """By how much each owner's count changes when standings change."""
    counted: Counter[str] = Counter()
    for before, after in pairs:
        counted[waiting_owner(before)] -= 1
        counted[waiting_owner(after)] += 1
    del counted[""]
    return Counter({owner: by for owner, by in counted.items() if by})


def count_unanswered(tx: Transaction, pairs: Iterable[tuple[Before, After]], event: int) -> bool:
    """Apply the difference; the roster moves on if there is one."""
    both = list(pairs)
    count_owned(tx, both)
    by_owner = difference(both)
    if not by_owner:
        return False
    tx.upsert(
        projections.unanswered,
        sorted(by_owner.items()),
        "leads = unanswered.leads + excluded.leads",
    )
    move_on(tx, event)
    return True


def count_owned(tx: Transaction, pairs: Iterable[tuple[Before, After]]) -> None:
    """The same for everything handed over that has not gone back."""
    counted: Counter[tuple[str, str]] = Counter()
    for before, after in pairs:
        if before != after:
            counted.subtract(_held(before))
            counted.update(_held(after))
    rows = [(*place, by) for place, by in sorted(counted.items()) if by]
    if not rows:
        return
    tx.upsert(projections.owned, rows, "leads = owned.leads + excluded.leads")
    tx.run("DELETE FROM owned WHERE leads = 0")


def owned_by(standings: Iterable[str]) -> Counter[tuple[str, str]]:
    """(owner, stage) of all these, counted."""
    counted: Counter[tuple[str, str]] = Counter()
    for body in standings:
        counted.update(_held(body))
    return counted


def _held(standing: str | None) -> Iterable[tuple[str, str]]:
    kept = None if standing is None else orjson.loads(standing)
    if kept is None or kept["handover"] is None or not kept["owner"]:
        return ()
    return ((str(kept["owner"]), str(kept["stage"])),)
