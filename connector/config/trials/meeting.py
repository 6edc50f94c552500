"""Whether what came out meets what was expected."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from connector.config.compiled.condition import Kind, tests
from connector.config.documents import TestsDocument
from connector.config.trials.course import Came
from connector.config.yaml import Source
from connector.decide.conditions.condition import compiled, ranked
from connector.decide.conditions.operators import fold
from connector.model.money import Money

NOWHERE = Source("", None)
SEVERAL = (tuple, list, set, frozenset)


def holds(wanted: Any, points: float) -> bool:
    """Points that are a number, or satisfy tests."""
    if not isinstance(wanted, TestsDocument):
        return bool(wanted == points)
    return compiled(tests(wanted, "points", NOWHERE, (), {}))(lambda _: points)


def fits(wanted: Any, name: str, got: Any, came: Came) -> bool:
    """Whether a fact is as expected; what nobody knows satisfies only "", [] and `present: false`."""
    if isinstance(wanted, TestsDocument):
        try:
            asked = tests(wanted, name, NOWHERE, (), {name: _kind(got)})
        except ValueError:
            return False
        asks = compiled(ranked(asked, came.stages))
        return asks(lambda other: got if other == name else came.get(other))
    if isinstance(wanted, tuple):
        return sorted(map(_key, wanted)) == sorted(map(_key, _many(got)))
    return _key(wanted) in map(_key, _many(got) or ("",))


def _many(got: Any) -> tuple[Any, ...]:
    if got is None or got == "":
        return ()
    return tuple(got) if isinstance(got, SEVERAL) else (got,)


def _key(value: Any) -> str:
    """Equal keys, equal values: a moment in whatever zone it is written, a number with or without fraction, text without case."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if "T" in value else value
        except ValueError:
            return fold(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return repr(value.timestamp())
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return fold(str(value))


def _kind(got: Any) -> Kind:
    """As which type the wanted values are to be read."""
    if isinstance(got, Money):
        return Kind("money", currency=got.currency)
    if isinstance(got, datetime):
        return Kind("datetime")
    return Kind("date" if isinstance(got, date) else "")
