"""How far a day or a moment lies from now: the tests that time alone turns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from connector.model.condition import Test

NOW = "@now"
"""What conditions ask for the present moment: aware, in the time zone in which days begin."""
RELATIVE = frozenset({"within_last", "older_than", "within_next"})
DAY = timedelta(days=1)


def holds(operator: str, span: timedelta, value: Any, now: datetime) -> bool:
    """Whether it holds at `now` (aware, in the zone of its days); never for what is no day and no aware moment.

    Moments: `within_last` from the moment on and shorter than `span`, `older_than` from then on, `within_next` before it. Days count
    whole: with 30d, `within_last` is today and the 30 days before, `within_next` today and the 30 days after.
    """
    edges = _edges(operator, span, value, now.tzinfo)
    if edges is None:
        return False
    start, end = edges
    return (start is None or now >= start) and (end is None or now < end)


def flips(test: Test, value: Any, zone: tzinfo) -> Iterator[datetime]:
    """The moments at which this test of this value turns."""
    many = value if isinstance(value, tuple | list | set | frozenset) else (value,)
    for each in many:
        yield from filter(None, _edges(test.operator, test.value, each, zone) or ())


def _edges(
    operator: str, span: timedelta, value: Any, zone: tzinfo | None
) -> tuple[datetime | None, datetime | None] | None:
    """From when until when it holds (None: without end); None where it never does."""
    try:
        if isinstance(value, datetime):
            return None if value.tzinfo is None else _moment(operator, span, value)
        return _days(operator, span, value, zone) if isinstance(value, date) else None
    except OverflowError:  # beyond the calendar
        return None


def _moment(
    operator: str, span: timedelta, at: datetime
) -> tuple[datetime | None, datetime | None]:
    match operator:
        case "within_last":
            return at, at + span
        case "older_than":
            return at + span, None
    return at - span, at


def _days(
    operator: str, span: timedelta, day: date, zone: tzinfo | None
) -> tuple[datetime | None, datetime | None]:
    over = day + span + DAY
    match operator:
        case "within_last":
            return _begin(day, zone), _begin(over, zone)
        case "older_than":
            return _begin(over, zone), None
    return _begin(day - span, zone), _begin(day + DAY, zone)


def _begin(day: date, zone: tzinfo | None) -> datetime:
    """Its first moment; where midnight is skipped, the first that exists."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
