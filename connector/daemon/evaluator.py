"""The one evaluator: due contacts, most urgent first, a bounded number at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.daemon.lease import Lease
from connector.model.mapping.mappings import Mappings
from connector.model.rules import Rulebook
from connector.store import Store
from connector.sync.evaluate import evaluate

SOON = timedelta(seconds=1)


@dataclass
class Evaluator:
    """Decides by one rulebook; a daemon that is told of another one makes another evaluator."""

    store: Store
    book: Rulebook
    mappings: Mappings
    lease: Lease
    limit: int = 200
    rounds: int = 3  # in which a system may change a value back
    behind: Callable[[datetime], bool] = lambda _: False
    """Whoever was away, or was set back to a backup, reads before he decides: whether that reading is still to come."""
    name: str = "evaluator"
    contacts: int = 0
    decisions: int = 0

    def __post_init__(self) -> None:
        self._nothing: tuple[int, datetime] | None = None  # nobody was due, as the store stood then

    def step(self, now: datetime) -> bool:
        if self.behind(now):
            return False
        stands = (self.store.changes, now)
        if stands == self._nothing:
            return False
        done = evaluate(
            self.store,
            self.book,
            self.mappings,
            now,
            epoch=self.lease.epoch(now),
            limit=self.limit,
            rounds=self.rounds,
        )
        self._nothing = None if done.contacts else stands
        self.contacts += done.contacts
        self.decisions += done.decisions
        return done.contacts > 0

    def next_at(self, now: datetime) -> datetime | None:
        if self.behind(now):
            return now + SOON
        moment = self.store.next_due()
        return None if moment is None else max(moment, now)
