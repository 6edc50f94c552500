"""Conditions of the rules as values: tests of one field, joined by all, any and not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Operator = Literal[
    "equals",
    "not_equals",
    "in",
    "not_in",
    "at_least",
    "above",
    "at_most",
    "below",
    "between",
    "contains",
    "contains_any",
    "starts_with",
    "ends_with",
    "matches_path",
    "has_word",
    "has_phrase",
    "has_word_beginning",
    "has_form_of",
    "domain_in",
    "within_last",
    "older_than",
    "within_next",
    "present",
]


@dataclass(frozen=True, slots=True)
class Test:
    """`field operator value`. A test of an unknown value does not hold, whatever the operator, except `present: false`.

    Text compares folded: without case and accents, `ü` as `ue`. `between` is a pair with both ends included; `matches_path` takes
    globs (`/preise/**`); `within_last`, `older_than` and `within_next` a timedelta, asked of days and aware moments. Lists are
    tuples; `file` is the CSV file that one came from.
    """

    field: str
    operator: Operator
    value: Any
    where: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; no parts: holds."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold (so it holds for an unknown value)."""

    part: Condition


Condition = Test | All | AnyOf | Not
ALWAYS = All()
