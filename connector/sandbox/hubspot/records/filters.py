"""Search filters (api-contracts A.7): from HubSpot's words to a test of one document."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.sandbox.hubspot.records import values
from connector.sandbox.hubspot.records.fields import Property
from connector.sandbox.hubspot.records.refusal import invalid

OPERATORS = frozenset(
    [
        "EQ",
        "NEQ",
        "LT",
        "LTE",
        "GT",
        "GTE",
        "BETWEEN",
        "IN",
        "NOT_IN",
        "HAS_PROPERTY",
        "NOT_HAS_PROPERTY",
        "CONTAINS_TOKEN",
        "NOT_CONTAINS_TOKEN",
    ]
)
_ORDERED = {"LT", "LTE", "GT", "GTE", "BETWEEN"}
_TOKEN = re.compile(r"\w+")

Comparable = Any
"""A float, or text; never both for one property."""
Test = Callable[[Mapping[str, str]], bool]


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition, read but not yet bound to a property."""

    name: str
    operator: str
    value: str = ""
    high: str = ""
    several: tuple[str, ...] = ()


def read(raw: Mapping[str, Any]) -> Filter:
    """A filter from a request; 400 for an operator that does not exist or lacks its value."""
    name, operator = raw.get("propertyName"), raw.get("operator")
    if not isinstance(name, str) or not name:
        raise invalid("Invalid filter: propertyName is required")
    if operator not in OPERATORS:
        raise invalid(f"Invalid filter on {name}: operator {operator} does not exist")
    several = raw.get("values")
    if operator in ("IN", "NOT_IN") and not (isinstance(several, list) and several):
        raise invalid(f"Invalid filter on {name}: {operator} needs values")
    value, high = (
        values.as_text(_scalar(raw.get("value"))),
        values.as_text(_scalar(raw.get("highValue"))),
    )
    if operator not in ("IN", "NOT_IN", "HAS_PROPERTY", "NOT_HAS_PROPERTY") and not value:
        raise invalid(f"Invalid filter on {name}: {operator} needs a value")
    if operator == "BETWEEN" and not high:
        raise invalid(f"Invalid filter on {name}: BETWEEN needs a highValue")
    listed = several if isinstance(several, list) else []
    return Filter(
        name, str(operator), value, high, tuple(values.as_text(_scalar(item)) for item in listed)
    )


def _scalar(raw: object) -> object:
    return raw if isinstance(raw, str | int | float | None) else ""


def comparable(prop: Property, text: str) -> Comparable:
    """A value in the form in which values of this property compare; None if it has none. ValueError if it cannot."""
    if not text:
        return None
    if prop.type == "number":
        return float(text)
    if prop.type == "datetime":
        return values.iso(values.instant(text))
    if prop.type == "date":
        return values.iso(values.instant(text))[:10]
    return text if prop.type == "enumeration" else text.lower()


def stored(prop: Property, text: str) -> Comparable:
    """The same for a stored value: times are kept in text of one length, which compares as it is and cheaply."""
    return text or None if prop.type in ("datetime", "date") else comparable(prop, text)


def test(wanted: Filter, prop: Property) -> Test:
    """Whether a document's values meet the filter; 400 for a value the property cannot compare with."""
    name = prop.name
    if wanted.operator == "HAS_PROPERTY":
        return lambda held: bool(held.get(name))
    if wanted.operator == "NOT_HAS_PROPERTY":
        return lambda held: not held.get(name)
    if wanted.operator.endswith("CONTAINS_TOKEN"):
        return _token(wanted, name)
    try:
        first = comparable(prop, wanted.value)
        last = comparable(prop, wanted.high)
        # Values of IN must be written in lower case for text; others simply never meet (api-contracts A.7).
        several = frozenset(
            item if prop.type in ("string", "phone_number") else comparable(prop, item)
            for item in wanted.several
        )
    except (ValueError, OverflowError):
        raise invalid(
            f"Invalid filter on {name}: {wanted.value or wanted.several} is not a {prop.type}"
        ) from None
    return _compared(wanted.operator, prop, first, last, several)


def _compared(
    operator: str,
    prop: Property,
    first: Comparable,
    last: Comparable,
    several: frozenset[Comparable],
) -> Test:
    name = prop.name
    tests: dict[str, Callable[[Comparable], bool]] = {
        "EQ": lambda mine: bool(mine == first),
        "NEQ": lambda mine: bool(mine != first),
        "LT": lambda mine: bool(mine < first),
        "LTE": lambda mine: bool(mine <= first),
        "GT": lambda mine: bool(mine > first),
        "GTE": lambda mine: bool(mine >= first),
        "BETWEEN": lambda mine: bool(first <= mine <= last),
        "IN": lambda mine: mine in several,
        "NOT_IN": lambda mine: mine not in several,
    }
    meets = tests[operator]
    return lambda held: (mine := stored(prop, held.get(name, ""))) is not None and meets(mine)


def _token(wanted: Filter, name: str) -> Test:
    pattern = wanted.value.lower()
    positive = wanted.operator == "CONTAINS_TOKEN"
    words = set(_TOKEN.findall(pattern))

    def found(text: str) -> bool:
        if "*" in pattern:
            return any(
                fnmatch.fnmatchcase(part, pattern.replace("[", "[[]"))
                for part in (text, *text.split())
            )
        return bool(words) and words <= set(_TOKEN.findall(text))

    return lambda held: bool(text := held.get(name, "").lower()) and found(text) == positive


def bounds(filters: Sequence[Filter], prop: Property) -> tuple[Comparable, Comparable]:
    """The closed interval that the filters on this property leave at most; None for an open end."""
    low: Comparable = None
    high: Comparable = None
    for wanted in filters:
        if wanted.name != prop.name or wanted.operator not in _ORDERED | {"EQ"}:
            continue
        try:
            first, last = comparable(prop, wanted.value), comparable(prop, wanted.high)
        except (ValueError, OverflowError):
            continue
        if wanted.operator in ("GT", "GTE", "BETWEEN", "EQ"):
            low = first if low is None else max(low, first)
        if wanted.operator in ("LT", "LTE", "EQ"):
            high = first if high is None else min(high, first)
        if wanted.operator == "BETWEEN":
            high = last if high is None else min(high, last)
    return low, high
