"""Parts of a text, wherever they stand in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connector.decide.conditions.operators.among import many
from connector.decide.conditions.operators.verdict import Verdict
from connector.decide.conditions.path import path_matcher
from connector.decide.words.letters import fold


def contains(wanted: Any) -> Verdict:
    parts = tuple(fold(str(part)) for part in many(wanted))

    def has(value: Any) -> bool:
        if not isinstance(value, str):
            return False
        text = fold(value)
        return any(part in text for part in parts)

    return has


def starts(wanted: Any) -> Verdict:
    parts = tuple(fold(str(part)) for part in many(wanted))
    return lambda value: isinstance(value, str) and fold(value).startswith(parts)


def ends(wanted: Any) -> Verdict:
    parts = tuple(fold(str(part)) for part in many(wanted))
    return lambda value: isinstance(value, str) and fold(value).endswith(parts)


def path(wanted: Any) -> Verdict:
    matches = path_matcher(str(glob) for glob in many(wanted))
    return lambda value: isinstance(value, str) and matches(value)


def of_words(make: Callable[[tuple[str, ...]], Callable[[str], bool]]) -> Callable[[Any], Verdict]:
    """A test of whole words as an operator: it holds for texts only."""

    def maker(wanted: Any) -> Verdict:
        asks = make(tuple(map(str, many(wanted))))
        return lambda value: isinstance(value, str) and asks(value)

    return maker
