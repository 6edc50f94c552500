"""More or less: numbers, amounts of one currency, days, moments and texts."""

from __future__ import annotations

import operator as ordering
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from connector.decide.conditions.operators.verdict import Verdict
from connector.decide.fields.normal.number import number
from connector.decide.words.letters import fold
from connector.model.money import Money

ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "at_least": ordering.ge,
    "above": ordering.gt,
    "at_most": ordering.le,
    "below": ordering.lt,
}


def numeric(value: Any) -> Any:
    """A number, also one written as text, as fields of that type are read (`1,000`, `1.234,5`); None for anything else."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return value
    try:
        return number(value) if isinstance(value, str) else None
    except ValueError:
        return None


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
    return _text if isinstance(wanted, str) else numeric


def ordered(operator: str, wanted: Any) -> Verdict:
    """Values of another kind than `wanted` have no order to it: the test does not hold."""
    read, compare = _reader(wanted), ORDER[operator]
    limit = read(wanted)

    def compared(value: Any) -> bool:
        try:
            found = read(value)
            return found is not None and limit is not None and compare(found, limit)
        except (
            TypeError,
            ArithmeticError,
        ):  # naive against aware time; a decimal that is no number
            return False

    return compared


def between(wanted: Any) -> Verdict:
    low, high = wanted
    from_low, to_high = ordered("at_least", low), ordered("at_most", high)
    return lambda value: from_low(value) and to_high(value)
