"""Labels in several languages: they go by the first, are shown in the reader's, and belong to the rulebook."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from connector.config import compile_text
from connector.decide.explanation import explanation
from connector.model.person.decision import Reason, Score
from connector.model.rules import Rulebook

PATH = "rules/scoring.yaml"
BOTH = "label: {de: Geschäftsleitung, en: Management}"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def book(house: Mapping[str, str], label: str, language: str = "en") -> Rulebook:
    text = {**house, PATH: house[PATH].replace("label: Management", label, 1)}
    project = text["leadcycle.yaml"].replace("language: en", f"language: {language}")
    found = compile_text({**text, "leadcycle.yaml": project})
    assert found.book is not None, [str(problem) for problem in found.problems]
    return found.book


def labels(found: Rulebook) -> list[str]:
    (role, *_) = found.scoring.profile.criteria
    return [choice.label for choice in role.first_match]


def test_it_goes_by_the_first_text(house: Mapping[str, str]) -> None:
    assert "Geschäftsleitung" in labels(book(house, BOTH))
    assert book(house, BOTH).labels == {
        "Geschäftsleitung": {"de": "Geschäftsleitung", "en": "Management"}
    }
    assert book(house, "label: Management").labels == {}


def test_every_text_is_in_the_digest(house: Mapping[str, str]) -> None:
    texts = (
        "label: Management",
        BOTH,
        BOTH.replace("Geschäfts", "Firmen"),
        BOTH.replace("Management", "Board"),
    )
    assert len({book(house, text).digest for text in texts}) == 4
    assert book(house, "label: {en: Management}").digest != book(house, "label: Management").digest


@pytest.mark.parametrize(("language", "text"), [("de", "Geschäftsleitung"), ("en", "Management")])
def test_the_crm_gets_it_in_the_language_of_the_project(
    house: Mapping[str, str], language: str, text: str
) -> None:
    reason = Reason("role", 28.0, "s:1", "Geschäftsleitung", "profile")
    score = Score(28.0, "C", 0.0, "cold", (reason,))
    assert f" {text}." in explanation(book(house, BOTH, language), "Lead", score, NOW)


def test_it_is_recorded_as_a_plain_text(house: Mapping[str, str]) -> None:
    found: Any = labels(book(house, BOTH))
    assert orjson.loads(orjson.dumps(found)) == found
