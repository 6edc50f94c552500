"""Postal codes as people, address books and spreadsheets write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_SIGNS = re.compile(r"[\s.\u2010-\u2014-]+")
_LETTERS = re.compile(r"^([A-Z]{1,3})([\s-]+)(?=[0-9])")
_FRACTION = re.compile(r"(?<=[0-9])[.,]0$")  # of a number that a spreadsheet made of it
_SHORT_DISTRICT = re.compile(r"[A-Z]{1,2}[0-9][0-9][A-Z]{2}")
_PLATES: Mapping[str, str] = {
    "AT": "A", "BE": "B", "DE": "D", "ES": "E", "FI": "FIN", "FR": "F", "HU": "H", "IT": "I", "LU": "L", "NO": "N", "PT": "P",
    "SE": "S", "SI": "SLO",
}  # fmt: skip
"""Letters of cars that people write before a code: `D 20095`."""
_LOST: Mapping[str, tuple[int, int]] = {
    "AU": (4, 3), "BR": (8, 7), "DE": (5, 4), "ES": (5, 4), "FI": (5, 3), "FR": (5, 4), "IT": (5, 3), "JP": (7, 5),
    "KR": (5, 4), "LT": (5, 4), "MX": (5, 4), "NO": (4, 3), "PL": (5, 3), "RO": (6, 5), "SK": (5, 4), "TR": (5, 4),
    "UA": (5, 4), "US": (5, 3),
}  # fmt: skip
"""Digits of a code where it may begin with zeros, and how few a spreadsheet may leave of them."""


def postal(text: Any, country: str) -> str:
    """A postal code as tables know it: capitals, no blanks or signs, no `D-` before it, with the zeros that a number lost."""
    if not isinstance(text, str):
        return ""
    plain = _FRACTION.sub("", text.strip().upper())
    begun = _LETTERS.match(plain)
    if begun and ("-" in begun[2] or begun[1] in (country, _PLATES.get(country))):
        plain = plain[begun.end() :]
    found = _SIGNS.sub("", plain)
    whole, least = _LOST.get(country, (0, 0))
    return found.zfill(whole) if least <= len(found) < whole and found.isdecimal() else found


def misread(code: str, country: str) -> int:
    """The length at which a British code looks like another district: `E1 6AN` is none of E16. -1 for any other code."""
    return len(code) - 2 if country == "GB" and _SHORT_DISTRICT.fullmatch(code) else -1
