"""Tests that time alone turns: by example at the edges, and against a reading day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.conditions.condition import compiled
from connector.decide.conditions.operators.age import NOW, flips, holds
from connector.model.condition import Test as Single

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SPAN = timedelta(days=30)


def ask(operator: str, value: Any, now: datetime = NOON, span: timedelta = SPAN) -> bool:
    known = {"it": value, NOW: now.astimezone(BERLIN)}
    return compiled(Single("it", operator, span))(known.get)


@pytest.mark.parametrize(
    ("operator", "value", "answer"),
    [
        ("within_last", NOON, True),
        ("within_last", NOON + timedelta(seconds=1), False),
        ("within_last", NOON - SPAN, False),
        ("within_last", NOON - SPAN + timedelta(seconds=1), True),
        ("older_than", NOON - SPAN, True),
        ("older_than", NOON - SPAN + timedelta(seconds=1), False),
        ("within_next", NOON, False),
        ("within_next", NOON + timedelta(seconds=1), True),
        ("within_next", NOON + SPAN, True),
        ("within_next", NOON + SPAN + timedelta(seconds=1), False),
        ("within_last", date(2026, 11, 20), True),
        ("within_last", date(2026, 10, 21), True),
        ("within_last", date(2026, 10, 20), False),
        ("within_last", date(2026, 11, 21), False),
        ("older_than", date(2026, 10, 21), False),
        ("older_than", date(2026, 10, 20), True),
        ("within_next", date(2026, 11, 20), True),
        ("within_next", date(2026, 12, 20), True),
        ("within_next", date(2026, 12, 21), False),
        ("within_next", date(2026, 11, 19), False),
        ("within_last", (date(2020, 1, 1), date(2026, 11, 19)), True),
        ("within_last", (), False),
        ("within_last", None, False),
        ("within_last", "2026-11-20", False),
        ("within_last", datetime(2026, 11, 20), False),  # noqa: DTZ001 a naive time has no distance from now
        ("older_than", datetime.max.replace(tzinfo=UTC), False),
        ("within_next", date.min, False),
    ],
)
def test_near_and_far(operator: str, value: Any, answer: bool) -> None:
    assert ask(operator, value) is answer


def test_a_day_begins_at_midnight_of_the_project() -> None:
    """23:30 UTC is half past midnight in Berlin."""
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert ask("within_last", date(2026, 11, 21), late)
    assert not ask("within_last", date(2026, 11, 21), late - timedelta(hours=1))


def test_where_nobody_knows_the_moment_nothing_is_near() -> None:
    assert not compiled(Single("it", "within_last", SPAN))({"it": NOON}.get)


OPERATORS = st.sampled_from(["within_last", "older_than", "within_next"])
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
NOWS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
SPANS = st.integers(1, 400).map(lambda days: timedelta(days=days))


def slow(operator: str, span: timedelta, day: date, today: date) -> bool:
    """Days counted one by one."""
    step, count = (1 if day > today else -1), 0
    while today != day:
        today += timedelta(days=step)
        count += step
    match operator:
        case "within_last":
            return -span.days <= count <= 0
        case "older_than":
            return count < -span.days
    return 0 <= count <= span.days


@given(OPERATORS, SPANS, DAYS, NOWS)
def test_days_count_whole(operator: str, span: timedelta, day: date, now: datetime) -> None:
    local = now.astimezone(BERLIN)
    assert holds(operator, span, day, local) is slow(operator, span, day, local.date())


@given(OPERATORS, SPANS, DAYS | NOWS, NOWS, NOWS)
def test_nothing_turns_between_two_turns(
    operator: str, span: timedelta, value: Any, one: datetime, other: datetime
) -> None:
    """Whatever happens between two moments happens at a moment that is named."""
    start, end = sorted((one, other))
    before, after = (holds(operator, span, value, at.astimezone(BERLIN)) for at in (start, end))
    turns = sorted(flips(Single("it", operator, span), value, BERLIN))
    between = [at for at in turns if start < at <= end]
    assert between or before is after
    for at in turns:
        just = at - timedelta(microseconds=1)
        assert holds(operator, span, value, at.astimezone(BERLIN)) is not holds(
            operator, span, value, just.astimezone(BERLIN)
        )
