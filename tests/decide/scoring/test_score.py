"""The score adds up, the unknown is not zero, and caps clip when read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.scoring.score import score
from connector.model.person.contact import Account
from connector.model.person.decision import Reason, Strength
from connector.model.rules import Signal


def test_a_head_of_purchasing_is_an_a(house: Any, book: Any) -> None:
    found = score(book, house.person(), {}, house.now)
    assert (found.profile, found.grade, found.activity, found.band) == (100.0, "A", 0.0, "cold")
    assert found.reasons == (
        Reason("role", 50.0, "s:5", "Head of purchasing", "profile"),
        Reason("size", 30.0, "s:15", "200 to 5,000 people", "profile"),
        Reason("country", 20.0, "s:25", "home market", "profile"),
    )


@pytest.mark.parametrize(
    ("fields", "profile", "grade", "labels"),
    [
        ({"job_title": None}, 60.0, "B", "Role unknown"),
        ({"job_title": ""}, 60.0, "B", "Role unknown"),
        ({"job_title": "Werkstudent Konstruktion"}, 50.0, "C", "Student or intern"),
        ({"job_title": "Leiter Konstruktion"}, 95.0, "A", "Design engineering"),
        ({"job_title": "Koch", "employees": 3, "country": "US"}, 25.0, "D", "Other role"),
    ],
)
def test_the_first_choice_that_matches_counts(
    house: Any, book: Any, fields: dict[str, Any], profile: float, grade: str, labels: str
) -> None:
    found = score(book, house.person(**fields), {}, house.now)
    assert (found.profile, found.grade, found.reasons[0].label) == (profile, grade, labels)


def test_what_the_person_does_not_say_the_company_does(house: Any, book: Any) -> None:
    firm = Account("a", (), {"employees": 9000, "country": "US"})
    found = score(book, house.person(account=firm, employees=None), {}, house.now)
    assert [reason.label for reason in found.reasons[1:]] == [
        "more than 5,000 people",
        "home market",
    ]


def test_points_multiply_and_the_cap_clips(house: Any, book: Any) -> None:
    strengths = {
        "sample_order": Strength(0.984715),
        "webinar": Strength(7.5),
        "career_page": Strength(3.0),
        "mail_opened": Strength(0.0),
        "of another rulebook": Strength(9.0),
    }
    found = score(book, house.person(), strengths, house.now)
    acts = [(r.rule, r.points, r.label, r.where) for r in found.reasons if r.axis == "activity"]
    assert acts == [
        ("sample_order", 29.54145, "sample order", "s:31"),
        ("webinar", 50.0, "webinar", "s:32"),
        ("career_page", -20.0, "career page", "s:35"),
    ]
    assert (found.activity, found.band, found.total) == (59.54145, "hot", 159.54145)


def test_the_first_band_that_matches_counts(house: Any, book: Any) -> None:
    strengths = {"webinar": Strength(2.0)}
    assert score(book, house.person(), strengths, house.now).band == "hot"
    assert score(book, house.person(job_title="Student"), strengths, house.now).band == "warm"


SUMS = st.dictionaries(
    st.sampled_from([f"s{n}" for n in range(8)]),
    st.floats(0, 1000).map(lambda x: Strength(round(x, 6))),
)
POINTS = st.lists(st.floats(-100, 100, allow_nan=False), min_size=8, max_size=8)


@given(SUMS, POINTS, st.one_of(st.none(), st.floats(0, 50)))
def test_the_reasons_sum_to_the_number(
    house: Any, sums: dict[str, Strength], points: list[float], cap: float | None
) -> None:
    signals = tuple(
        Signal(f"s{n}", "k", points=p, half_life=timedelta(days=9), cap=cap)
        for n, p in enumerate(points)
    )
    found = score(house.rulebook(signals=signals), house.person(), sums, house.now)
    by_axis = {
        axis: round(sum(r.points for r in found.reasons if r.axis == axis), 6)
        for axis in ("profile", "activity")
    }
    assert (found.profile, found.activity) == (by_axis["profile"], by_axis["activity"])
    acts = [r for r in found.reasons if r.axis == "activity"]
    gives = {f"s{n}": p for n, p in enumerate(points)}
    assert all(r.points for r in acts)
    told = {name for name, s in sums.items() if abs(gives[name] * s.sum) > 1e-6}
    assert {r.rule for r in acts} >= (told if cap is None or cap > 1e-6 else set())
    assert cap is None or all(abs(r.points) <= round(cap, 6) for r in acts)


def test_what_gives_nothing_is_no_reason(house: Any) -> None:
    """A signal that is counted for a stream, and one that has faded to nothing."""
    signals = (
        Signal("mail_received", "email_delivered", digest="1"),
        Signal("old", "form", points=5, half_life=house.days(1), digest="2"),
        Signal("new", "form", points=5, digest="3"),
    )
    book = house.rulebook(signals=signals, lead_events=())
    acts = [
        ("email_delivered", house.now, "", None),
        ("form", house.now - house.days(60), "", None),
    ]
    found = score(book, house.person(), house.strengths(book, acts, house.now), house.now)
    assert [one.rule for one in found.reasons if one.axis == "activity"] == ["new"]
