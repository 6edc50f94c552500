"""What two texts must share to mean the same."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import orjson
from pydantic import BaseModel


def canonical(document: BaseModel | None) -> Any:
    """A document as plain values: without comments, places, order of keys, and what only repeats a default."""
    if document is None:
        return None
    return document.model_dump(by_alias=True, exclude_defaults=True)


def digest(value: Any) -> str:
    """SHA-256 (hex) of the value as JSON with sorted keys."""
    options = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS
    return hashlib.sha256(orjson.dumps(value, default=_plain, option=options)).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise TypeError(type(value).__name__)
