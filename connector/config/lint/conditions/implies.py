"""Whether one condition holds only where another does. A True is certain; a False says nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf
from typing import Any, NamedTuple

from connector.decide.conditions.operators import fold, verdict
from connector.decide.conditions.operators.age import RELATIVE
from connector.model.condition import All, AnyOf, Condition, Not, Test

MOST = 10_000  # pairs of words that are compared; beyond, nothing is said

WORDED = frozenset({"has_word", "has_phrase", "has_word_beginning", "has_form_of"})
ONE_OF = WORDED | {"domain_in", "matches_path"}


def implies(narrow: Condition, wide: Condition) -> bool:
    """Whether `wide` holds for everybody for whom `narrow` holds."""
    return _Pairs().implies(narrow, wide)


class _Pairs:
    """Each pair of parts is compared once: nested conditions would ask for the same pair on many ways."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bool] = {}

    def implies(self, narrow: Condition, wide: Condition) -> bool:
        pair = id(narrow), id(wide)
        if pair not in self._known:
            self._known[pair] = self._judged(narrow, wide)
        return self._known[pair]

    def _judged(self, narrow: Condition, wide: Condition) -> bool:
        if isinstance(wide, All):
            return all(self.implies(narrow, part) for part in wide.parts)
        if isinstance(narrow, AnyOf):
            return all(self.implies(part, wide) for part in narrow.parts)
        if isinstance(wide, AnyOf) and any(self.implies(narrow, part) for part in wide.parts):
            return True
        if isinstance(narrow, All):
            some = any(self.implies(part, wide) for part in narrow.parts)
            return some or _within_all(narrow.parts, wide)
        if isinstance(narrow, Not) and isinstance(wide, Not):
            return self.implies(wide.part, narrow.part)
        return isinstance(narrow, Test) and isinstance(wide, Test) and _test(narrow, wide)


def _within_all(parts: Sequence[Condition], wide: Condition) -> bool:
    """Two ends of one range may say together what neither says alone."""
    if not isinstance(wide, Test) or (goal := _span([wide])) is None:
        return False
    found = _span([part for part in parts if isinstance(part, Test) and part.field == wide.field])
    return found is not None and goal.holds(found)


class _Span(NamedTuple):
    """A range of numbers; `open_low`: its lower end does not belong to it."""

    low: float = -inf
    high: float = inf
    open_low: bool = False
    open_high: bool = False

    def holds(self, other: _Span) -> bool:
        low = other.low > self.low or (
            other.low == self.low and (other.open_low or not self.open_low)
        )
        high = other.high < self.high or (
            other.high == self.high and (other.open_high or not self.open_high)
        )
        return low and high

    def cut(self, other: _Span) -> _Span:
        low = max((self.low, self.open_low), (other.low, other.open_low))
        high = min((self.high, not self.open_high), (other.high, not other.open_high))
        return _Span(low[0], high[0], low[1], not high[1])


def _span(tests: Iterable[Test]) -> _Span | None:
    """The range that all tests leave; None if none of them is about a range."""
    found = None
    for test in tests:
        one = _range(test.operator, test.value)
        if one is not None:
            found = one if found is None else found.cut(one)
    return found


def _range(operator: str, value: Any) -> _Span | None:
    numbers = value if isinstance(value, tuple) else (value,)
    if not all(
        isinstance(number, int | float) and not isinstance(number, bool) for number in numbers
    ):
        return None
    match operator:
        case "at_least":
            return _Span(low=value)
        case "above":
            return _Span(low=value, open_low=True)
        case "at_most":
            return _Span(high=value)
        case "below":
            return _Span(high=value, open_high=True)
        case "between":
            return _Span(value[0], value[1])
        case "equals":
            return _Span(value, value)
    return None


def _test(narrow: Test, wide: Test) -> bool:
    if narrow.field != wide.field:
        return False
    if narrow.operator == wide.operator != "between" and _folded(narrow.value) == _folded(
        wide.value
    ):
        return True
    if wide.operator == "present":
        return wide.value is True and (narrow.operator != "present" or narrow.value is True)
    inner, outer = _span([narrow]), _span([wide])
    if inner is not None and outer is not None:
        return outer.holds(inner)
    if narrow.operator == wide.operator and narrow.operator in RELATIVE:
        return bool(
            narrow.value >= wide.value
            if narrow.operator == "older_than"
            else narrow.value <= wide.value
        )
    return _words(narrow, wide)


def _words(narrow: Test, wide: Test) -> bool:
    """Sets of values, and parts of texts."""
    some, others = _folded(narrow.value), _folded(wide.value)
    exact = narrow.operator in ("equals", "in")
    if len(some) * len(others) > MOST:
        return False
    if narrow.operator == wide.operator and wide.operator in ONE_OF:
        return some <= others
    match wide.operator:
        case "equals" | "in":
            return exact and some <= others
        case operator if operator in WORDED:
            holds = verdict(operator, tuple(others))
            return exact and all(holds(one) for one in some)
        case "not_in" | "not_equals":
            return narrow.operator in ("not_in", "not_equals") and others <= some
        case "contains" | "contains_any":
            parts = exact or narrow.operator in (
                "contains",
                "contains_any",
                "starts_with",
                "ends_with",
            )
            return parts and all(any(str(o) in str(one) for o in others) for one in some)
        case "starts_with":
            parts = exact or narrow.operator == "starts_with"
            return parts and all(any(str(one).startswith(str(o)) for o in others) for one in some)
        case "ends_with":
            parts = exact or narrow.operator == "ends_with"
            return parts and all(any(str(one).endswith(str(o)) for o in others) for one in some)
    return False


def _folded(value: Any) -> frozenset[Any]:
    """Values as they compare; a yes/no is never a number."""
    many = value if isinstance(value, tuple) else (value,)
    return frozenset(
        fold(one) if isinstance(one, str) else (one,) if isinstance(one, bool) else one
        for one in many
    )
