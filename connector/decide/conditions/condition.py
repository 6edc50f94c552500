"""Conditions as functions: compiled once, asked a million times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from connector.decide.conditions.operators import NEGATIVE, verdict
from connector.decide.conditions.operators.age import NOW, RELATIVE, holds
from connector.decide.once import once
from connector.model.condition import All, AnyOf, Condition, Not, Test
from connector.model.money import Money

Get = Callable[[str], Any]
Holds = Callable[[Get], bool]
# Names whose order is the lifecycle's, beside `stage.<track>`.
STAGES = frozenset({"stage", "peak"})
_ORDERED = frozenset({"at_least", "above", "at_most", "below", "between"})
_COLLECTIONS = (tuple, list, set, frozenset)


def _known(value: Any) -> bool:
    return value is not None and value != "" and not (isinstance(value, _COLLECTIONS) and not value)


def _presence(test: Test) -> Holds:
    field, wanted = test.field, bool(test.value)
    return lambda get: _known(get(field)) is wanted


def _question(test: Test) -> Holds:
    field, negative = test.field, test.operator in NEGATIVE
    asked = verdict(test.operator, test.value)

    def holds(get: Get) -> bool:
        value = get(field)
        if value is None or value == "":
            return False
        if type(value) is not str and isinstance(value, _COLLECTIONS):  # most are text: faster
            return bool(value) and any(map(asked, value)) is not negative
        return asked(value) is not negative

    currencies = _currencies(test.value)
    return _in_currency(holds, field, currencies) if currencies else holds


def _currencies(wanted: Any) -> frozenset[str]:
    many = wanted if isinstance(wanted, _COLLECTIONS) else (wanted,)
    return frozenset(each.currency for each in many if isinstance(each, Money))


def _in_currency(holds: Holds, field: str, currencies: frozenset[str]) -> Holds:
    """An amount in a currency that the test does not name is as good as unknown."""

    def known(get: Get) -> bool:
        value = get(field)
        return isinstance(value, Money) and value.currency in currencies and holds(get)

    return known


def _test(test: Test) -> Holds:
    if _staged(test) and test.operator in _ORDERED:
        raise ValueError(f"{test.field} has an order only after ranked(condition, stages)")
    if test.operator == "present":
        return _presence(test)
    return _aged(test) if test.operator in RELATIVE else _question(test)


def _aged(test: Test) -> Holds:
    """A test that asks for the present moment besides; it does not hold where nobody knows it."""
    field, operator, span = test.field, test.operator, test.value

    def aged(get: Get) -> bool:
        value, now = get(field), get(NOW)
        many = value if isinstance(value, _COLLECTIONS) else (value,)
        return now is not None and any(holds(operator, span, each, now) for each in many)

    return aged


def _all(parts: list[Holds]) -> Holds:
    if len(parts) == 1:
        return parts[0]
    if len(parts) == 2:
        first, second = parts
        return lambda get: first(get) and second(get)

    def holds(get: Get) -> bool:
        for part in parts:  # noqa: SIM110 a generator would cost half as much again here
            if not part(get):
                return False
        return True

    return holds


def _any(parts: list[Holds]) -> Holds:
    def holds(get: Get) -> bool:
        for part in parts:  # noqa: SIM110 a generator would cost half as much again here
            if part(get):
                return True
        return False

    return holds


def _negated(part: Holds) -> Holds:
    return lambda get: not part(get)


def _closure(condition: Condition) -> Holds:
    if isinstance(condition, Test):
        return _test(condition)
    if isinstance(condition, Not):
        return _negated(_closure(condition.part))
    parts = [_closure(part) for part in condition.parts]
    return _all(parts) if isinstance(condition, All) else _any(parts)


@once(size=4096)
def compiled(condition: Condition) -> Holds:
    """The condition as a function of `get(name)`, which gives a value, several values (any may match) or None for unknown.

    Raises ValueError for an unknown operator, and for an order of stages that was not put through `ranked` before.
    """
    return _closure(condition)


def tests(condition: Condition) -> Iterator[Test]:
    """Every single test, in the order of the text."""
    if isinstance(condition, Test):
        yield condition
    elif isinstance(condition, Not):
        yield from tests(condition.part)
    else:
        for part in condition.parts:
            yield from tests(part)


def _staged(test: Test) -> bool:
    return test.field in STAGES or test.field.startswith("stage.")


def _ranked_test(test: Test, stages: tuple[str, ...]) -> Test:
    if not _staged(test) or test.operator not in _ORDERED:
        return test
    rank = {stage: place for place, stage in enumerate(stages)}
    if test.operator == "between":
        low, high = (rank.get(str(end)) for end in test.value)
    else:
        low = rank.get(str(test.value)) if test.operator in ("at_least", "above") else 0
        high = rank.get(str(test.value)) if test.operator in ("at_most", "below") else len(stages)
    if low is None or high is None:
        return replace(test, operator="in", value=())
    wanted = stages[low + (test.operator == "above") : high + (test.operator != "below")]
    return replace(test, operator="in", value=wanted)


def ranked(condition: Condition, stages: tuple[str, ...]) -> Condition:
    """The same condition with every order of `stage` and `peak` spelled out: `at_least SQL` becomes `in [SQL, SAL, ...]`."""
    if isinstance(condition, Test):
        return _ranked_test(condition, stages)
    if isinstance(condition, Not):
        return Not(ranked(condition.part, stages))
    parts = tuple(ranked(part, stages) for part in condition.parts)
    return All(parts) if isinstance(condition, All) else AnyOf(parts)


def failing(condition: Condition, get: Get) -> tuple[str, ...]:
    """Why a condition does not hold, without values: `postal_code does not match`, `country is unknown`. Empty if it holds."""
    if compiled(condition)(get):
        return ()
    if isinstance(condition, Test):
        known = _known(get(condition.field))
        verb = "is known" if condition.operator == "present" else "does not match"
        return (f"{condition.field} {verb if known else 'is unknown'}",)
    if isinstance(condition, Not):
        return tuple(dict.fromkeys(f"{test.field} does not match" for test in tests(condition)))
    return tuple(dict.fromkeys(why for part in condition.parts for why in failing(part, get)))
