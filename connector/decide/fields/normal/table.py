"""A mapping's value table: the vendor's values into ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from connector.decide.fields.normal.text import spelled


class Held(ValueError):
    """The table does not know the value, and the mapping says to wait for a person."""


def translated(
    table: Mapping[str, Any],
    unknown: Literal["keep", "ignore", "hold"],
    normal: Callable[..., Any],
) -> Callable[..., Any]:
    """Looks values up without case; a value the table lacks is kept (and made normal), ignored (None) or raises Held.

    Further arguments go to `normal`. The table's own right-hand sides are made normal where the type can hold them.
    """
    known = {spelled(key).strip().casefold(): value for key, value in table.items()}

    def read(raw: Any, *more: str) -> Any:
        key = spelled(raw).strip().casefold()
        if key in known:
            value = known[key]
            return None if value is None else normal(value, *more)
        if unknown == "keep":
            return normal(raw, *more)
        if unknown == "ignore":
            return None
        raise Held("shows a value that is missing in the mapping's table")

    return read
