"""Values as people write them: durations, percentages, one or several, names."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from connector.config.documents.written.document import told

MANY = 500  # rules of one list: each is compared with all above it
UNITS = {
    "s": 1,
    "m": 60,
    "h": 3600,
    "d": 86400,
    "w": 604800,
    "y": 31_536_000,
}  # a year has 365 days
LONGEST = timedelta(days=36_500)
DURATION = r"^[0-9]{1,6}(s|m|h|d|w|y)$"
SHARE = r"^[0-9]{1,3}%$"
AT_MOST = r"^[0-9]{1,4} per (day|week)$"


def duration(value: Any) -> timedelta:
    """`30d` as a span; nothing shorter than a second."""
    if not isinstance(value, str) or not re.match(DURATION, value):
        raise told("not a duration", "write a number and s, m, h, d, w or y: 15m, 2h, 30d, 26w")
    span = timedelta(seconds=int(value[:-1]) * UNITS[value[-1]])
    if not span:
        raise told("a duration of nothing", "remove the line, or write a longer one")
    if span > LONGEST:
        raise told("a duration of more than a hundred years", "write never where it may stand")
    return span


def half_life(value: Any) -> timedelta | Literal["never"]:
    return "never" if value == "never" else duration(value)


def share(value: Any) -> float:
    """`20%` as 0.2."""
    if not isinstance(value, str) or not re.match(SHARE, value) or not 0 < int(value[:-1]) <= 100:
        raise told("not a percentage", "write a whole number from 1 to 100 and a percent sign: 20%")
    return int(value[:-1]) / 100


def at_most(value: Any) -> tuple[int, str]:
    """`2 per day` as (2, "day")."""
    if not isinstance(value, str) or not re.match(AT_MOST, value) or value.startswith("0"):
        raise told("not a limit", "write it as: 2 per day, or 5 per week")
    number, _, span = value.split()
    return int(number), span


def scalar(value: Any) -> Any:
    """One text, number or truth value."""
    if value is None or not isinstance(value, str | int | float | bool):
        raise told("one value belongs here", "write a text, a number, true or false")
    return value


def one_or_more(value: Any) -> Any:
    """A single text stands for a list of one."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list | tuple):
        return tuple(value)
    raise told("a text or a list of texts belongs here", "write one, or [one, two]")


def named(value: str) -> str:
    """Names are shown in reasons and messages: no line breaks, no blanks around."""
    if value != value.strip() or not value.isprintable():
        raise told("a name with blanks around it or line breaks in it", "write it without")
    return value


def _written(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": [example]})


Duration = Annotated[timedelta, BeforeValidator(duration), _written(DURATION, "30d")]
HalfLife = Annotated[
    timedelta | Literal["never"],
    PlainValidator(half_life),
    _written(r"^(never|[0-9]{1,6}(s|m|h|d|w|y))$", "30d"),
]
Share = Annotated[float, BeforeValidator(share), _written(SHARE, "20%")]
AtMost = Annotated[tuple[int, str], BeforeValidator(at_most), _written(AT_MOST, "2 per day")]
Scalar = Annotated[
    Any, PlainValidator(scalar), WithJsonSchema({"type": ["string", "number", "boolean"]})
]
Name = Annotated[
    str,
    Field(min_length=1, max_length=120),
    BeforeValidator(lambda value: named(value) if isinstance(value, str) else value),
]
Text = Annotated[str, Field(min_length=1, max_length=4000)]
Texts = Annotated[tuple[Text, ...], Field(min_length=1)]
OneOrMore = Annotated[
    tuple[Text, ...],
    Field(min_length=1),
    BeforeValidator(
        one_or_more, json_schema_input_type=Text | Annotated[list[Text], Field(min_length=1)]
    ),
]
