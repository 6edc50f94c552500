"""A value under which a condition holds: for saying what would have to be known, or done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connector.decide.conditions.condition import compiled
from connector.model.condition import All, AnyOf, Condition, Not, Test

MOST = 64  # tries for one condition


def witnesses(condition: Condition) -> Iterator[Mapping[str, Any]]:
    """Facts that make the condition hold, by name, a few of many; each was tried. None at all for what cannot be guessed."""
    for number, facts in enumerate(_guesses(condition)):
        if number >= MOST:
            return
        if compiled(condition)(facts.get):
            yield facts


def witness(condition: Condition) -> Mapping[str, Any] | None:
    """The first of them."""
    return next(witnesses(condition), None)


def _guesses(condition: Condition) -> Iterator[dict[str, Any]]:
    if isinstance(condition, Test):
        yield from ({condition.field: value} for value in _values(condition))
    elif isinstance(condition, AnyOf):
        for part in condition.parts:
            yield from _guesses(part)
    elif isinstance(condition, All):
        yield from _joined(condition.parts)
    elif isinstance(condition, Not):
        yield {}


def _joined(parts: tuple[Condition, ...]) -> Iterator[dict[str, Any]]:
    """Guesses of the parts side by side; of a field that several name, each guess in turn."""
    if not parts:
        yield {}
        return
    first, *rest = parts
    for facts in _guesses(first):
        for others in _joined(tuple(rest)):
            yield {**others, **facts}
            yield {**facts, **others}


def _values(test: Test) -> Iterator[Any]:
    wanted = test.value
    many = wanted if isinstance(wanted, tuple) else (wanted,)
    if test.operator in ("at_least", "at_most", "equals", "between"):
        yield many[0]
    elif test.operator in ("above", "below") and _number(wanted):
        yield wanted + 1 if test.operator == "above" else wanted - 1
    elif test.operator == "present":
        yield from ("known",) if wanted else ()
    elif test.operator == "matches_path":
        yield from (
            str(glob).replace("**", "x").replace("*", "x").replace("?", "x") for glob in many
        )
    elif test.operator in ("not_equals", "not_in"):
        yield "another"
    else:  # in, contains, starts_with and the like take the text that they look for
        yield from many


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
