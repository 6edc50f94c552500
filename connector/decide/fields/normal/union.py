"""Several values in one property: the multi-select's `a;b` (api-contracts A.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SEPARATOR = ";"


def each(normal: Callable[..., Any]) -> Callable[..., tuple[Any, ...] | None]:
    """Reads every part by itself; sorted, without doubles and blanks; None if nothing is left."""

    def read(raw: Any, *more: str) -> tuple[Any, ...] | None:
        if isinstance(raw, str):
            raw = raw.split(SEPARATOR)
        parts = raw if isinstance(raw, (list, tuple)) else [raw]
        return united(normal(part, *more) for part in parts)

    return read


def united(parts: Any) -> tuple[Any, ...] | None:
    """Distinct values in the order of their text; None if there are none."""
    return tuple(sorted({part for part in parts if part is not None}, key=str)) or None
