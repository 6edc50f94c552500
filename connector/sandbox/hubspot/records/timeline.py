"""A list of things by their time that takes late arrivals and is read in slices from either end."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from operator import itemgetter
from typing import Generic, TypeVar

Item = TypeVar("Item")
_ms = itemgetter(0)
_MANY_LATE = 64


class Timeline(Generic[Item]):
    """Pairs (milliseconds, item), ascending by time; things of one moment stay in the order they came."""

    def __init__(self, pairs: list[tuple[int, Item]] | None = None) -> None:
        self._pairs = sorted(pairs or [], key=_ms)
        self._late: list[tuple[int, Item]] = []

    def __len__(self) -> int:
        return len(self._pairs) + len(self._late)

    def add(self, ms: int, item: Item) -> None:
        if not self._late and (not self._pairs or ms >= self._pairs[-1][0]):
            self._pairs.append((ms, item))
        else:
            self._late.append((ms, item))

    def ordered(self) -> list[tuple[int, Item]]:
        """Everything; not to be changed by the caller."""
        if len(self._late) > _MANY_LATE:
            # One merge of two sorted runs is cheaper than many insertions into a long list.
            self._pairs = sorted(self._pairs + self._late, key=_ms)
        else:
            for pair in self._late:
                insort(self._pairs, pair, key=_ms)
        self._late.clear()
        return self._pairs

    def span(self, since: int | None, until: int | None) -> tuple[int, int]:
        """First and one past the last place of what lies within, both ends included."""
        pairs = self.ordered()
        first = 0 if since is None else bisect_left(pairs, since, key=_ms)
        last = len(pairs) if until is None else bisect_right(pairs, until, key=_ms)
        return first, max(first, last)

    def between(
        self, since: int | None = None, until: int | None = None
    ) -> Iterator[tuple[int, Item]]:
        first, last = self.span(since, until)
        pairs = self.ordered()
        return (pairs[place] for place in range(first, last))

    def newest_first(
        self, since: int | None = None, until: int | None = None
    ) -> Iterator[tuple[int, Item]]:
        first, last = self.span(since, until)
        pairs = self.ordered()
        return (pairs[place] for place in range(last - 1, first - 1, -1))
