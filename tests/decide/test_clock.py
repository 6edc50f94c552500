"""Working time: examples across evenings, weekends, holidays, night shifts and clock changes, and its laws."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.clock import add_working, working, working_between
from connector.model.rules import Calendar

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = {**{day: ((time(8), time(17)),) for day in range(4)}, 4: ((time(8), time(15)),)}
OFFICE = Calendar("Europe/Berlin", HOURS, frozenset({date(2026, 12, 25), date(2026, 12, 26)}))
LUNCH = Calendar("Europe/Berlin", {0: ((time(13), time(17)), (time(8), time(12)))})
NIGHT = Calendar("Europe/Berlin", {day: ((time(22), time(6)),) for day in range(7)})
ALWAYS = Calendar("Europe/Berlin", {day: ((time(0), time(0)),) for day in range(7)})
OVERLAP = Calendar(
    "America/New_York", {2: ((time(8), time(12)), (time(10), time(16))), 5: ((time(20), time(4)),)}
)
CALENDARS = [OFFICE, LUNCH, NIGHT, ALWAYS, OVERLAP]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-17T10:00", 2, "2026-11-17T12:00"),
        ("2026-11-17T16:00", 2, "2026-11-18T09:00"),
        ("2026-11-17T15:00", 2, "2026-11-17T17:00"),
        ("2026-11-17T05:00", 2, "2026-11-17T10:00"),
        ("2026-11-20T14:30", 2, "2026-11-23T09:30"),
        ("2026-11-21T09:00", 8, "2026-11-23T16:00"),
        ("2026-12-24T16:00", 2, "2026-12-28T09:00"),
        ("2026-03-27T14:00", 2, "2026-03-30T09:00"),
    ],
)
def test_office_hours(start: str, hours: float, due: str) -> None:
    end = add_working(OFFICE, at(start), timedelta(hours=hours))
    assert (end, end.tzinfo) == (at(due).astimezone(UTC), UTC)


def test_a_night_shift_loses_and_wins_the_hour_of_the_clock_change() -> None:
    evening = at("2026-03-28T22:00")
    assert working_between(NIGHT, evening, at("2026-03-29T06:00")) == timedelta(hours=7)
    autumn = at("2026-10-24T22:00")
    assert working_between(NIGHT, autumn, at("2026-10-25T06:00")) == timedelta(hours=9)
    assert add_working(NIGHT, evening, timedelta(hours=6)) == at("2026-03-29T05:00")


def test_lunch_is_not_work() -> None:
    monday = at("2026-11-16T11:00")
    assert add_working(LUNCH, monday, timedelta(hours=2)) == at("2026-11-16T14:00")
    assert working_between(LUNCH, monday, at("2026-11-23T09:00")) == timedelta(hours=6)


def test_overlapping_hours_count_once() -> None:
    day = datetime(2026, 11, 18, tzinfo=ZoneInfo("America/New_York"))
    assert working_between(OVERLAP, day, day + timedelta(days=1)) == timedelta(hours=8)


def test_nothing_is_measured_backwards_or_without_hours() -> None:
    empty = Calendar("Europe/Berlin", {0: ()})
    monday = at("2026-11-16T11:00")
    assert working_between(OFFICE, monday, monday - timedelta(days=3)) == timedelta(0)
    assert working_between(empty, monday, monday + timedelta(days=30)) == timedelta(0)
    assert not working(empty)
    with pytest.raises(ValueError, match="no working hours"):
        add_working(empty, monday, timedelta(hours=1))


MOMENTS = st.timedeltas(timedelta(0), timedelta(days=1100)).map(
    lambda span: datetime(2025, 1, 1, tzinfo=UTC) + span
)
SPANS = st.timedeltas(timedelta(0), timedelta(hours=60))


@given(st.sampled_from(CALENDARS), MOMENTS, SPANS)
def test_what_is_added_is_measured(calendar: Calendar, start: datetime, span: timedelta) -> None:
    assert working_between(calendar, start, add_working(calendar, start, span)) == span


@given(
    st.sampled_from(CALENDARS),
    MOMENTS,
    SPANS,
    st.timedeltas(timedelta(0), timedelta(days=9)),
    SPANS,
)
def test_later_or_longer_is_never_earlier(
    calendar: Calendar, start: datetime, span: timedelta, later: timedelta, more: timedelta
) -> None:
    due = add_working(calendar, start, span)
    assert add_working(calendar, start + later, span) >= due
    assert add_working(calendar, start, span + more) >= due
    assert due >= start


@given(
    st.sampled_from(CALENDARS),
    MOMENTS,
    st.lists(st.timedeltas(timedelta(0), timedelta(days=4)), min_size=2, max_size=2),
)
def test_measures_add_up(calendar: Calendar, start: datetime, parts: list[timedelta]) -> None:
    middle, end = start + parts[0], start + parts[0] + parts[1]
    whole = working_between(calendar, start, end)
    assert whole == working_between(calendar, start, middle) + working_between(
        calendar, middle, end
    )
    assert timedelta(0) <= whole <= end - start
