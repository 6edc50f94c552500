"""In which territory somebody is: the longest postal code wins, then the state, then the country, then everywhere else."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from connector.decide.conditions.operators import fold
from connector.decide.once import once
from connector.decide.routing.postal import misread, postal
from connector.model.rules.territory import Patch, Territories

Get = Callable[[str], Any]
OTHERS = "*"


class _Rows(NamedTuple):
    """Rows about postal codes of one length, by where they begin; they do not overlap."""

    lows: tuple[str, ...]
    patches: tuple[Patch, ...]

    def at(self, code: str, unclear: int) -> Patch | None:
        length = len(self.lows[0])
        if len(code) < length or length == unclear:
            return None
        found = self.patches[bisect_right(self.lows, code[:length]) - 1]
        return found if found.low <= code[:length] <= found.high else None


@once(size=16)
def _atlas(territories: Territories) -> Mapping[tuple[str, str], tuple[_Rows, ...]]:
    """By country and state, the longest postal codes first."""
    places: dict[tuple[str, str], dict[int, list[Patch]]] = {}
    for patch in sorted(territories.patches, key=lambda one: one.low):
        lengths = places.setdefault((patch.country, fold(patch.state)), {})
        lengths.setdefault(len(patch.low), []).append(patch)
    return {
        place: tuple(
            _Rows(tuple(one.low for one in rows), tuple(rows))
            for _, rows in sorted(lengths.items(), reverse=True)
        )
        for place, lengths in places.items()
    }


def _longest(rows: tuple[_Rows, ...], code: str, unclear: int) -> Patch | None:
    return next((found for one in rows if (found := one.at(code, unclear)) is not None), None)


@once(size=16)
def _named(territories: Territories) -> frozenset[str]:
    """Countries with a row of their own: they are none of the others."""
    return frozenset(patch.country for patch in territories.patches)


def one_address(territories: Territories, get: Get, person: Get, company: Get) -> Get:
    """The same facts, without a part of the company's address beside another country of the person: Vienna's 1010 is none of
    Germany's."""
    land, theirs = person(territories.country), company(territories.country)
    if not (land and theirs) or land == theirs:
        return get
    parts = (territories.postal_code, territories.state)
    return lambda name: person(name) if name in parts else get(name)


def patch_of(territories: Territories, get: Get) -> Patch | None:
    """The row of the table in which somebody with these facts is; None for nowhere. `*` is every known country without a row."""
    if not territories.patches:
        return None
    known = str(get(territories.country) or "")
    state = fold(str(get(territories.state) or "")) if territories.state else ""
    atlas, code = _atlas(territories), postal(get(territories.postal_code), known)
    unclear = misread(code, known)
    other = () if not known or known in _named(territories) else (OTHERS,)
    for country in (known, *other, "") if known else ("",):
        places = [(country, state), (country, "")] if state else [(country, "")]
        rows = (atlas.get(place, ()) for place in places)
        found = [patch for each in rows if (patch := _longest(each, code, unclear))]
        if found:
            return max(found, key=lambda patch: (len(patch.low), patch.state != ""))
    return None
