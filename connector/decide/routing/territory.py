"""In which territory somebody is: the longest postal code wins, then the state, then the country, then everywhere else."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from connector.decide.conditions.operators import fold
from connector.decide.once import once
from connector.model.rules.territory import Patch, Territories

Get = Callable[[str], Any]
OTHERS = "*"
_SIGNS = re.compile(r"[\s.-]+")
_LETTERS = re.compile(r"^[A-Z]{1,3}-(?=[0-9])")
DIGITS: Mapping[str, int] = {"DE": 5, "ES": 5, "FI": 5, "FR": 5, "IT": 5, "US": 5}
"""Countries whose codes may begin with a zero, which spreadsheets lose."""


def postal(text: Any, country: str) -> str:
    """A postal code as tables know it: capitals, no blanks or signs, no `D-` before it, with the zero that a number lost."""
    if not isinstance(text, str):
        return ""
    found = _SIGNS.sub("", _LETTERS.sub("", text.strip().upper()))
    short = found.isdigit() and len(found) == DIGITS.get(country, 0) - 1
    return f"0{found}" if short else found


class _Rows(NamedTuple):
    """Rows about postal codes of one length, by where they begin; they do not overlap."""

    lows: tuple[str, ...]
    patches: tuple[Patch, ...]

    def at(self, code: str) -> Patch | None:
        length = len(self.lows[0])
        if len(code) < length:
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


def _longest(rows: tuple[_Rows, ...], code: str) -> Patch | None:
    return next((found for one in rows if (found := one.at(code)) is not None), None)


def patch_of(territories: Territories, get: Get) -> Patch | None:
    """The row of the table in which somebody with these facts is; None for nowhere. `*` is every other known country."""
    if not territories.patches:
        return None
    known = str(get(territories.country) or "")
    state = fold(str(get(territories.state) or "")) if territories.state else ""
    atlas = _atlas(territories)
    for country in (known, OTHERS, "") if known else ("",):
        code = postal(get(territories.postal_code), known)
        places = [(country, state), (country, "")] if state else [(country, "")]
        found = [patch for place in places if (patch := _longest(atlas.get(place, ()), code))]
        if found:
            return max(found, key=lambda patch: (len(patch.low), patch.state != ""))
    return None
