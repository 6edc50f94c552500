"""Rows through the real way: YAML, sightings, the mapping's readings, Store.merge; then the contacts against the truth."""

from __future__ import annotations

import sqlite3
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

from benchmarks.identity.people import Row
from connector.config import Loaded, compile_text
from connector.model.systems.fact import Page, Sighting
from connector.model.systems.ref import Ref
from connector.store import Store
from connector.sync.pull import read, readers

KEYS = Path(__file__).parent / "keys"
START = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
PAGE = 100  # as HubSpot's search pages (api-contracts A.4)

_PROJECT = """\
version: 1
name: people
timezone: Europe/Berlin
language: de
connections:
  hubspot: {type: hubspot, token: {env: HUBSPOT_TOKEN}}
"""
_LIFECYCLE = """\
version: 1
stages: [Lead, SQL]
start: Lead
hand_over: SQL
transitions:
  - {name: never, from: Lead, to: SQL, when: {acceptance: {equals: accepted}}}
"""
_ROUTING = "version: 1\nfallback: {queue: Nobody}\n"
_SCORING = """\
version: 1
profile:
  grades: {A: 50, B: 0}
  criteria:
    - name: none
      weight: 100
      field: FIELD
      first_match: [{when: {present: true}, score: 1.0, label: known}]
      otherwise: {score: 0.0, label: unknown}
      missing: {score: 0.0, label: unknown}
activity:
  half_life: 60d
  signals:
    - {name: nothing, kind: nothing, points: 1, cap: 1}
bands:
  - {name: cold, when: {}}
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """Pairs of records of one true person, those found and those made wrongly; records and doubts left to a person."""

    records: int
    people: int
    pairs: int
    found: int
    wrong: int
    ambiguous: int
    asked: int

    @property
    def precision(self) -> float:
        made = self.found + self.wrong
        return self.found / made if made else 1.0

    @property
    def recall(self) -> float:
        return self.found / self.pairs if self.pairs else 1.0


def project(fields: str) -> Loaded:
    """A project whose mappings/fields.yaml is this text; every field is read from a property of the same name."""
    names = compile_names(fields)
    texts = {
        "leadcycle.yaml": _PROJECT,
        "mappings/fields.yaml": fields,
        "mappings/hubspot.yaml": _mapping(names),
        "rules/lifecycle.yaml": _LIFECYCLE,
        "rules/routing.yaml": _ROUTING,
        "rules/scoring.yaml": _SCORING.replace("FIELD", names[0]),
    }
    loaded = compile_text(texts)
    if loaded.mappings is None:
        raise ValueError("; ".join(str(problem) for problem in loaded.errors))
    return loaded


def measure(rows: Sequence[Row], fields: str, page: int = PAGE) -> Measured:
    """What the keys in this mappings/fields.yaml make of these records."""
    loaded = project(fields)
    assert loaded.book is not None
    assert loaded.mappings is not None
    by_kind = readers(loaded.mappings, "hubspot")
    with tempfile.TemporaryDirectory() as folder:
        with closing(Store.open(f"sqlite:///{folder}/people.db", lasting=False)) as store:
            store.migrate()
            store.activate(loaded.text, loaded.book, loaded.mappings, START)
            for number in range(0, len(rows), page):
                some = rows[number : number + page]
                seen = Page(sightings=tuple(map(_sighting, some)), cursor=str(number))
                store.merge("hubspot", "contacts", seen, read(seen, by_kind), START)
            codes = Counter(row.code for row in store.shelf_rows())
        with closing(sqlite3.connect(f"{folder}/people.db")) as file:
            whose = dict(file.execute("SELECT key, COALESCE(contact, account) FROM ref"))
    return _against(rows, whose, codes)


def _against(rows: Sequence[Row], whose: Mapping[str, int | None], codes: Counter[str]) -> Measured:
    truth = {row.id: row.truth for row in rows}
    made: dict[tuple[bool, int], list[str]] = defaultdict(list)
    for row in rows:
        number = whose.get(row.id)
        if number is not None:
            made[row.company, number].append(row.id)
    found = wrong = 0
    for ids in made.values():
        for one, other in combinations(ids, 2):
            same = truth[one] == truth[other]
            found, wrong = found + same, wrong + (not same)
    people = Counter(truth.values())
    return Measured(
        records=len(rows),
        people=len(people),
        pairs=sum(count * (count - 1) // 2 for count in people.values()),
        found=found,
        wrong=wrong,
        ambiguous=codes["AMBIGUOUS"],
        asked=codes["PERHAPS_SAME"],
    )


def compile_names(fields: str) -> list[str]:
    """The names of the fields, in the order of the text."""
    inside, names = False, []
    for line in fields.splitlines():
        if not line.startswith(" "):
            inside = line.startswith("fields:")
        elif inside and line.startswith("  ") and line[2:3] not in (" ", "#"):
            names.append(line.strip().partition(":")[0])
    return names


def _mapping(names: Iterable[str]) -> str:
    reads = ", ".join(f"{name}: {name}" for name in names)
    return (
        "version: 1\nplatform: hubspot\nrecords:\n"
        f"  contacts: {{is: contact, read: {{{reads}}}}}\n"
        f"  companies: {{is: account, read: {{{reads}}}}}\n"
        "activities: {nothing: {kind: nothing}}\n"
    )


def _sighting(row: Row) -> Sighting:
    kind = "companies" if row.company else "contacts"
    return Sighting(Ref("hubspot", kind, row.id), dict(row.shown), START, START)
