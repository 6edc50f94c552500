"""How often streams are read, how large units are, and how long pauses last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from connector.model.systems.blast import Blast


@dataclass(frozen=True, slots=True)
class Schedule:
    """Intervals and sizes.

    `slow` streams (owners, the recycle bin) and `calm` ones (what need not be known within a minute) have intervals of their own.
    """

    pull: timedelta = timedelta(seconds=60)
    slow: timedelta = timedelta(hours=1)
    slow_streams: frozenset[str] = frozenset({"owners", "archived"})
    calm: timedelta = timedelta(minutes=6)
    calm_streams: frozenset[str] = frozenset({"companies", "meetings", "calls"})
    pause: timedelta = timedelta(minutes=15)  # after Stopped, when the vendor names no time
    pages: int = 10  # of one pull
    batch: int = 200  # changes of one urgent push
    largest: int = 1000  # changes of one patient push
    tries: int = 5
    gather: timedelta = timedelta(seconds=10)  # of a patient push, for contacts being decided
    blast: Blast | None = None  # whom news may move before somebody has looked

    def every(self, stream: str) -> timedelta:
        if stream in self.slow_streams:
            return self.slow
        return self.calm if stream in self.calm_streams else self.pull
