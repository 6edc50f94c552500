"""Clocks in working hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working hours by weekday (0 = Monday) in one time zone, without the listed holidays."""

    timezone: str
    hours: Mapping[int, tuple[tuple[time, time], ...]]
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Clock:
    """A span of working time from an event to its answer, by grade (`*` for every other grade)."""

    name: str
    within: Mapping[str, timedelta]
    where: str
    task_subject: str = ""  # of the follow-up task in the CRM; "" = no task

    def span(self, grade: str) -> timedelta | None:
        return self.within.get(grade, self.within.get("*"))


@dataclass(frozen=True, slots=True)
class FollowUp:
    """`answer` runs from the hand-over to accepted or rejected."""

    calendar: Calendar
    answer: Clock | None = None
    clocks: tuple[Clock, ...] = field(default=())
