"""Whose record is it: by its ref, then by what identifies a person (or company), the strongest key first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from connector.decide.identity.groups import Groups
from connector.decide.identity.keys import Pair
from connector.decide.identity.matches import (
    Ambiguous,
    Candidates,
    Identified,
    Known,
    Match,
    New,
    Perhaps,
)
from connector.decide.identity.words.likeness import clearly_different, passes
from connector.model.identity import FORMER, SHARED, Key, Shown
from connector.model.systems.reading import Reading
from connector.model.systems.ref import Ref

Values = Mapping[str, str]
_NOTHING: Values = {}


def identify(
    readings: Sequence[Reading],
    candidates: Candidates,
    keys: Sequence[Key],
    names: Sequence[str] = (),
    values: Callable[[Reading], Values] = lambda _: _NOTHING,
) -> Identified:
    """Whom each reading belongs to, which does not depend on the order of the page.

    A known ref decides alone, and what it shows identifies from now on. Of a stranger's keys the first in the order of
    trust that names anybody decides; if it names several, a person must. Strangers that share a ref or a strong key are one
    person. A value that people with clearly different names show identifies none of them. A kind that is none of the `keys`
    identifies nobody. `values` are a reading's texts in the fields that are compared.
    """
    matches: list[Match | None] = [None] * len(readings)
    strangers = []
    for place, reading in enumerate(readings):
        known = candidates.by_ref.get(reading.ref)
        if known is None:
            strangers.append(place)
        else:
            matches[place] = Known(known)
    if not candidates.by_key and _nothing_in_common(readings, strangers):
        for number, place in enumerate(strangers):
            matches[place] = New(number)
        return Identified(tuple(each for each in matches if each is not None))
    return _Page(readings, strangers, matches, candidates, keys, names, values).settled()


def _nothing_in_common(readings: Sequence[Reading], strangers: Sequence[int]) -> bool:
    """Whether no two of them share a mark: a first load, where looking further is half the work."""
    if len(strangers) < len(readings):
        return False
    marks: list[Ref | Pair] = []
    for place in strangers:
        marks.append(readings[place].ref)
        marks += readings[place].keys
    return len(set(marks)) == len(marks)


class _Page:
    """One page that has something in common, with itself or with the store."""

    def __init__(
        self,
        readings: Sequence[Reading],
        strangers: Sequence[int],
        matches: list[Match | None],
        candidates: Candidates,
        keys: Sequence[Key],
        names: Sequence[str],
        values: Callable[[Reading], Values],
    ) -> None:
        self._readings, self._strangers, self._matches = readings, strangers, matches
        self._by_key, self._names = candidates.by_key, names
        self._keys = {key.name: key for key in keys}
        self._rank = {key.name: rank for rank, key in enumerate(keys)}
        self._values = [values(reading) for reading in readings]
        self._bearers: dict[Pair, list[int]] = defaultdict(list)
        for place, reading in enumerate(readings):
            for pair in dict.fromkeys(reading.keys):
                self._bearers[pair].append(place)
        self.perhaps: dict[Perhaps, None] = {}
        self._shared = {pair for pair in self._bearers if self._is_shared(pair)}

    def settled(self) -> Identified:
        meant = self._own()
        self._grouped(meant)
        self._ask()
        return Identified(
            tuple(match for match in self._matches if match is not None),
            tuple(self.perhaps),
            frozenset(self._shared),
        )

    def _own(self) -> dict[int, tuple[int, str] | None]:
        """Whom each stranger's own keys name; who is ambiguous is settled here."""
        meant: dict[int, tuple[int, str] | None] = {}
        for place in self._strangers:
            named = self._named(place)
            if named is None:
                meant[place] = None
            elif len(named[0]) > 1:
                self._matches[place] = Ambiguous(tuple(sorted(named[0])), named[1])
            else:
                meant[place] = (min(named[0]), named[1])
        return meant

    def _named(self, place: int) -> tuple[frozenset[int], str] | None:
        """The contacts that the first telling key names."""
        for kind, pairs in self._by_rank(place):
            for found in (self._holders(place, kind, pairs), self._former(place, kind, pairs)):
                if found:
                    return found, kind
        return None

    def _by_rank(self, place: int) -> Iterator[tuple[str, list[Pair]]]:
        """The keys that may join somebody, the strongest kind first."""
        kinds: dict[str, list[Pair]] = defaultdict(list)
        for pair in self._readings[place].keys:
            if self._joins(pair):
                kinds[pair[0]].append(pair)
        yield from sorted(kinds.items(), key=lambda kind: self._rank[kind[0]])

    def _joins(self, pair: Pair) -> bool:
        key = self._keys.get(pair[0])
        return key is not None and not key.ask and pair not in self._shared

    def _holders(self, place: int, kind: str, pairs: Iterable[Pair]) -> frozenset[int]:
        key = self._keys[kind]
        found = set()
        for pair in pairs:
            for held in self._all_shown(pair):
                if passes(key, self._values[place], held.values):
                    found.add(held.contact)
        return frozenset(found)

    def _former(self, place: int, kind: str, pairs: Iterable[Pair]) -> frozenset[int]:
        """Whom values name that are no longer shown, unless somebody else is clearly meant by now."""
        mine = self._values[place]
        return frozenset(
            held.contact
            for _, value in pairs
            for held in self._by_key.get((FORMER + kind, value), ())
            if not clearly_different(self._names, mine, held.values)
        )

    def _all_shown(self, pair: Pair) -> Iterator[Shown]:
        yield from self._by_key.get(pair, ())
        for place in self._bearers.get(pair, ()):
            match = self._matches[place]
            if isinstance(match, Known) and not match.why:
                yield Shown(match.contact, self._values[place])

    def _is_shared(self, pair: Pair) -> bool:
        """Whether people with clearly different names show it."""
        kind, value = pair
        if (SHARED + kind, value) in self._by_key:
            return True
        key = self._keys.get(kind)
        if key is None or not key.plain or not self._names:
            return False
        shown = [*self._all_shown(pair)]
        shown += [
            Shown(-1 - p, self._values[p]) for p in self._bearers[pair] if not self._matches[p]
        ]
        return any(
            one.contact != other.contact
            and clearly_different(self._names, one.values, other.values)
            for place, one in enumerate(shown)
            for other in shown[:place]
        )

    def _grouped(self, meant: Mapping[int, tuple[int, str] | None]) -> None:
        groups = Groups(meant)
        why: dict[int, str] = {}
        for place in meant:
            groups.join_by(place, self._readings[place].ref)
        shared = [pair for pair, places in self._bearers.items() if len(places) > 1]
        for pair in sorted(filter(self._joins, shared), key=lambda pair: self._rank[pair[0]]):
            places = [place for place in self._bearers[pair] if place in meant]
            for place in self._join(places, pair[0], groups):
                why.setdefault(place, pair[0])
        of_group: dict[int, set[int]] = defaultdict(set)
        for place, own in meant.items():
            if own is not None:
                of_group[groups.root(place)].add(own[0])
        numbers: dict[int, int] = {}
        for place, own in meant.items():
            root = groups.root(place)
            ids = of_group[root] if own is None else {own[0]}
            said = why.get(place, "") if own is None else own[1]
            if len(ids) > 1:
                self._matches[place] = Ambiguous(tuple(sorted(ids)), said)
            elif ids:
                self._matches[place] = Known(min(ids), said)
            else:
                self._matches[place] = New(numbers.setdefault(root, len(numbers)), said)

    def _join(self, places: Sequence[int], kind: str, groups: Groups) -> Iterator[int]:
        """Joins those that bear the same value, if they bear being looked at again; yields each that was joined."""
        key = self._keys[kind]
        for index, place in enumerate(places):
            for other in places[:index]:
                if passes(key, self._values[place], self._values[other]):
                    groups.join(other, place)
                    yield from (place, other)
                    if not key.looks_again:
                        break

    def _ask(self) -> None:
        """Notes whom weak keys bring up, and whom strong ones name beside the one that decided."""
        for place, match in enumerate(self._matches):
            for pair in self._readings[place].keys:
                key = self._keys.get(pair[0])
                if key is None or pair in self._shared or isinstance(match, Ambiguous):
                    continue
                self._note(place, match, key, pair)

    def _note(self, place: int, match: Match | None, key: Key, pair: Pair) -> None:
        mine = self._values[place]
        own = match.contact if isinstance(match, Known) else None
        for held in self._all_shown(pair):
            if held.contact != own and passes(key, mine, held.values):
                self.perhaps.setdefault(Perhaps(place, key.name, contact=held.contact))
        for other in self._bearers[pair]:
            theirs = self._matches[other]
            apart = isinstance(theirs, New) and theirs != match
            if other < place and apart and passes(key, mine, self._values[other]):
                self.perhaps.setdefault(Perhaps(place, key.name, other=other))
