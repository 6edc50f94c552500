"""Text as people type it, and choices of a picklist."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from unicodedata import normalize


def text(raw: Any) -> str | None:
    """Trimmed at both ends, composed (NFC), lines ended by `\\n`; blank is None. Numbers and flags become their text."""
    if type(raw) is not str:
        raw = spelled(raw)
    if "\0" in raw or not raw.isascii():
        raw = normalize("NFC", storable(raw))
    if "\r" in raw:
        raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    return raw.strip() or None


def choice(raw: Any) -> str | None:
    """A picklist value, exactly as it is: vendors compare these with case (api-contracts A.5)."""
    if type(raw) is not str:
        raw = spelled(raw)
    if "\0" in raw or not raw.isascii():
        raw = storable(raw)
    return raw if raw.strip() else None


def spelled(raw: Any) -> str:
    """A JSON scalar as text; raises ValueError for lists and objects."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, (str, int, float, Decimal, date)):
        return str(raw)
    raise ValueError("is not text")


def storable(raw: str) -> str:
    """Without what no database keeps: NUL, and halves of surrogate pairs (shown as `?`)."""
    return raw.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
