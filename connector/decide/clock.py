"""Working time: added to a moment, measured between two; right across daylight saving, holidays and night shifts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from connector.model.rules import Calendar

DAY = timedelta(days=1)
Interval = tuple[datetime, datetime]


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """A wall time as UTC; where the hour is skipped or doubled, the first reading counts."""
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def _shifts(calendar: Calendar, day: date, zone: ZoneInfo) -> list[Interval]:
    """One day's working intervals; an end not after its start belongs to the next day (22:00-06:00, 00:00 as 24:00)."""
    if day in calendar.holidays:
        return []
    return [
        (_moment(day, start, zone), _moment(day if end > start else day + DAY, end, zone))
        for start, end in sorted(calendar.hours.get(day.weekday(), ()))
    ]


def _intervals(calendar: Calendar, since: datetime) -> Iterator[Interval]:
    """Working intervals that end after `since`, oldest first, without overlaps; endless."""
    zone = ZoneInfo(calendar.timezone)
    day, done = since.astimezone(zone).date() - DAY, since.astimezone(UTC)
    while True:
        for start, end in _shifts(calendar, day, zone):
            if end > max(start, done):
                yield max(start, done), end
                done = end
        day += DAY


def working(calendar: Calendar) -> bool:
    """Whether the calendar has any working time at all."""
    return any(calendar.hours.values())


def add_working(calendar: Calendar, start: datetime, span: timedelta) -> datetime:
    """The first moment (aware UTC) by which `span` of working time has passed since `start`.

    Raises ValueError for a calendar without hours, where it would never come.
    """
    if not working(calendar):
        raise ValueError("the calendar has no working hours")
    if span <= timedelta(0):
        return start.astimezone(UTC)
    for begin, end in _intervals(calendar, start):
        if end - begin >= span:
            return begin + span
        span -= end - begin
    raise AssertionError("unreachable: the intervals are endless")


def next_working(calendar: Calendar, now: datetime) -> datetime:
    """`now` (aware UTC) within working hours, else the moment at which they begin next. The calendar must have hours."""
    begin, _ = next(_intervals(calendar, now))
    return begin


def day_length(calendar: Calendar) -> timedelta:
    """An average working day, in whole seconds: a week's working time by the days that have any (no holidays, no clock change)."""
    days = [spans for spans in calendar.hours.values() if spans]
    if not days:
        return timedelta(0)
    zone = ZoneInfo("UTC")
    week = Calendar("UTC", calendar.hours)
    monday = datetime(2024, 1, 1, tzinfo=zone)
    total = working_between(week, monday, monday + 7 * DAY)
    return timedelta(seconds=total.total_seconds() // len(days))


def days_after(calendar: Calendar, start: datetime, days: int) -> datetime:
    """The end (aware UTC) of the last of `days` working days after the day of `start`; raises ValueError without hours."""
    if not working(calendar):
        raise ValueError("the calendar has no working hours")
    zone = ZoneInfo(calendar.timezone)
    day = start.astimezone(zone).date()
    end = start.astimezone(UTC)
    while days > 0:
        day += DAY
        shifts = _shifts(calendar, day, zone)
        if shifts:
            days, end = days - 1, max(finish for _, finish in shifts)
    return end


def working_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Working time from `start` to `end`; zero if `end` is not later."""
    total = timedelta(0)
    if end <= start or not working(calendar):
        return total
    for begin, finish in _intervals(calendar, start):
        if begin >= end:
            break
        total += min(finish, end) - begin
    return total
