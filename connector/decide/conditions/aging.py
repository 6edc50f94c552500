"""When time alone turns a test of a day or a moment: `within_last`, `older_than`, `within_next`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from connector.decide.conditions.asked import every_test
from connector.decide.conditions.condition import Get
from connector.decide.conditions.operators.age import RELATIVE, flips
from connector.decide.once import once
from connector.model.condition import Test
from connector.model.rules import Rulebook


def turns(book: Rulebook, get: Get) -> Iterator[datetime]:
    """Every moment at which such a test anywhere in the rules turns for these facts, past ones too."""
    tests = relative(book)
    zone = ZoneInfo(book.timezone) if tests else None
    for test in tests:
        value = get(test.field)
        if value is not None and zone is not None:
            yield from flips(test, value, zone)


@once(size=16)
def relative(book: Rulebook) -> tuple[Test, ...]:
    """Every such test."""
    return tuple(test for test in every_test(book) if test.operator in RELATIVE)
