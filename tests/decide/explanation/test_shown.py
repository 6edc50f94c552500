"""Golden texts: what a rep reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.explanation import explanation
from connector.decide.scoring.score import score
from connector.model.person.decision import Reason, Score, Strength
from connector.model.rules import Rulebook

STRENGTHS = {"sample_order": Strength(1.0), "webinar": Strength(0.8), "career_page": Strength(1.0)}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            (
                "SQL, grade A, warm (as of 17 Nov 2026). Head of purchasing; 200 to 5,000 people; home market."
                " Did: sample order, webinar. Against: career page."
            ),
        ),
        (
            "de-AT",
            (
                "SQL, Note A, warm (Stand 17. November 2026). Head of purchasing; 200 to 5,000 people; home market."
                " Aktivitäten: sample order, webinar. Dagegen: career page."
            ),
        ),
        (
            "fr",
            (
                "SQL, grade A, warm (as of 17 Nov 2026). Head of purchasing; 200 to 5,000 people; home market."
                " Did: sample order, webinar. Against: career page."
            ),
        ),
    ],
)
def test_the_text(house: Any, book: Rulebook, language: str, text: str) -> None:
    found = score(book, house.person(), STRENGTHS, house.now)
    assert explanation(replace(book, language=language), "SQL", found, house.now) == text


def test_somebody_unknown_who_did_nothing(house: Any, book: Rulebook) -> None:
    stranger = house.person(job_title=None, employees=None, country=None)
    found = score(book, stranger, {}, house.now)
    assert explanation(book, "Prospect", found, house.now) == (
        "Prospect, grade D, cold (as of 17 Nov 2026). Role unknown; size unknown; country unknown."
    )


def test_the_day_is_the_day_of_the_house(house: Any, book: Rulebook) -> None:
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert "(as of 1 Jan 2027)" in explanation(book, "Lead", Score(0, "D", 0, "cold", ()), late)


def test_names_stand_in_for_labels_and_say_a_thing_once(house: Any, book: Rulebook) -> None:
    reasons = (
        Reason("own_role", 5, "", "", "profile"),
        Reason("page_a", 3, "", "pages"),
        Reason("page_b", 3, "", "pages"),
        Reason("sample_order", 0, ""),  # qualifies directly
        Reason("mail_received", 0, ""),  # is counted, but nothing anybody did
        Reason("web", -3, "", "≤ 25", "group"),
        Reason("scanner", 0, "", "3 × email clicked", "machine"),
        Reason("faint", 0.4, ""),
    )
    text = explanation(book, "Lead", Score(5, "", 6, "", reasons), house.now)
    assert text == "Lead (as of 17 Nov 2026). own role. Did: pages, sample order."


@given(st.floats(0.5, 1.0), st.integers(0, 86_399))
def test_fading_changes_no_letter_of_it(house: Any, left: float, seconds: int) -> None:
    book, day = house.rulebook(), datetime(2026, 11, 16, 23, 0, tzinfo=UTC)
    faded = {
        name: strength._replace(sum=strength.sum * left) for name, strength in STRENGTHS.items()
    }
    texts = {
        explanation(book, "SQL", replace(score(book, house.person(), sums, day), band="hot"), at)
        for sums, at in ((STRENGTHS, day), (faded, day + timedelta(seconds=seconds)))
    }
    assert len(texts) == 1
