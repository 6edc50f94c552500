"""When two values of a Salesforce property are the same to Salesforce."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

_ID = re.compile(r"[a-zA-Z0-9]{15}([A-Z0-5]{3})?")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


def same(wanted: Any, shown: Any) -> bool:
    """Empty text is null and an empty checkbox false (api-contracts B.8); numbers by value, times by the second, ids in
    15 or 18 characters, texts without their ends and with any line ends."""
    first, second = _plain(wanted), _plain(shown)
    if _empty(first) or _empty(second):
        return _empty(first) and _empty(second)
    return isinstance(first, bool) == isinstance(second, bool) and bool(first == second)


def _empty(value: Any) -> bool:
    return value is None or value is False


def all_same(wanted: Mapping[str, Any], shown: Mapping[str, Any]) -> bool:
    """Whether a record shows every wanted value."""
    return all(same(value, shown.get(name)) for name, value in wanted.items())


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return float(value)
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").strip()
    if not text:
        return None
    if _ID.fullmatch(text) and any(char.isdigit() for char in text):
        return text[:15]
    if _TIME.match(text):
        try:
            return datetime.fromisoformat(text).replace(microsecond=0)
        except ValueError:
            return text
    return text
