"""Content that people consumed, by what it is about and where they are; assets that the catalogue does not know are told apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from connector.decide.facts import Facts
from connector.decide.place.catalogue import entries
from connector.model.person.contact import Contact
from connector.model.roster import Roster
from connector.model.rules import Asset, Rulebook
from connector.store import Store
from connector.store.recall.reports.content import Consumed

ABOUT = ("topic", "kind", "phase", "language")  # of the asset
WHOSE = ("country", "region", "classification", "channel")  # of the person
BY = (*ABOUT, "asset", "activity", *WHOSE)
SLICE = 500


@dataclass(frozen=True, slots=True)
class ContentRow:
    """`key` by the names that were asked for; how often, and by how many people."""

    key: tuple[str, ...]
    times: int
    people: int


@dataclass(frozen=True, slots=True)
class ContentReport:
    """`unknown`: assets without an entry, the most consumed first, with how often and by how many people."""

    by: tuple[str, ...]
    rows: tuple[ContentRow, ...]
    unknown: tuple[tuple[str, int, int], ...]

    def as_rows(self) -> list[dict[str, Any]]:
        return [
            {**dict(zip(self.by, row.key, strict=True)), "times": row.times, "people": row.people}
            for row in self.rows
        ]

    def as_json(self) -> dict[str, Any]:
        unknown = [{"asset": a, "times": times, "people": n} for a, times, n in self.unknown]
        return {"by": list(self.by), "rows": self.as_rows(), "not_in_catalogue": unknown}


def content(
    store: Store, book: Rulebook, since: datetime, until: datetime, by: Sequence[str]
) -> ContentReport:
    """Of a period (`since` included, `until` not), grouped by some of BY, the most consumed first.

    What weighs nothing as interest is told where the catalogue knows it; it need not know it.
    """
    entry = entries(book.interest)
    weighty = {trace.signal.kind for trace in book.interest.traces}
    times: Counter[tuple[str, ...]] = Counter()
    people: dict[tuple[str, ...], set[int]] = defaultdict(set)
    unknown: dict[str, Counter[int]] = defaultdict(Counter)
    for contact, mine in _by_contact(store, since, until, any(name in WHOSE for name in by)):
        whose = _whose(book, contact, by)
        for one in mine:
            found = entry(one.asset)
            if found is None:
                if one.kind in weighty:
                    unknown[one.asset][one.contact] += one.times
                continue
            key = tuple(whose[n] if n in whose else _about(found, one, n) for n in by)
            times[key] += one.times
            people[key].add(one.contact)
    rows = [ContentRow(key, count, len(people[key])) for key, count in times.items()]
    rows.sort(key=lambda row: (-row.times, row.key))
    return ContentReport(tuple(by), tuple(rows), tuple(_most(unknown)))


def _by_contact(
    store: Store, since: datetime, until: datetime, facts: bool
) -> Iterator[tuple[Contact | None, list[Consumed]]]:
    """Everybody with what they consumed; the contact itself only where `facts` are asked for."""
    each = (list(mine) for _, mine in groupby(store.told.consumed(since, until), _number))
    while some := list(islice(each, SLICE)):
        found = store.told.people([mine[0].contact for mine in some], until) if facts else {}
        yield from ((found.get(mine[0].contact), mine) for mine in some)


def _number(one: Consumed) -> int:
    return one.contact


def _whose(book: Rulebook, contact: Contact | None, by: Iterable[str]) -> Mapping[str, str]:
    if contact is None:
        return {name: "" for name in by if name in WHOSE}
    get = Facts(contact, Roster(), book).get
    return {name: str(get(name) or "") for name in by if name in WHOSE}


def _about(entry: Asset, one: Consumed, name: str) -> str:
    if name in ABOUT:
        return str(getattr(entry.cell, name))
    return one.asset if name == "asset" else one.kind


def _most(unknown: Mapping[str, Counter[int]]) -> list[tuple[str, int, int]]:
    found = [(asset, people.total(), len(people)) for asset, people in unknown.items()]
    return sorted(found, key=lambda row: (-row[1], row[0]))
