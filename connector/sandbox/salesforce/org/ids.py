"""Salesforce record ids: 15 case-sensitive characters, or the same with a case checksum of three."""

from __future__ import annotations

import string
from collections import Counter
from functools import lru_cache

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_CHECK = string.ascii_uppercase + "012345"
_POD = "5g0"
_FIRST = 62**3 * 7 + 62**2 * 11 + 37


def checksum(short: str) -> str:
    """The three characters that say which of the 15 are capitals (api-contracts B.8, "18-char case-safe form")."""
    found = []
    for start in (0, 5, 10):
        chunk = short[start : start + 5]
        found.append(_CHECK[sum(1 << bit for bit, char in enumerate(chunk) if "A" <= char <= "Z")])
    return "".join(found)


@lru_cache(maxsize=65536)
def id18(text: str) -> str | None:
    """The 18-character form of a 15- or 18-character id; None if it is neither, or its checksum is wrong."""
    if len(text) not in (15, 18) or not (text.isascii() and text.isalnum()):
        return None
    full = text[:15] + checksum(text[:15])
    return full if text in (full[:15], full) else None


def base62(number: int, width: int) -> str:
    digits = []
    while number:
        number, rest = divmod(number, 62)
        digits.append(ALPHABET[rest])
    return "".join(reversed(digits)).rjust(width, "0")


class Minter:
    """Hands out increasing ids per key prefix; nothing random, so a run repeats itself."""

    def __init__(self) -> None:
        self._next: Counter[str] = Counter()

    def mint(self, prefix: str) -> str:
        number = _FIRST + self._next[prefix]
        self._next[prefix] += 1
        short = f"{prefix}{_POD}{base62(number, 9)}"
        return short + checksum(short)
