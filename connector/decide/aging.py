"""When time alone turns a test of a day or a moment: `within_last`, `older_than`, `within_next`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from connector.decide.condition import Get
from connector.decide.once import once
from connector.decide.operators.age import RELATIVE, flips
from connector.model.condition import Test
from connector.model.rules import Rulebook


def turns(book: Rulebook, get: Get) -> Iterator[datetime]:
    """Every moment at which such a test anywhere in the rules turns for these facts, past ones too."""
    tests = _relative(book)
    zone = ZoneInfo(book.timezone) if tests else None
    for test in tests:
        value = get(test.field)
        if value is not None and zone is not None:
            yield from flips(test, value, zone)


@once(size=16)
def _relative(book: Rulebook) -> tuple[Test, ...]:
    return tuple(test for test in _tests(book) if test.operator in RELATIVE)


def _tests(value: Any) -> Iterator[Test]:
    """All tests of a value of the rules, however deep; conditions are asked in many places."""
    if isinstance(value, Test):
        yield value
    elif isinstance(value, tuple | list | frozenset):
        for inner in value:
            yield from _tests(inner)
    elif isinstance(value, Mapping):
        yield from _tests(tuple(value.values()))
    elif is_dataclass(value):
        for field in fields(value):
            yield from _tests(getattr(value, field.name))
