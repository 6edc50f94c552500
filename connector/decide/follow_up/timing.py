"""When so much working time of a run has gone by: its legs, each by its own calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from connector.decide.clock import add_working, day_length, working, working_between
from connector.model.person.run import Leg, Run
from connector.model.rules import Calendar
from connector.model.rules.follow_up import FollowUp, Working


def length(span: Working, calendar: Calendar) -> timedelta:
    """A span of working time; a number of days counts average working days of this calendar."""
    return span if isinstance(span, timedelta) else span * day_length(calendar)


def _stretches(legs: Sequence[Leg]) -> Iterator[tuple[Leg, datetime | None]]:
    """Each leg with its end; the last one has none yet."""
    for leg, after in pairwise(legs):
        yield leg, after.since
    yield legs[-1], None


def reached_at(rules: FollowUp, run: Run, offset: timedelta) -> datetime | None:
    """The moment (aware UTC) at which `offset` of working time has gone by; None while the clock stands still before it."""
    left = offset
    for leg, end in _stretches(run.legs):
        calendar = rules.named(leg.calendar)
        if not leg.calendar or not working(calendar):
            continue
        if end is None:
            return add_working(calendar, leg.since, left)
        gone = working_between(calendar, leg.since, end)
        if gone >= left:
            return add_working(calendar, leg.since, left)
        left -= gone
    return None


def expected_at(
    rules: FollowUp, run: Run, offset: timedelta, goes_on: datetime | None, calendar: str
) -> datetime | None:
    """The same as far as it can be told now: a clock that stands still goes on at `goes_on`, by that calendar."""
    found = reached_at(rules, run, offset)
    if found is not None or goes_on is None or not working(rules.named(calendar)):
        return found
    left = offset - gone_by(rules, run, goes_on)
    return add_working(rules.named(calendar), goes_on, left)


def gone_by(rules: FollowUp, run: Run, now: datetime) -> timedelta:
    """The working time that has gone by until `now`."""
    total = timedelta(0)
    for leg, end in _stretches(run.legs):
        if leg.calendar:
            until = now if end is None else min(end, now)
            total += working_between(rules.named(leg.calendar), leg.since, until)
    return total
