"""Several values in one property: the multi-select's `a;b` (api-contracts A.5; a Salesforce multi-select picklist, too)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

SEPARATOR = ";"


def each(normal: Callable[..., Any]) -> Callable[..., tuple[Any, ...] | None]:
    """Reads every part by itself; sorted, without doubles and blanks; None if nothing is left."""

    def read(raw: Any, *more: str) -> tuple[Any, ...] | None:
        return united(normal(part, *more) for part in parts(raw))

    return read


def parts(raw: Any) -> list[Any]:
    """What stands between the separators, without white space around it; a part that is no text stays as it is."""
    if isinstance(raw, str):
        return [part.strip() for part in raw.split(SEPARATOR)]
    if isinstance(raw, (list, tuple)):
        return [part for one in raw for part in (parts(one) if isinstance(one, str) else [one])]
    return [raw]


def united(parts: Iterable[Any]) -> tuple[Any, ...] | None:
    """Distinct values in the order of their text; None if there are none."""
    return tuple(sorted({part for part in parts if part is not None}, key=str)) or None
