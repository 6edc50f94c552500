"""Clocks in working hours: what they measure, who is told when, what makes them stand still."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Literal, NamedTuple

from connector.model.condition import Condition

DEFAULT = "default"
"""The calendar of everybody who has no other."""
EventKind = Literal[
    "handed_over",
    "accepted",
    "rejected",
    "touched",
    "contacted",
    "opened",
    "won",
    "lost",
    "stage",
    "evidence",
]
Way = Literal["task", "email"]
Working = timedelta | int
"""Working time: a span of it, or a whole number of the calendar's average working days."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working hours by weekday (0 = Monday) in one time zone, without the listed days off."""

    timezone: str
    hours: Mapping[int, tuple[tuple[time, time], ...]]
    holidays: frozenset[date] = frozenset()


class Event(NamedTuple):
    """What starts or stops a clock. `name`: the stage that is entered, or the kind of record that is the evidence."""

    kind: EventKind
    name: str = ""


HANDED_OVER = Event("handed_over")
ANSWERED = (Event("accepted"), Event("rejected"))


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: a `share` of the clock's time is gone, or working time `after` its end has passed.

    `tell`: owner, substitute, manager or an owner's address. `reassign` gives the lead to somebody else.
    """

    where: str
    share: float | None = None
    after: Working = timedelta(0)
    tell: tuple[str, ...] = ()
    by: tuple[Way, ...] = ("task",)
    reassign: bool = False
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """A span of working time from an event to its answer, by grade (`*` for every other grade)."""

    name: str
    within: Mapping[str, Working]
    where: str
    task_subject: str = ""  # of the hand-over's task in the CRM; "": the mapping's own
    starts: Event = HANDED_OVER
    stops: tuple[Event, ...] = ANSWERED
    ladder: tuple[Rung, ...] = ()

    def span(self, grade: str) -> Working | None:
        return self.within.get(grade, self.within.get("*"))


@dataclass(frozen=True, slots=True)
class Pause:
    """What makes clocks stand still: a date in a field, the owner's absence, or a condition; `longest` for each hand-over and clock.

    `reason` names the field that says why. `clocks`: only these; () for all.
    """

    name: str
    where: str
    until: str = ""
    owner_away: bool = False
    when: Condition | None = None
    reason: str = ""
    longest: timedelta | None = None
    clocks: tuple[str, ...] = ()

    def concerns(self, clock: str) -> bool:
        return not self.clocks or clock in self.clocks


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A silent rejection: `after` happened, and none of `without` until `working_days` have gone by.

    `evidence`: only where a record of this kind shows it. `together`: only if the same owner did it to so many leads within so
    short a time; that is seen over all leads, so only the report knows it.
    """

    name: str
    where: str
    after: EventKind
    without: tuple[EventKind, ...]
    working_days: int
    evidence: str = ""
    together: tuple[int, timedelta] | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """`answer` runs from the hand-over to accepted or rejected. `by_owner`: whose calendar is not the default one, by key."""

    calendar: Calendar
    answer: Clock | None = None
    clocks: tuple[Clock, ...] = field(default=())
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    by_owner: Mapping[str, str] = field(default_factory=dict)
    pauses: tuple[Pause, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()

    @property
    def all_clocks(self) -> tuple[Clock, ...]:
        """The answer clock first, the others in the order of the file."""
        return self.clocks if self.answer is None else (self.answer, *self.clocks)

    def calendar_of(self, owner: str) -> str:
        """The name of an owner's calendar."""
        return self.by_owner.get(owner, DEFAULT)

    def named(self, calendar: str) -> Calendar:
        """The calendar of that name; the default one if there is none any more."""
        return self.calendars.get(calendar, self.calendar)
