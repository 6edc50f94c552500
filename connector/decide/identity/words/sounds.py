"""What names sound like: Cologne phonetics for German (Postel 1969), Soundex for English (as the US archives spell it).

Our own, because no library that we require has them: rapidfuzz measures distances only.
"""

from __future__ import annotations

import re
from functools import lru_cache

from connector.decide.identity.words.folding import fold

_NO_LETTER = re.compile(r"[^a-z]")
_GERMAN = {
    **dict.fromkeys("aeijouy", "0"),
    **dict.fromkeys("b", "1"),
    **dict.fromkeys("fvw", "3"),
    **dict.fromkeys("gkq", "4"),
    "l": "5",
    **dict.fromkeys("mn", "6"),
    "r": "7",
    **dict.fromkeys("sz", "8"),
}
_ENGLISH = {
    **dict.fromkeys("bfpv", "1"),
    **dict.fromkeys("cgjkqsxz", "2"),
    **dict.fromkeys("dt", "3"),
    "l": "4",
    **dict.fromkeys("mn", "5"),
    "r": "6",
}


@lru_cache(16384)
def german(text: str) -> str:
    """The Cologne code of a name: `Meier`, `Mayer` and `Maier` are 67. "" if there is no letter."""
    name = _NO_LETTER.sub("", fold(text))
    code = ""
    for place, letter in enumerate(name):
        before = name[place - 1] if place else ""
        code += _digits(letter, before, name[place + 1 : place + 2], first=not place)
    once = re.sub(r"(.)\1+", r"\1", code)
    return once[:1] + once[1:].replace("0", "")


def _digits(letter: str, before: str, after: str, *, first: bool) -> str:
    if letter == "p":
        return "3" if after == "h" else "1"
    if letter in "dt":
        return "8" if after and after in "csz" else "2"
    if letter == "x":
        return "8" if before and before in "ckq" else "48"
    if letter == "c":
        return _c(before, after, first=first)
    return _GERMAN.get(letter, "")  # h is silent


def _c(before: str, after: str, *, first: bool) -> str:
    if before and before in "sz":
        return "8"
    hard = "ahkloqrux" if first else "ahkoqux"
    return "4" if after and after in hard else "8"


@lru_cache(16384)
def english(text: str) -> str:
    """The Soundex code of a name: `Robert` and `Rupert` are R163. "" if there is no letter."""
    name = _NO_LETTER.sub("", fold(text))
    if not name:
        return ""
    code, last = name[0].upper(), _ENGLISH.get(name[0], "")
    for letter in name[1:]:
        digit = _ENGLISH.get(letter, "")
        if digit and digit != last:
            code += digit
        if letter not in "hw":  # these two do not part equal sounds, vowels do
            last = digit
    return f"{code}000"[:4]
