"""What each operator asks of one known value."""

from __future__ import annotations

import operator as ordering
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any
from unicodedata import normalize

from connector.decide.path import path_matcher
from connector.model.money import Money

Verdict = Callable[[Any], bool]
NEGATIVE = frozenset({"not_equals", "not_in"})
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "at_least": ordering.ge,
    "above": ordering.gt,
    "at_most": ordering.le,
    "below": ordering.lt,
}


def fold(text: str) -> str:
    """Text as it compares: without case, accents kept, composed."""
    return text.lower() if text.isascii() else normalize("NFC", text.casefold())


def _key(value: Any) -> Any:
    """Equal keys, equal values; a yes/no is never a number."""
    if isinstance(value, str):
        return fold(value)
    return (value,) if isinstance(value, bool) else value


def _many(wanted: Any) -> tuple[Any, ...]:
    return tuple(wanted) if isinstance(wanted, tuple | list | set | frozenset) else (wanted,)


def _among(wanted: Any) -> Verdict:
    """Details of activities come as text from some vendors: a wanted number or yes/no also takes its text."""
    keys = {_key(value) for value in _many(wanted)}
    keys |= {fold(str(value)) for value in _many(wanted) if isinstance(value, bool | int | float)}
    keys |= {str(int(v)) for v in _many(wanted) if isinstance(v, float) and v.is_integer()}

    def among(value: Any) -> bool:
        try:
            return _key(value) in keys
        except TypeError:  # a detail member may be an object, which equals nothing
            return False

    return among


def _number(value: Any) -> Any:
    """A number, also one written as text; None for anything else."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return value
    try:
        number = float(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return number if number is not None and isfinite(number) else None


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _moment(value: Any) -> Any:
    return value if isinstance(value, datetime) else None


def _amount_in(currency: str) -> Callable[[Any], Any]:
    """Amounts in another currency have no order to this one: nothing is converted."""
    return lambda value: (
        value.amount if isinstance(value, Money) and value.currency == currency else None
    )


def _text(value: Any) -> str | None:
    return fold(value) if isinstance(value, str) else None


def _reader(wanted: Any) -> Callable[[Any], Any]:
    """How a value is read to be ordered against `wanted`: as number, moment, day or text."""
    if isinstance(wanted, Money):
        return _amount_in(wanted.currency)
    if isinstance(wanted, datetime):
        return _moment
    if isinstance(wanted, date):
        return _day
    return _text if isinstance(wanted, str) else _number


def _ordered(operator: str, wanted: Any) -> Verdict:
    """Values of another kind than `wanted` have no order to it: the test does not hold."""
    read, compare = _reader(wanted), _ORDER[operator]
    limit = read(wanted)

    def ordered(value: Any) -> bool:
        try:
            found = read(value)
            return found is not None and limit is not None and compare(found, limit)
        except (
            TypeError,
            ArithmeticError,
        ):  # naive against aware time; a decimal that is no number
            return False

    return ordered


def _between(wanted: Any) -> Verdict:
    low, high = wanted
    from_low, to_high = _ordered("at_least", low), _ordered("at_most", high)
    return lambda value: from_low(value) and to_high(value)


def _contains(wanted: Any) -> Verdict:
    parts = tuple(fold(str(part)) for part in _many(wanted))

    def contains(value: Any) -> bool:
        if not isinstance(value, str):
            return False
        text = fold(value)
        return any(part in text for part in parts)

    return contains


def _starts(wanted: Any) -> Verdict:
    parts = tuple(fold(str(part)) for part in _many(wanted))
    return lambda value: isinstance(value, str) and fold(value).startswith(parts)


def _ends(wanted: Any) -> Verdict:
    parts = tuple(fold(str(part)) for part in _many(wanted))
    return lambda value: isinstance(value, str) and fold(value).endswith(parts)


def _path(wanted: Any) -> Verdict:
    matches = path_matcher(str(glob) for glob in _many(wanted))
    return lambda value: isinstance(value, str) and matches(value)


_MAKERS: dict[str, Callable[[Any], Verdict]] = {
    "equals": _among,
    "not_equals": _among,
    "in": _among,
    "not_in": _among,
    "between": _between,
    "contains": _contains,
    "contains_any": _contains,
    "starts_with": _starts,
    "ends_with": _ends,
    "matches_path": _path,
}


def verdict(operator: str, wanted: Any) -> Verdict:
    """The question as a function of one known value; for `not_equals` and `not_in` the question before its negation.

    Raises ValueError for an operator that does not exist.
    """
    if operator in _ORDER:
        return _ordered(operator, wanted)
    if operator not in _MAKERS:
        raise ValueError(f"unknown operator {operator!r}")
    return _MAKERS[operator](wanted)
