"""rules/follow_up.yaml: clocks in working hours."""

from __future__ import annotations

import re
from datetime import time
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, WithJsonSchema

from connector.config.documents.document import Document, Part, told
from connector.config.documents.written import Duration, Name, Text

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


class CalendarDocument(Part):
    """Working hours."""

    timezone: Name | None = Field(default=None, description="The project's own if it is not named.")
    hours: Hours = Field(description='By weekday: {mon-thu: "08:00-17:00"}.')
    holidays: Name | None = Field(
        default=None, description="Country and region, e.g. DE-NI, AT, US-CA."
    )


class ClockDocument(Part):
    """How long an answer may take in working time."""

    name: Literal["answer", "contacted", "outcome"] = Field(description="What the clock measures.")
    within: Annotated[dict[Name, Duration], Field(min_length=1)] = Field(
        description='By grade; "*" for every other.'
    )
    task_subject: Text | None = Field(default=None, description="Subject of the task in the CRM.")


class FollowUpDocument(Document):
    """rules/follow_up.yaml"""

    calendar: CalendarDocument = Field(description="Working hours and holidays.")
    clocks: tuple[ClockDocument, ...] = Field(default=(), description="How long sales may take.")
