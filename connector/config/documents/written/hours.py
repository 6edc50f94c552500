"""Working hours, spans of working time and days off as people write them."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from connector.config.documents.written.document import told

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCK = r"([01][0-9]|2[0-3]):([0-5][0-9])"
HOURS = rf"^{CLOCK}-({CLOCK}|24:00)(, ?{CLOCK}-({CLOCK}|24:00))*$"
DAYS_PATTERN = r"^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$"

Span = tuple[time, time]


def hours(value: Any) -> dict[int, tuple[Span, ...]]:
    """`{mon-thu: "08:00-17:00"}` by weekday, 0 = Monday; 24:00 ends at the last moment of the day."""
    if not isinstance(value, dict):
        raise told(
            "hours by weekday belong here", 'write {mon-thu: "08:00-17:00", fri: "08:00-15:00"}'
        )
    found: dict[int, tuple[Span, ...]] = {}
    for days, text in value.items():
        spans = _spans(text)
        for day in _days(days):
            if day in found:
                raise told(f"{DAYS[day]} stands twice in the hours", "name every weekday once")
            found[day] = spans
    return dict(sorted(found.items()))


def _days(text: str) -> tuple[int, ...]:
    if not re.match(DAYS_PATTERN, text):
        raise told(
            f'"{text[:20]}" is not a weekday',
            "write mon, tue, wed, thu, fri, sat, sun or a range: mon-thu",
        )
    first, _, last = text.partition("-")
    start, end = DAYS.index(first), DAYS.index(last or first)
    if end < start:
        raise told(f'"{text}" runs over the end of the week', "write two ranges")
    return tuple(range(start, end + 1))


def _spans(text: Any) -> tuple[Span, ...]:
    if not isinstance(text, str) or not re.match(HOURS, text):
        raise told(
            "not working hours",
            'write them in quotes: "08:00-17:00", or "08:00-12:00, 13:00-17:00"',
        )
    spans = tuple(_span(part.strip()) for part in text.split(","))
    for earlier, later in pairwise(spans):
        if later[0] < earlier[1]:
            raise told(f'"{text}" overlaps or is out of order', "write the earlier hours first")
    return spans


def _span(text: str) -> Span:
    start, end = text.split("-")
    first, last = time.fromisoformat(start), time.max if end == "24:00" else time.fromisoformat(end)
    if last <= first:
        raise told(f'"{text}" ends before it begins', "write the earlier time first")
    return first, last


Hours = Annotated[
    dict[int, tuple[Span, ...]],
    PlainValidator(hours),
    WithJsonSchema(
        {
            "type": "object",
            "patternProperties": {DAYS_PATTERN: {"type": "string", "pattern": HOURS}},
            "additionalProperties": False,
        }
    ),
]

WORKING = r"^[0-9]{1,4}(m|h|d)$"
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1)}


def working_time(value: Any) -> timedelta | int:
    """`90m` and `2h` as a span of working time, `3d` as a number of working days."""
    if not isinstance(value, str) or not re.match(WORKING, value):
        raise told("no span of working time", "write minutes, hours or working days: 90m, 2h, 3d")
    number, unit = int(value[:-1]), value[-1]
    if not number:
        raise told("a span of nothing", "remove it, or write a longer one")
    return number if unit == "d" else number * _UNITS[unit]


WorkingTime = Annotated[
    timedelta | int,
    PlainValidator(working_time),
    WithJsonSchema({"type": "string", "pattern": WORKING, "examples": ["2h"]}),
]


def day(value: Any) -> str:
    """A date as text: `2026-12-24`."""
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise told("a day belongs here", 'write it as "2026-12-24"') from None


Day = Annotated[str, PlainValidator(day), WithJsonSchema({"type": "string", "format": "date"})]
