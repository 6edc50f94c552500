"""Whether a value is one of those wanted."""

from __future__ import annotations

from typing import Any

from connector.decide.conditions.operators.order import numeric
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
    keys |= {str(value).lower() for value in many(wanted) if isinstance(value, bool)}
    numbers = {key for key in keys if numeric(key) is not None and not isinstance(key, str)}

    def found(value: Any) -> bool:
        try:
            if _key(value) in keys:
                return True
        except TypeError:  # a detail member may be an object, which equals nothing
            return False
        return bool(numbers) and isinstance(value, str) and _counted(value) in numbers

    return found


def _counted(text: str) -> Any:
    """The number that a text writes; one with a zero before it is a code, as a postal code is."""
    plain = text.strip()
    return None if plain[:1] == "0" and plain[1:2].isdigit() else numeric(plain)
