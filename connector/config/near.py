"""Did you mean?"""

from __future__ import annotations

from collections.abc import Iterable, Set
from difflib import get_close_matches


def near(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or "". Upper and lower case do not count."""
    lowered = {name.casefold(): name for name in sorted(known, reverse=True)}
    found = get_close_matches(word.casefold()[:60], list(lowered), n=1, cutoff=0.7)
    return lowered[found[0]] if found else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint, or "" if nothing known is close."""
    found = near(word, known)
    return f'did you mean "{found}"?' if found else ""


def suggest(word: str, known: Iterable[str]) -> str:
    """A hint in any case: the close one, or all there are if they are few."""
    names = sorted(known) if isinstance(known, Set) else list(dict.fromkeys(known))
    if found := did_you_mean(word, names):
        return found
    if not names:
        return "none is declared"
    return "write one of: " + ", ".join(names) if len(names) <= 12 else ""
