"""How many leads each owner has not answered yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import orjson

from connector.store import projections
from connector.store.deciding.roster import move_on
from connector.store.transaction import Transaction

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
    by_owner = difference(pairs)
    if not by_owner:
        return False
    tx.upsert(
        projections.unanswered,
        sorted(by_owner.items()),
        "leads = unanswered.leads + excluded.leads",
    )
    move_on(tx, event)
    return True
