"""Spellings that mean the same: case, accents, umlauts, punctuation and white space do not tell people apart."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_GERMAN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa"}
)
_GAPS = re.compile(r"[^\w]+|_+")


@lru_cache(65536)
def fold(text: str) -> str:
    """Lower case, `ü` as `ue`, no other accents, words divided by one blank each: `Dr.-Ing. Müller` is `dr ing mueller`."""
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(_GERMAN)
    if not lowered.isascii():
        parts = unicodedata.normalize("NFKD", lowered)
        plain = "".join(each for each in parts if not unicodedata.combining(each))
        lowered = plain.casefold().translate(_GERMAN)  # what an accent had hidden: `ǽ`
    return _GAPS.sub(" ", lowered).strip()
