"""The guard of live windows: when news begins to count, who is told when it has moved too many people, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from connector.store import Latch, Store

WHAT = {"hot": "hand-overs", "patient": "routine and backfill changes"}
SEE = "see what waits, and let it go: leadcycle release"


@dataclass
class Watch:
    """Says when the first load is over, and `tell`s of every latch once in this process.

    `read`: whether every system has been read to its end. Sending itself shuts the latch, in the transaction that lends the
    changes out.
    """

    store: Store
    read: Callable[[], bool]
    epoch: Callable[[datetime], int]
    tell: Callable[[Latch], None]
    name: str = "guard"
    _told: frozenset[Latch] = field(default=frozenset(), repr=False)
    _seen: int | None = field(default=None, repr=False)
    _begun: bool = field(default=False, repr=False)

    def step(self, now: datetime) -> bool:
        """Look, if anything was written since the last time."""
        if self._seen == self.store.changes and self._begun:
            return False
        self._seen = self.store.changes
        if not self._begun and self._begin(now):
            return True
        shut = frozenset(self.store.guard.latches())
        for latch in sorted(shut - self._told):
            self.tell(latch)
        self._told = shut
        return False

    def next_at(self, now: datetime) -> datetime | None:
        """Nothing is due here by time alone."""
        del now
        return None

    def _begin(self, now: datetime) -> bool:
        """Once everything that was there has been read and decided."""
        if self.store.guard.begun():
            self._begun = True
            return False
        due = self.store.next_due()
        if not self.read() or (due is not None and due <= now):
            return False
        self.store.guard.begin(epoch=self.epoch(now))
        self._begun = True
        return True


def said(latch: Latch) -> str:
    """What an operator reads."""
    moved = f"more than {latch.limit:,} people within the window of limits: blast"
    return f"{WHAT[latch.group]} wait: news moved {moved} (leadcycle.yaml); {SEE}"


def alarms(store: Store) -> dict[str, str]:
    """What is shut now, with what to do."""
    return {latch.group: said(latch) for latch in store.guard.latches()}
