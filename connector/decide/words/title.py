"""Job titles in the forms people write them.

`Leiter Einkauf` is found in `Leiterin Einkauf`, `Leiter/in Einkauf (m/w/d)`, `Leiter:innen Einkauf`, `Leiter des Einkaufs`, `Leiter
Vertrieb und Einkauf`, `Einkaufsleiterin`, `Einkaufs- und Vertriebsleiter`; `Head of Procurement` in `Procurement Head`. It is not
found in `Projektleiter Einkauf` or `Einkauf, Leiter Logistik`. The limits of the endings are those of `stem`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from connector.decide.words.letters import fold
from connector.decide.words.stem import describes, is_role, stem
from connector.decide.words.word import LONGEST

Stems = tuple[str, ...]
AND = "+"  # what stands between two things of one list
_OWNS = re.compile(r"(?<=[^\W_])['’]s(?![^\W_])")
_GENDER = re.compile(r"(?<=[^\W_])(?:[*:·•_!]|/-?|\(-?)(innen|in|r|e|frau)\)?(?![^\W_])")
_SEXES = re.compile(
    r"\(?(?<![^\W_])[mwfdxi](?:\s*[/|,*.]\s*(?:[mwfdxi]|div|gn))+(?![^\W_])\)?|\((?:gn|[mwfdx]{3}|all genders)\)"
)
_HANGING = re.compile(r"([^\W_]+)-\s*(?:und|and|u\.|&|/|,)\s*([^\W_]+)")
_PIECES = re.compile(r"[^\W_]+|[&+/,;|]|(?<=\s)[-–—](?=\s)")
_JOINING = frozenset({"und", "and", "sowie", "et", "u"})
_FILLING = frozenset({
    "a", "am", "an", "bei", "beim", "das", "dem", "den", "der", "des", "die", "du", "for", "fuer", "im", "in", "of", "the",
    "to", "vom", "von", "zu", "zum", "zur",
})  # fmt: skip
_LINKS = ("", "s", "es", "n", "en", "er")
_TAILS = (
    "geschaeftsfuehrer", "beauftragt", "sachbearbeiter", "verantwortlich", "ingenieur", "assistent", "direktor", "entwickler",
    "referent", "techniker", "berater", "einkaeufer", "leiter", "leitung", "manager", "meister", "planer", "pruefer", "chef",
)  # fmt: skip
_TRADES = frozenset({"ein", "ver", "an", "einkauf", "verkauf", "ankauf"})
MOST = 3  # things of one list between a role and its area


def has_form_of(wanted: Iterable[str]) -> Callable[[str], bool]:
    """Whether one of these titles stands in a text, in any of its forms."""
    begun: dict[str, set[Stems]] = {}
    for title in wanted:
        for first, *rest in _ways(heard(title)):
            begun.setdefault(first, set()).add(tuple(rest))

    def has(text: str) -> bool:
        found = heard(text)
        return any(
            _follow(rest, found, at)
            for at, first in enumerate(found)
            for rest in begun.get(first, ())
        )

    return has


@lru_cache(16_384)
def heard(title: str) -> Stems:
    """The words of a title without endings, articles and what marks the sexes; `+` where a list goes on."""
    plain = _OWNS.sub("", fold(title[:LONGEST]))
    joined = _SEXES.sub(" ", _GENDER.sub(r"\1", plain))
    stems: list[str] = []
    for piece in _PIECES.findall(_HANGING.sub(_completed, joined)):
        found = AND if piece in _JOINING or not piece[0].isalnum() else stem(piece)
        if piece in _FILLING or (found == AND and stems[-1:] in ([], [AND])):
            continue
        if len(stems) > 1 and stems[-1] == AND and stems[-2] == found:
            stems.pop()  # Leiter/Leiterin
            continue
        stems.append(found)
    return tuple(stems)


def _completed(found: re.Match[str]) -> str:
    """`einkaufs- und vertriebsleiter` as `einkaufsleiter und vertriebsleiter`, `ein- und verkauf` as `einkauf und verkauf`."""
    first, last = found[1], found[2]
    tail = "kauf" if {first, last} <= _TRADES else _split(stem(last))[1]
    return f"{first}{tail} & {last}" if tail else f"{first} & {last}"


def _split(stemmed: str) -> tuple[str, str]:
    """A compound as what comes before its role, and the role; "" twice if it is none that is known."""
    for tail in _TAILS:
        first = stemmed.removesuffix(tail)
        if first != stemmed and len(first) > 1:
            return first, tail
    return "", ""


def _ways(title: Stems) -> Iterator[Stems]:
    """The orders and compounds in which one title is written."""
    plain = tuple(each for each in title if each != AND)
    if not plain:
        return
    yield from {plain, title}
    area, role = _parted(plain)
    if role:
        yield (role, *area)
        yield (*area, role)
        yield from (
            (*area[:-1], f"{last}{link}{role}") for last in _spelt(area[-1]) for link in _LINKS
        )


def _parted(title: Stems) -> tuple[Stems, str]:
    """Area and role of a title with one role at its beginning or end; no role if that is unclear."""
    if len(title) == 1:
        first, tail = _split(title[0])
        return ((_unlinked(first),), tail) if tail else ((), "")
    roles = [each for each in title if is_role(each)]
    if len(roles) != 1 or roles[0] not in (title[0], title[-1]):
        return (), ""
    return (title[1:], title[0]) if roles[0] == title[0] else (title[:-1], title[-1])


def _unlinked(first: str) -> str:
    return stem(first) if first.endswith(("s", "es", "en")) else first


def _spelt(area: str) -> tuple[str, ...]:
    """What a compound may begin with: a stem, and the word whose final e is no part of it."""
    return area, f"{area}e"


def _follow(rest: Stems, found: Stems, at: int) -> bool:
    """Whether the other words of a title follow the one at this place."""
    for number, wanted in enumerate(rest):
        reached = _after(found, at, wanted)
        if reached < 0 and number == 0 and is_role(found[at]):
            reached = _listed_after(found, at, wanted)
        if reached < 0 and number == len(rest) - 1 and is_role(wanted):
            reached = _listed_before(found, at, wanted)
        if reached < 0:
            return False
        at = reached
    return True


def _after(found: Stems, at: int, wanted: str) -> int:
    """Where the wanted word stands next, adjectives apart; -1 if it does not."""
    at += 1
    while at < len(found) and found[at] != wanted and describes(found[at]):
        at += 1
    return at if at < len(found) and found[at] == wanted else -1


def _listed_after(found: Stems, at: int, wanted: str) -> int:
    """`leiter vertrieb + einkauf`, `director + purchasing`: further on in the list of what a role is for."""
    if found[at + 1 : at + 2] == (AND,):
        return _after(found, at + 1, wanted)
    for place in range(at + 2, min(at + 2 * MOST, len(found)), 2):
        if found[place] != AND or is_role(found[place - 1]):
            return -1
        if (reached := _after(found, place, wanted)) >= 0:
            return reached
    return -1


def _listed_before(found: Stems, at: int, wanted: str) -> int:
    """`purchasing + logistic manager`: the role at the end of the list."""
    for place in range(at + 1, min(at + 2 * MOST, len(found) - 1), 2):
        if found[place] != AND or is_role(found[place + 1]):
            return -1
        if (reached := _after(found, place + 1, wanted)) >= 0:
            return reached
    return -1
