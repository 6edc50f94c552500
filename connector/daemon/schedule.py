"""How often streams are read, how large units are, and what must wait for how long."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.sync.settle import wait_after


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

    def every(self, stream: str) -> timedelta:
        if stream in self.slow_streams:
            return self.slow
        return self.calm if stream in self.calm_streams else self.pull


@dataclass
class Postponed:
    """Parts of a platform's work that came to nothing: why, how often in a row, and until when they rest."""

    causes: dict[str, str] = field(default_factory=dict)
    until: dict[str, datetime] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)

    def put(self, part: str, cause: str, now: datetime, after: timedelta | None = None) -> int:
        """`after` None: longer with every failure. Returns how many there were in a row."""
        count = self.failures.get(part, 0) + 1
        self.failures[part], self.causes[part] = count, cause
        self.until[part] = now + (after or wait_after(count))
        return count

    def good(self, part: str) -> None:
        """It went well."""
        if part in self.failures:
            del self.failures[part], self.causes[part], self.until[part]

    def rests(self, part: str, now: datetime) -> bool:
        return part in self.until and now < self.until[part]
