"""Which routing rule takes whom, by country and postal code alone: what nobody takes, and what two rules take by parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any, NamedTuple

from connector.decide.condition import compiled, ranked, tests
from connector.decide.routing.territory import OTHERS, patch_of
from connector.model.condition import Test
from connector.model.problem import Problem
from connector.model.rules import RouteRule, Rulebook, Territories

NO_CODE = ""
DIGITS = "0123456789"
MOST_CODES = 2_000  # of one country; beyond, only the first digits are told apart
FILL = 8  # letters to which a beginning is filled up, so that no longer one is hit


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
    for country, codes in _places(book).items():
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


def _places(book: Rulebook) -> dict[str, list[tuple[str, str]]]:
    """Countries with the beginnings of their postal codes, each with a code that no longer beginning takes."""
    table = book.routes.territories
    asked = [test for rule in book.routes.rules for test in tests(rule.when)]
    scored = [
        test
        for model in book.scoring.models
        for criterion in model.criteria
        for choice in criterion.first_match
        for test in tests(choice.when)
    ]
    countries = {each for test in (*asked, *scored) for each in _named(test, table.country)}
    countries |= {patch.country for patch in table.patches} - {"", OTHERS}
    everywhere = {code for test in asked for code in _named(test, table.postal_code)}
    return {
        country: list(_codes(everywhere | set(_rows(table, country))))
        for country in sorted(countries)
    }


def _named(test: Test, field: str) -> Iterator[str]:
    """The texts that a test of this field is about."""
    if test.field == field and test.operator != "present":
        many = test.value if isinstance(test.value, tuple) else (test.value,)
        yield from (each for each in many if isinstance(each, str) and each)


def _rows(table: Territories, country: str) -> Iterator[str]:
    for patch in table.patches:
        if patch.country in (country, "", OTHERS) and patch.low:
            yield from _range(patch.low, patch.high)


def _range(low: str, high: str) -> Iterator[str]:
    if low.isdigit() and high.isdigit() and int(high) - int(low) < MOST_CODES:
        yield from (str(number).zfill(len(low)) for number in range(int(low), int(high) + 1))
    else:
        yield from (low, high)


def _codes(named: set[str]) -> Iterator[tuple[str, str]]:
    yield NO_CODE, NO_CODE
    if len(named) > MOST_CODES:
        named = {code[:1] for code in named}
    if not named:
        return
    letters = sorted({*DIGITS, *(letter for code in named for letter in code)})
    beginnings = {*DIGITS, *named}
    for beginning in sorted(beginnings):
        for letter in letters:
            example = beginning + letter
            if not any(len(b) > len(beginning) and b.startswith(example) for b in beginnings):
                yield beginning, example.ljust(FILL, letter)
                break


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


def spoken(codes: Iterable[str], others: Iterable[str] = ()) -> str:
    """Beginnings as people read them: `1-3, 70, 8 but not 81`; `others` are beginnings that do not belong to them."""
    groups: list[list[str]] = []
    mine, theirs = set(codes), set(others)
    for code in sorted(mine):
        if _nearest(code, mine | theirs) in mine:
            continue  # said by the shorter one
        last = groups[-1][-1] if groups else ""
        if _follows(code, last) and not _without(last, others) and not _without(code, others):
            groups[-1].append(code)
        else:
            groups.append([code])
    parts = [_span(one) + _without(one[0], others) for one in groups]
    return ", ".join(parts[:8]) + (" …" if len(parts) > 8 else "")


def _nearest(code: str, known: set[str]) -> str:
    """The longest shorter beginning that is known, or ""."""
    return next((code[:end] for end in range(len(code) - 1, 0, -1) if code[:end] in known), "")


def _follows(code: str, last: str) -> bool:
    alike = code.isdigit() and last.isdigit() and len(code) == len(last)
    return alike and int(code) == int(last) + 1


def _span(group: list[str]) -> str:
    return group[0] if len(group) == 1 else f"{group[0]}-{group[-1]}"


def _without(code: str, others: Iterable[str]) -> str:
    longer = [other for other in others if other != code and other.startswith(code)]
    return f" but not {' and '.join(longer[:3])}" if longer and code else ""
