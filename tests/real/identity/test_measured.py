"""Keys on data sets with known truth: what docs/reference/identity.md claims is what is measured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.identity import growth, page
from benchmarks.identity.measure import Measured, measure
from benchmarks.identity.people import SETS, grown
from connector.decide.fields.free_mail import company_domain
from connector.decide.identity.keys import values_of
from connector.decide.identity.population import mistaken
from connector.decide.identity.words.addresses import DISPOSABLE
from connector.decide.identity.words.companies import company_name

FLOOR = {"Febrl dataset1": 0.95, "Febrl dataset3": 0.85, "fake_1000": 0.9, "RLdata500": 0.95, "Senzing truth set": 0.3}  # fmt: skip
TEXT = page.PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def found(datasets: Path) -> dict[str, Measured]:
    assert datasets.is_dir()
    return {name: measure(load(), page.keys_of(name)) for name, load in SETS.items()}


def test_nobody_is_taken_for_somebody_else_and_most_are_found(
    found: dict[str, Measured], say: Callable[[str], None]
) -> None:
    for name, one in found.items():
        say(f"{name}: precision {one.precision:.4f}, recall {one.recall:.3f}")
        assert one.precision >= 0.99, name
        assert one.recall >= FLOOR[name], name


def test_the_page_shows_these_figures(found: dict[str, Measured]) -> None:
    assert page.table_in(TEXT, "sets") == page.sets_table(found)


def test_which_keys_hold_as_data_grow_is_as_the_page_shows(datasets: Path) -> None:
    assert datasets.is_dir()
    measured = growth.measured()
    assert page.table_in(TEXT, "growth") == page.growth_table(measured)
    holds = {one.key for one in measured if one.by_further[10_000].precision >= growth.HOLDS}
    assert 0 < len(holds) < len(measured)


@pytest.mark.parametrize("name", ["first name, last name, year", "three of four: first, last, year, day"])  # fmt: skip
def test_what_check_expects_is_near_the_truth(name: str, datasets: Path) -> None:
    assert datasets.is_dir()
    mappings = growth.project(growth.fields(growth.KEYS[name])).mappings
    assert mappings is not None
    (key,) = mappings.identity.person
    people = {row.truth: row.shown for row in grown(10_000)}
    holders: dict[str, set[str]] = {}
    for person, shown in people.items():
        for value in values_of(key, shown):
            holders.setdefault(value, set()).add(person)
    truth = len({person for held in holders.values() if len(held) > 1 for person in held})
    some = list(people.values())[::10]
    found = mistaken(key, some, len(people))
    assert found.too_weak
    assert truth / 1.5 < found.expected < truth * 1.5


def test_legal_forms_are_stripped_as_people_labelled_them(datasets: Path) -> None:
    from xml.etree import ElementTree as ET

    tree = ET.parse(datasets / "identity" / "company_names" / "company_labeled.xml")
    same = several = 0
    for name in tree.getroot():
        tokens = [(token.tag, token.text or "") for token in name]
        if any(tag == "CorporationLegalType" for tag, _ in tokens):
            plain = " ".join(text for tag, text in tokens if tag != "CorporationLegalType")
            whole = " ".join(text for _, text in tokens)
            several += 1
            same += company_name(whole) == company_name(plain)
    assert several > 250
    assert same / several > 0.9


def test_throw_away_addresses_are_known_as_such(datasets: Path) -> None:
    listed = datasets / "identity" / "email_domains" / "disposable_email_blocklist.conf"
    known = set(listed.read_text().split())
    assert len(DISPOSABLE & known) / len(DISPOSABLE) > 0.9
    assert company_domain("x@mailinator.com") is None
