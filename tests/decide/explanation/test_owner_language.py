"""The text on the CRM record is in the language of whoever has the lead, where owners.yaml knows it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.decide.decision import decide
from connector.decide.explanation.language import reading
from connector.model.person.decision import Decision
from connector.model.person.standing import Standing
from connector.model.rules import Rulebook


@pytest.mark.parametrize(
    ("speaks", "project", "tag"),
    [
        ((), "en", ""),
        (("en",), "en", ""),
        (("de", "en"), "en", ""),
        (("de",), "en", "de"),
        (("de-AT", "fr"), "en", "de"),
        (("it", "en"), "de", "en"),
        (("it",), "de", ""),
        (("en",), "fr", ""),
    ],
)
def test_another_language_only_for_whoever_does_not_read_the_projects(
    speaks: tuple[str, ...], project: str, tag: str
) -> None:
    assert reading(speaks, project) == tag


def decided(house: Any, book: Rulebook, before: Standing, speaks: tuple[str, ...]) -> Decision:
    roster = house.roster()
    known = replace(roster, speaks=dict.fromkeys(roster.owners, speaks))
    strengths = house.strengths(book, [house.sample(house.now)], house.now)
    return decide(book, house.person(), strengths, before, known, house.now)


def test_the_text_is_the_owners(house: Any, book: Rulebook) -> None:
    plain = decided(house, book, Standing(), ())
    german = decided(house, book, Standing(), ("de",))
    assert (plain.standing.shown.language, german.standing.shown.language) == ("", "de")
    assert "(as of " in plain.standing.shown.explanation
    assert "(Stand " in german.standing.shown.explanation


def test_it_is_written_anew_when_somebody_else_reads_it_and_only_then(
    house: Any, book: Rulebook
) -> None:
    first = decided(house, book, Standing(), ("de",)).standing
    assert decided(house, book, first, ("de", "fr")).standing.shown is first.shown
    again = decided(house, book, first, ("en",)).standing.shown
    assert again.language == ""
    assert "(as of " in again.explanation


def test_nobody_has_it_so_it_is_the_projects(house: Any, book: Rulebook) -> None:
    roster = replace(house.roster(), speaks=dict.fromkeys(house.roster().owners, ("de",)))
    found = decide(book, house.person(), {}, Standing(), roster, house.now)
    assert found.standing.owner == ""
    assert found.standing.shown.language == ""
