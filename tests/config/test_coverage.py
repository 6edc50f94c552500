"""Which rule takes which country and postal code: against everybody who lives there, and however large the tables are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.config import compile_text
from connector.config.lint.routing.coverage import coverage
from connector.config.lint.routing.postal import spoken
from connector.decide.conditions.condition import compiled
from connector.model.condition import All
from connector.model.condition import Test as Asked
from connector.model.rules import Assign, RouteRule, Rulebook
from connector.model.rules.territory import NOWHERE

BEGINNING = st.text("0189", min_size=1, max_size=3)
RULES = st.lists(st.lists(BEGINNING, min_size=1, max_size=3), min_size=1, max_size=4)
PEOPLE = st.lists(st.text("0123456789", min_size=5, max_size=5), max_size=30)


@pytest.fixture(scope="module")
def book(house: Mapping[str, str]) -> Rulebook:
    found = compile_text(house).book
    assert found is not None
    return found


def _routed(book: Rulebook, beginnings: list[list[str]]) -> Rulebook:
    """The same house, with one rule for each list of beginnings in Germany."""
    rules = tuple(
        RouteRule(
            f"r{number}",
            All(
                (
                    Asked("country", "equals", "DE"),
                    Asked("postal_code", "starts_with", tuple(codes)),
                )
            ),
            Assign("pool", "north"),
            f"r:{number}",
        )
        for number, codes in enumerate(beginnings)
    )
    return replace(book, routes=replace(book.routes, rules=rules, territories=NOWHERE))


@given(RULES, PEOPLE)
def test_a_cell_says_who_takes_each_of_its_codes(
    book: Rulebook, beginnings: list[list[str]], people: list[str]
) -> None:
    """The longest beginning that is shown for somebody's postal code names the rules that really take them."""
    routed = _routed(book, beginnings)
    cells = {cell.code: cell.rules for cell in coverage(routed) if cell.country == "DE"}
    for person in people:
        facts = {"country": "DE", "postal_code": person}
        taken = tuple(one.name for one in routed.routes.rules if compiled(one.when)(facts.get))
        shown = max((code for code in cells if person.startswith(code)), key=len)
        assert cells[shown] == taken, (person, shown)


def test_large_tables_are_told_apart_by_fewer_digits(house: Mapping[str, str]) -> None:
    rows = "".join(
        f"north,{country},{code:04}\n"
        for country in ("DE", "AT", "CH", "FR")
        for code in range(9000)
    )
    loaded = compile_text(
        {**house, "values/territories.csv": f"territory,country,postal_code\n{rows}"}
    )
    assert loaded.book is not None
    cells = coverage(loaded.book)
    assert 0 < len(cells) < 1000
    assert max(len(cell.code) for cell in cells) <= 2


def test_beginnings_as_people_read_them() -> None:
    assert spoken(["1", "2", "3", "5"]) == "1-3, 5"
    assert spoken(["1", "2"], ["21", "29"]) == "1, 2 but not 21 and 29"
    assert spoken(["4", "44", "45"]) == "4"
    assert spoken(["44", "45", "4"], ["46"]) == "4 but not 46"
    assert spoken(["SW", "NW"]) == "NW, SW"
    assert spoken(map(str, range(1, 40, 2))).endswith(" …")
