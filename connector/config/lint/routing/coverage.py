"""Which routing rule takes whom, by country and postal code alone: what nobody takes, and what two rules take by parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any, NamedTuple

from connector.config.lint.routing.postal import NO_CODE, places, spoken
from connector.decide.conditions.condition import compiled, ranked
from connector.decide.routing.territory import patch_of
from connector.model.problem import Problem
from connector.model.rules import RouteRule, Rulebook


class Cell(NamedTuple):
    """Everybody of one country whose postal code begins so ("": without one), and the rules for them, the first wins."""

    country: str
    code: str
    rules: tuple[str, ...]
    to: str = ""  # whom the first one gives them to


def coverage(book: Rulebook) -> tuple[Cell, ...]:
    """Every country that the rules name, by the first digits of the postal codes that they tell apart there."""
    holds = [
        (rule, compiled(ranked(rule.when, book.lifecycle.stages))) for rule in book.routes.rules
    ]
    cells = []
    for country, codes in places(book).items():
        for code, example in codes:
            facts = _facts(book, country, example)
            taken = [rule for rule, asks in holds if asks(facts.get) and takes(rule, facts)]
            to = _whom(taken[0] if taken else None, book, facts)
            cells.append(Cell(country, code, tuple(rule.name for rule in taken), to))
    return tuple(cells)


def _whom(rule: RouteRule | None, book: Rulebook, facts: Mapping[str, Any]) -> str:
    assign = book.routes.fallback if rule is None else rule.assign
    return str(facts[assign.by]) if assign.by else assign.name


def check_coverage(book: Rulebook) -> Iterator[Problem]:
    """Warnings about a rulebook without errors, where its routing rules stand."""
    if not book.routes.rules:
        return
    cells = coverage(book)
    yield from _nobody(book, cells)
    yield from _both(book, cells)


def _facts(book: Rulebook, country: str, code: str) -> Mapping[str, Any]:
    table = book.routes.territories
    facts: dict[str, Any] = {table.country: country or None, table.postal_code: code or None}
    patch = patch_of(table, facts.get)
    if patch is not None:
        facts |= {"territory": patch.territory, "region": patch.region or None}
    return facts


def takes(rule: RouteRule, facts: Mapping[str, Any]) -> bool:
    """Owners of accounts are known by more than a country; a pool that a fact names needs the fact."""
    if rule.assign.to in ("account_owner", "key_account"):
        return False
    return not rule.assign.by or facts.get(rule.assign.by) is not None


def _nobody(book: Rulebook, cells: Iterable[Cell]) -> Iterator[Problem]:
    lost: dict[str, list[str]] = defaultdict(list)
    taken: dict[str, list[str]] = defaultdict(list)
    for cell in cells:
        (taken if cell.rules else lost)[cell.country].append(cell.code)
    where = f"{book.routes.fallback_where}:1"
    for country, codes in lost.items():
        if not taken[country]:
            yield _uncovered(where, f"country {country}")
            continue
        begun = [code for code in codes if code]
        if begun:
            said = spoken(begun, taken[country])
            yield _uncovered(where, f"{country} with a postal code of {said}")
        if NO_CODE in codes:
            yield _uncovered(where, f"{country} without a postal code")


def _uncovered(where: str, what: str) -> Problem:
    return Problem(where, f"{what} reaches no rule", "the fallback takes it", "warning")


def _both(book: Rulebook, cells: Iterable[Cell]) -> Iterator[Problem]:
    """Rules that share a part while each has another for itself: of one inside the other, the narrow one is meant to be above."""
    taken: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for cell in cells:
        for name in cell.rules:
            taken[name].add((cell.country, cell.code))
    where = {rule.name: rule.where for rule in book.routes.rules}
    for first, later in combinations([rule.name for rule in book.routes.rules], 2):
        shared = taken[first] & taken[later]
        if shared and not (taken[first] <= taken[later] or taken[later] <= taken[first]):
            yield Problem(
                f"{where[later]}:1",
                f'"{first}" and "{later}" both take {_told(shared)}',
                f'"{first}" stands above and comes first; leave it to one of them',
                "warning",
            )


def _told(shared: set[tuple[str, str]]) -> str:
    by: dict[str, list[str]] = defaultdict(list)
    for country, code in sorted(shared):
        by[country].append(code)
    parts = []
    for country, codes in by.items():
        begun = [code for code in codes if code]
        parts.append(f"{country} {spoken(begun)}" if begun else country)
    return ", ".join(parts[:5]) + (" …" if len(parts) > 5 else "")
