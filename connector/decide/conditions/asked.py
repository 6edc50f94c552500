"""All tests that stand anywhere in a value of the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from connector.model.condition import Condition, Not, Test


def tests_in(value: Any) -> Iterator[Test]:
    """Every test that must hold for something, however deep, in the order of the value's members: none inside a `not`."""
    for test, negated in _found(value, negated=False):
        if not negated:
            yield test


def every_test(value: Any) -> Iterator[Test]:
    """Every test, those inside a `not`, too."""
    yield from (test for test, _ in _found(value, negated=False))


def limits(conditions: Iterable[Condition]) -> tuple[float, ...]:
    """The numbers that conditions hold the activity against, in their order."""
    found = {
        number
        for test in every_test(tuple(conditions))
        if test.field == "activity"
        for number in _numbers(test.value)
    }
    return tuple(sorted(found))


def _numbers(value: object) -> list[float]:
    many = value if isinstance(value, tuple | list | set | frozenset) else (value,)
    return [float(v) for v in many if isinstance(v, int | float) and not isinstance(v, bool)]


def _found(value: Any, *, negated: bool) -> Iterator[tuple[Test, bool]]:
    if isinstance(value, Test):
        yield value, negated
    elif isinstance(value, Not):
        yield from _found(value.part, negated=True)
    elif isinstance(value, tuple | list | frozenset):
        for inner in value:
            yield from _found(inner, negated=negated)
    elif isinstance(value, Mapping):
        yield from _found(tuple(value.values()), negated=negated)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _found(getattr(value, field.name), negated=negated)
