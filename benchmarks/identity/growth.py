"""Keys lose precision as data grow: the same keys on RLdata500, alone and among further people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.identity.measure import Measured, measure, project
from benchmarks.identity.people import Row, grown
from connector.decide.identity.population import mistaken

FURTHER = (0, 1_000, 10_000)
HOLDS = 0.99

_FIELDS = """\
version: 1
fields:
  first_name: {type: text}
  last_name: {type: text}
  birth_date: {type: date}
identity:
  names: none
  person:
"""
KEYS: Mapping[str, str] = {
    "first name, last name, birth date": "all: [first_name, last_name, birth_date]",
    "both names by ear, birth date": "all: [{first_name: sounds_german}, {last_name: sounds_german}, birth_date]",
    "birth date, both names 0.8 alike": "all: [birth_date]\n      alike: {of: [first_name, last_name], at_least: 0.8}",
    "three of four: first, last, year, day": "any: 3\n      of: [first_name, last_name, {birth_date: year}, {birth_date: month_and_day}]",
    "first name, last name, year": "all: [first_name, last_name, {birth_date: year}]",
    "first name, last name": "all: [first_name, last_name]",
}


@dataclass(frozen=True, slots=True)
class Grown:
    """One key, by how many further people there are."""

    key: str
    by_further: Mapping[int, Measured]
    foreseen: float  # people that `leadcycle check` expects to be mistaken at the largest size


def measured(further: tuple[int, ...] = FURTHER) -> list[Grown]:
    """Every key at every size."""
    rows = {number: grown(number) for number in further}
    return [
        Grown(
            name,
            {number: measure(rows[number], fields(text)) for number in further},
            foreseen(rows[further[-1]], text),
        )
        for name, text in KEYS.items()
    ]


def foreseen(rows: Sequence[Row], key: str) -> float:
    """How many of these people a key would take for somebody else, by the estimate that `leadcycle check` makes."""
    mappings = project(fields(key)).mappings
    assert mappings is not None
    different = {row.truth: row.shown for row in reversed(rows)}
    return mistaken(mappings.identity.person[0], list(different.values()), len(different)).expected


def fields(key: str) -> str:
    """A mappings/fields.yaml with this one key."""
    return f"{_FIELDS}    - name: it\n      {key}\n"
