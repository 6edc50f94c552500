"""Whose record is it: by its ref, then by what identifies a person (or company)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from connector.model.reading import Reading
from connector.model.ref import Ref

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the store knows of the refs and keys of one page; contacts or accounts by their integer."""

    by_ref: Mapping[Ref, int] = field(default_factory=dict)
    by_key: Mapping[Key, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """The record belongs to this contact (or account)."""

    contact: int


@dataclass(frozen=True, slots=True)
class New:
    """Nobody we know. Readings of one page with the same number are one person; numbers count from 0 by first appearance."""

    number: int


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The keys name several; a person must say. `keys` are those that name somebody."""

    contacts: tuple[int, ...]
    keys: tuple[Key, ...]


Match = Known | New | Ambiguous


def identify(readings: Sequence[Reading], candidates: Candidates) -> Sequence[Match]:
    """One match per reading, in order. Whom a reading belongs to does not depend on the order of the page.

    A known ref decides alone, and what it shows identifies from now on. Among the others, readings that share a ref or a key
    are one person; one whose own keys name several contacts is ambiguous and joins nobody.
    """
    matches: list[Match | None] = [None] * len(readings)
    strangers = []
    for place, reading in enumerate(readings):
        known = candidates.by_ref.get(reading.ref)
        if known is None:
            strangers.append(place)
        else:
            matches[place] = Known(known)
    if strangers:
        named = _named(readings, matches, candidates)
        if _nothing_in_common(readings, strangers, named):
            for number, place in enumerate(strangers):
                matches[place] = New(number)
        else:
            _settle(readings, strangers, named, matches)
    return [match for match in matches if match is not None]


def _named(
    readings: Sequence[Reading], matches: Sequence[Match | None], candidates: Candidates
) -> Mapping[Key, frozenset[int]]:
    """Keys to contacts, as the store knows them and as the known records of this page show them."""
    fresh: dict[Key, set[int]] = defaultdict(set)
    for reading, match in zip(readings, matches, strict=True):
        if isinstance(match, Known):
            for key in reading.keys:
                fresh[key].add(match.contact)
    if not fresh:
        return candidates.by_key
    merged = {key: candidates.by_key.get(key, frozenset()) | ids for key, ids in fresh.items()}
    return {**candidates.by_key, **merged}


def _nothing_in_common(
    readings: Sequence[Reading], strangers: Iterable[int], named: Mapping[Key, frozenset[int]]
) -> bool:
    """Whether nobody knows any of them and no two share a mark: a first load, where looking further is half the work."""
    marks: list[Ref | Key] = []
    for place in strangers:
        marks.append(readings[place].ref)
        marks += readings[place].keys
    distinct = set(marks)
    return len(distinct) == len(marks) and distinct.isdisjoint(named)


def _settle(
    readings: Sequence[Reading],
    strangers: Iterable[int],
    named: Mapping[Key, frozenset[int]],
    matches: list[Match | None],
) -> None:
    groups = _Groups()
    meant: dict[int, set[int]] = {}  # group member -> contacts its own keys name
    joined = []
    for place in strangers:
        reading = readings[place]
        ids = _ids(reading.keys, named)
        if len(ids) > 1:
            matches[place] = _ambiguous(ids, reading.keys, named)
            continue
        joined.append(place)
        meant[place] = ids
        groups.join(place, (reading.ref, *reading.keys))
    of_group: dict[int, set[int]] = defaultdict(set)
    for place in joined:
        of_group[groups.root(place)] |= meant[place]
    numbers: dict[int, int] = {}
    for place in joined:
        root = groups.root(place)
        ids = meant[place] or of_group[root]
        if len(ids) > 1:
            keys = [
                key
                for other in joined
                if groups.root(other) == root
                for key in readings[other].keys
            ]
            matches[place] = _ambiguous(ids, keys, named)
        elif ids:
            matches[place] = Known(next(iter(ids)))
        else:
            matches[place] = New(numbers.setdefault(root, len(numbers)))


def _ids(keys: Iterable[Key], named: Mapping[Key, frozenset[int]]) -> set[int]:
    found: set[int] = set()
    for key in keys:
        found |= named.get(key, frozenset())
    return found


def _ambiguous(
    ids: Iterable[int], keys: Iterable[Key], named: Mapping[Key, frozenset[int]]
) -> Ambiguous:
    return Ambiguous(tuple(sorted(ids)), tuple(sorted({key for key in keys if named.get(key)})))


class _Groups:
    """Union-find over places in the page that share a mark (a ref or a key)."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}
        self._first: dict[Ref | Key, int] = {}

    def join(self, place: int, marks: Iterable[Ref | Key]) -> None:
        self._parent[place] = place
        for mark in marks:
            other = self._first.setdefault(mark, place)
            if other != place:
                self._parent[self.root(place)] = self.root(other)

    def root(self, place: int) -> int:
        parent = self._parent
        while parent[place] != place:
            parent[place] = place = parent[parent[place]]
        return place
