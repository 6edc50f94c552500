"""How alike two values are, from 0 to 1, and when two names are clearly those of two people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from connector.decide.identity.words.folding import fold
from connector.model.identity import Alike, Key

CLEARLY = 0.7
"""Names less alike than this are another name; `Katrin` and `Kathrin` are 0.97, `Bob` and `Robert` 0.50."""


@lru_cache(65536)
def likeness(one: str, other: str) -> float:
    """Of two values: Jaro-Winkler for words; the share of characters that need no edit (a swap of neighbours is one) where digits are in play.

    Spelling (case, accents, punctuation) does not count. Symmetric; 1 only for what is spelled the same.
    """
    from rapidfuzz.distance import OSA, JaroWinkler

    one, other = fold(one), fold(other)
    if any(each.isdigit() for each in one + other):
        return OSA.normalized_similarity(one, other)
    return JaroWinkler.similarity(one, other)


def clearly_different(
    names: Sequence[str], one: Mapping[str, str], other: Mapping[str, str]
) -> bool:
    """Whether the two names can hardly be one person's: no word of the one resembles a word of the other.

    False as long as either side lacks part of its name: an unknown name is not another name. A changed surname or a
    shortened first name leaves the other half, so it is not clearly different.
    """
    if not names or any(not one.get(name) or not other.get(name) for name in names):
        return False
    words = [word for name in names for word in fold(one[name]).split()]
    others = [word for name in names for word in fold(other[name]).split()]
    return all(not _resemble(word, each) for word in words for each in others)


def _resemble(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(short) < 3:
        return long.startswith(short)  # an initial
    return long.startswith(short) or likeness(one, other) >= CLEARLY


def passes(key: Key, one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two records that a key brings up still look like one, by what the key compares of them."""
    for name in key.unless_differs:
        mine, theirs = one.get(name), other.get(name)
        if mine and theirs and fold(mine) != fold(theirs):
            return False
    return all(_alike(look, one, other) for look in key.alike)


def _alike(look: Alike, one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    found = 0
    for name in look.fields:
        mine, theirs = one.get(name), other.get(name)
        if mine and theirs and likeness(mine, theirs) >= look.at_least:
            found += 1
            if found >= look.needed:
                return True
    return False
