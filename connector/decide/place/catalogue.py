"""What an asset is about, by the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from connector.decide.conditions.condition import compiled
from connector.decide.conditions.operators import fold
from connector.decide.once import once
from connector.model.rules import Asset, Interest

REMEMBERED = 20_000  # assets; pages of a web site go on and on


@once(size=16)
def entries(interest: Interest) -> Callable[[str], Asset | None]:
    """Asks for an asset: its entry, None for one that the catalogue does not know.

    An entry with the very name (without case) counts before any pattern; of patterns, the first.
    """
    names: dict[str, Asset] = {}
    patterns = [(one, compiled(one.when)) for one in interest.assets if one.when is not None]
    for one in interest.assets:
        if one.name:
            names.setdefault(fold(one.name), one)

    @lru_cache(maxsize=REMEMBERED)
    def ask(asset: str) -> Asset | None:
        if not asset:
            return None
        named = names.get(fold(asset))
        return named or next((one for one, holds in patterns if holds(lambda _: asset)), None)

    return ask
