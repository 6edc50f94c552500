"""Whether a value is one of those wanted."""

from __future__ import annotations

from typing import Any

from connector.decide.conditions.operators.verdict import Verdict
from connector.decide.words.letters import fold


def _key(value: Any) -> Any:
    """Equal keys, equal values; a yes/no is never a number."""
    if isinstance(value, str):
        return fold(value)
    return (value,) if isinstance(value, bool) else value


def many(wanted: Any) -> tuple[Any, ...]:
    return tuple(wanted) if isinstance(wanted, tuple | list | set | frozenset) else (wanted,)


def among(wanted: Any) -> Verdict:
    """Details of activities come as text from some vendors: a wanted number or yes/no also takes its text."""
    keys = {_key(value) for value in many(wanted)}
    keys |= {fold(str(value)) for value in many(wanted) if isinstance(value, bool | int | float)}
    keys |= {str(int(v)) for v in many(wanted) if isinstance(v, float) and v.is_integer()}

    def found(value: Any) -> bool:
        try:
            return _key(value) in keys
        except TypeError:  # a detail member may be an object, which equals nothing
            return False

    return found
