"""Records of one page that turn out to be one person's."""

from __future__ import annotations

from collections.abc import Hashable, Iterable


class Groups:
    """Union-find over places in the page."""

    def __init__(self, places: Iterable[int]) -> None:
        self._parent = {place: place for place in places}
        self._first: dict[Hashable, int] = {}

    def join(self, one: int, other: int) -> None:
        self._parent[self.root(other)] = self.root(one)

    def join_by(self, place: int, mark: Hashable) -> None:
        """One with whoever bore this mark first."""
        first = self._first.setdefault(mark, place)
        if first != place:
            self.join(first, place)

    def root(self, place: int) -> int:
        parent = self._parent
        while parent[place] != place:
            parent[place] = place = parent[parent[place]]
        return place
