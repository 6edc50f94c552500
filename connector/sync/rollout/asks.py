"""What a rulebook asks of people, so that a plan reads nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from connector.model.condition import Test
from connector.model.rules import Rulebook

_BEGAN = frozenset({"classification", "targeted", "origin", "channel"})


def asks_when_it_began(book: Rulebook) -> bool:
    """Whether any rule may ask for the first touch: directly, or by what is said of it."""
    rules = book.classification
    if book.channels or rules.kinds or rules.targeted or rules.origins:
        return True
    return any(name in _BEGAN or name.startswith("first_touch") for name in asked(book))


def asked(value: Any) -> Iterator[str]:
    """Every fact that a condition somewhere in it tests."""
    if isinstance(value, Test):
        yield value.field
    elif is_dataclass(value):
        for member in fields(value):
            yield from asked(getattr(value, member.name))
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from asked(one)
    elif isinstance(value, tuple):
        for one in value:
            yield from asked(one)
