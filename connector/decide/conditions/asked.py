"""All tests that stand anywhere in a value of the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from connector.model.condition import Not, Test


def tests_in(value: Any) -> Iterator[Test]:
    """Every test that must hold for something, however deep, in the order of the value's members: none inside a `not`."""
    for test, negated in _found(value, negated=False):
        if not negated:
            yield test


def every_test(value: Any) -> Iterator[Test]:
    """Every test, those inside a `not`, too."""
    yield from (test for test, _ in _found(value, negated=False))


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
