"""A past moment by what is known now: late activities, late answers and corrections count, and both sides add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest

from connector.model.systems.fact import Activity, Outcome, Sighting
from connector.model.systems.ref import Ref
from connector.report.explain import Wish, explain

PERSON = Ref("hubspot", "contacts", "1")
BOTH = Wish(as_known_now=True)


def told(books: Any, at: Any) -> Any:
    return explain(books.store, books.book, books.contact(1), at, books.now, books.mappings, BOTH)


def late_form(books: Any, at: Any, name: str = "Sample order") -> None:
    """Something the person did, read only now."""
    deed = Activity(PERSON, "", "form_submitted", at, books.now, f"late:{at}:{name}", name)
    books.page("hubspot", activities=(deed,))


def differences(found: Any) -> dict[str, tuple[Any, Any]]:
    return {one.what: (one.then, one.now) for one in found.hindsight.differences}


def test_an_activity_learned_late_counts_at_its_time(books: Any) -> None:
    books.person(1)
    books.decide()
    then = books.now + timedelta(hours=6)
    books.later(days=2)
    late_form(books, then - timedelta(hours=1))
    books.decide()
    found = told(books, then)
    assert (found.standing.stage, found.score.activity) == ("Prospect", 0)
    hindsight = found.hindsight
    assert hindsight.decision.standing.stage == "SQL"
    assert [step.rule for step in hindsight.decision.steps][-1] == "asks-to-talk"
    assert differences(found)["stage"] == ("Prospect", "SQL")
    assert [(one.what, one.at) for one in hindsight.late] == [
        ("activity form_submitted", then - timedelta(hours=1))
    ]
    for score in (found.score, hindsight.decision.score):
        total = sum(one.points for one in score.reasons)
        assert total == pytest.approx(score.total, abs=1e-6)


def test_what_happened_after_the_moment_does_not_count(books: Any) -> None:
    books.person(1)
    books.decide()
    then = books.now + timedelta(hours=1)
    books.later(days=2)
    books.form(1)
    books.person(1, jobtitle="Student")
    books.answer(1, "won")
    books.decide()
    found = told(books, then)
    assert (found.hindsight.differences, found.hindsight.late) == ((), ())
    assert found.hindsight.decision.standing.stage == "Prospect"


def test_a_record_read_late_counts_from_its_change(books: Any) -> None:
    books.person(1)
    books.decide()
    then = books.now + timedelta(hours=6)
    changed = books.now + timedelta(hours=3)
    books.later(days=1)
    shown = {"email": "p1@kern.example", "jobtitle": "Student", "country": "DE", "zip": "30159"}
    books.page("hubspot", Sighting(PERSON, shown, changed, books.now))
    books.decide()
    found = told(books, then)
    assert found.contact.value("job_title") == "Head of Purchasing"
    now, before = found.hindsight.decision.score, found.score
    assert now.profile < before.profile
    assert differences(found)["role"][1] == 0
    assert [one.what for one in found.hindsight.late] == ["record hubspot/contacts/1"]


def test_an_answer_learned_late_and_one_taken_back(books: Any) -> None:
    books.person(1)
    books.form(1)
    books.decide()
    then = books.now + timedelta(hours=6)
    answered = Outcome(PERSON, "rejected", books.now + timedelta(hours=2), "a1", "Too early")
    books.later(days=1)
    books.page("salesforce", outcomes=(answered,))
    found = told(books, then)
    assert found.standing.stage == "SQL"
    assert found.hindsight.decision.standing.stage == "MQL"
    assert "outcome rejected" in [one.what for one in found.hindsight.late]
    books.later(days=1)
    books.page("salesforce", outcomes_of=(PERSON,))
    assert told(books, then).hindsight.decision.standing.stage == "SQL"


def test_as_json_both_sides_stand_beside_each_other(books: Any) -> None:
    books.person(1)
    books.decide()
    then = books.now + timedelta(hours=6)
    books.later(days=2)
    late_form(books, then - timedelta(hours=1))
    found = orjson.loads(orjson.dumps(told(books, then).as_json()))
    side = found["as_known_now"]
    assert (found["stage"], side["stage"]) == ("Prospect", "SQL")
    assert {"what": "stage", "known_then": "Prospect", "known_now": "SQL"} in side["differences"]
    assert sum(one["points"] for one in side["score"]["reasons"]) == pytest.approx(
        side["score"]["total"]
    )
    assert side["learned_since"][0]["what"] == "activity form_submitted"
    plain = explain(books.store, books.book, books.contact(1), then, books.now)
    assert plain.as_json()["as_known_now"] is None


def test_a_past_moment_reads_the_signals_of_its_own_rulebook(books: Any) -> None:
    """Rules that are no more in force still explain what they scored."""
    books.person(1)
    books.form(1)
    books.decide()
    acts = books.book.scoring.activities
    signals = tuple(replace(s, name=f"old_{s.name}", digest=f"{s.digest}x") for s in acts.signals)
    scoring = replace(books.book.scoring, activities=replace(acts, signals=signals), lead_events=())
    old = replace(books.book, scoring=scoring, digest="old")
    found = explain(books.store, old, books.contact(1), books.now, books.now)
    assert [one.rule for one in found.score.reasons if one.axis == "activity"] == [
        "old_sample_order"
    ]
    assert found.score.activity == pytest.approx(30, abs=0.01)


def test_what_would_have_to_change(books: Any) -> None:
    books.person(1)
    books.form(1, "Whitepaper Hydraulik")
    books.decide()
    wish = Wish(towards="MQL")
    found = explain(
        books.store, books.book, books.contact(1), None, books.now, books.mappings, wish
    )
    assert found.nearest is not None
    assert found.nearest.stage == "MQL"
    assert all(one.count == 1 for one in found.nearest.proposals[:3])
    told = found.as_json()["what_if"]
    assert told["proposals"][0]["changes"][0]["kind"] == "activity"
    assert told["in_the_way"][0]["facts"] == ["activity"]
    following = explain(
        books.store,
        books.book,
        books.contact(1),
        None,
        books.now,
        books.mappings,
        Wish(next_stage=True),
    )
    assert following.nearest == found.nearest


def test_a_track_that_was_not_entered(books: Any) -> None:
    books.person(1)
    books.form(1)
    books.decide()
    wish = Wish(track="service", next_stage=True)
    found = explain(
        books.store, books.book, books.contact(1), None, books.now, books.mappings, wish
    )
    assert (found.standing.track, found.standing.stage, found.history) == ("service", "", ())
    assert [one.stage for one in found.others] == ["SQL"]
    assert found.nearest is not None
    assert (found.nearest.stage, found.nearest.proposals) == ("Prospect", ())  # for customers only
