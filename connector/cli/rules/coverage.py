"""Which routing rule takes whom, by country and postal code, as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from connector.cli.output import console, table
from connector.config.lint.routing.coverage import Cell, coverage
from connector.config.lint.routing.postal import spoken
from connector.model.rules import Rulebook


class Stretch(NamedTuple):
    """Postal codes of one country that go the same way."""

    country: str
    codes: str
    rule: str
    to: str


def stretches(book: Rulebook) -> tuple[Stretch, ...]:
    """Every country that the rules name, with the fewest lines."""
    cells = coverage(book)
    countries = dict.fromkeys(cell.country for cell in cells)
    return tuple(
        row
        for country in countries
        for row in _country([cell for cell in cells if cell.country == country])
    )


def _country(cells: list[Cell]) -> Iterator[Stretch]:
    ways = dict.fromkeys((cell.rules[:1], cell.to) for cell in cells)
    for rules, to in ways:
        codes = [cell.code for cell in cells if (cell.rules[:1], cell.to) == (rules, to)]
        others = [cell.code for cell in cells if (cell.rules[:1], cell.to) != (rules, to)]
        said = "all" if not others else _codes([code for code in codes if code], others, codes)
        yield Stretch(cells[0].country, said, rules[0] if rules else "", to)


def _codes(begun: list[str], others: list[str], codes: list[str]) -> str:
    parts = [spoken(begun, others)] if begun else []
    return ", ".join([*parts, "no code"] if "" in codes else parts)


def show(rows: tuple[Stretch, ...]) -> None:
    """Nothing where nothing was asked for."""
    if not rows:
        return
    heads = ("Country", "Postal codes", "Rule", "Given to")
    table(console(), heads, [(*row[:2], row.rule or "(fallback)", row.to) for row in rows])
