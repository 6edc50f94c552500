"""Letters that mean the same: case, umlauts and accents do not tell texts apart."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import combining, normalize

_GERMAN = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}
_NORDIC = {"æ": "ae", "œ": "oe", "ø": "oe", "å": "aa"}
_STROKES = {"ł": "l", "đ": "d", "ħ": "h", "ı": "i"}  # accents that Unicode does not take apart
_HYPHENS = dict.fromkeys("\u2010\u2011", "-")  # what word processors put in
_UNSEEN = dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff")  # soft hyphens, joiners
_SPELT = str.maketrans(_GERMAN | _NORDIC | _STROKES | _HYPHENS | _UNSEEN)


def fold(text: str) -> str:
    """Lower case, `ü` as `ue` and `ß` as `ss`, other letters without accents; blanks and punctuation stay.

    So `Müller` is `Mueller` and never `Muller`, which is another name. Idempotent.
    """
    return text.lower() if text.isascii() else _folded(text)


@lru_cache(16_384)
def _folded(text: str) -> str:
    spelt = normalize("NFKC", text.translate(_SPELT)).casefold()
    spelt = normalize("NFKC", spelt).translate(_SPELT)
    if spelt.isascii():
        return spelt
    parts = "".join(each for each in normalize("NFKD", spelt) if not combining(each))
    return normalize("NFC", parts.casefold().translate(_SPELT))
