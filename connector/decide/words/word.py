"""Whole words: `Intern` is a word of `Intern (Marketing)` and none of `International`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from connector.decide.words.letters import fold

_WORD = re.compile(r"[^\W_]+")
LONGEST = 2000  # letters of a text that are read
Words = tuple[str, ...]
Asks = Callable[[str], bool]


@lru_cache(16_384)
def words(text: str) -> Words:
    """The words of a text, folded: letters and digits without anything between them."""
    return tuple(_WORD.findall(fold(text[:LONGEST])))


def has_word(wanted: Iterable[str]) -> Asks:
    """Whether one of these is a word of the text; several words in one entry stand in this order, next to each other."""
    single, phrases = set(), []
    for entry in map(words, wanted):
        if len(entry) == 1:
            single.add(entry[0])
        elif entry:
            phrases.append(entry)

    def has(text: str) -> bool:
        found = words(text)
        return not single.isdisjoint(found) or any(_within(phrase, found) for phrase in phrases)

    return has


def begins_word(wanted: Iterable[str]) -> Asks:
    """Whether a word of the text begins with one of these; of several words in one entry, the last may be a beginning."""
    entries = [entry for entry in map(words, wanted) if entry]

    def begins(text: str) -> bool:
        found = words(text)
        return any(_begun(entry, found) for entry in entries)

    return begins


def _within(phrase: Words, found: Words) -> bool:
    size = len(phrase)
    return any(found[at : at + size] == phrase for at in range(len(found) - size + 1))


def _begun(entry: Words, found: Words) -> bool:
    *whole, last = entry
    size = len(whole)
    return any(
        list(found[at : at + size]) == whole and found[at + size].startswith(last)
        for at in range(len(found) - size)
    )
