"""Who does what when: one list for everybody, in the order of time."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

Deed = Callable[[datetime], None]
BERLIN = ZoneInfo("Europe/Berlin")
OPENS, CLOSES = time(8), time(17)


class Agenda:
    """Deeds by moment; two at one moment happen in the order in which they were planned."""

    def __init__(self) -> None:
        self._deeds: list[tuple[datetime, int, Deed]] = []
        self._numbers = count()

    def plan(self, at: datetime, deed: Deed) -> None:
        heapq.heappush(
            self._deeds, (at.astimezone(UTC).replace(microsecond=0), next(self._numbers), deed)
        )

    def next_at(self) -> datetime | None:
        return self._deeds[0][0] if self._deeds else None

    def act(self, now: datetime) -> None:
        """Do the next deed, if its moment has come."""
        if self._deeds and self._deeds[0][0] <= now:
            heapq.heappop(self._deeds)[2](now)


def works(moment: datetime) -> bool:
    """Whether the office is open: Monday to Friday, eight to five in Berlin."""
    local = moment.astimezone(BERLIN)
    return local.weekday() < 5 and OPENS <= local.time() < CLOSES


def at_work(moment: datetime) -> datetime:
    """The moment itself during office hours, else the next opening."""
    local = moment.astimezone(BERLIN)
    while True:
        if local.weekday() < 5 and local.time() < CLOSES:
            return max(local, datetime.combine(local.date(), OPENS, BERLIN)).astimezone(UTC)
        local = datetime.combine(local.date() + timedelta(days=1), OPENS, BERLIN)


def after_work_time(moment: datetime, span: timedelta) -> datetime:
    """So much office time later."""
    here = at_work(moment)
    while True:
        local = here.astimezone(BERLIN)
        left = datetime.combine(local.date(), CLOSES, BERLIN) - local
        if span < left:
            return here + span
        span -= left
        here = at_work(datetime.combine(local.date(), CLOSES, BERLIN) + timedelta(minutes=1))


def next_days(moment: datetime, days: float) -> datetime:
    """So many days later."""
    return moment + timedelta(days=days)
