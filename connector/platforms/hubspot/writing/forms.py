"""Whether two values HubSpot shows or takes are the same (api-contracts A.5: everything is text)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from connector.platforms.hubspot.writing.row import as_text


def same(one: Any, other: Any) -> bool:
    """Empty and missing are one; numbers compare by value, times by moment, text without white space at its end."""
    first, second = (as_text(form).replace("\r\n", "\n").rstrip() for form in (one, other))
    if first == second:
        return True
    if not first or not second:
        return False
    return _equal(_number(first), _number(second)) or _equal(_moment(first), _moment(second))


def _equal(one: object | None, other: object | None) -> bool:
    return one is not None and one == other


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    """To the second."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).replace(microsecond=0)
