"""An explanation: the score with every reason, the way here, the owner with everyone passed over; now and then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest

from connector.errors import Bug
from connector.model.person.decision import Reason, Score
from connector.report.explain import adding_up, explain


def told(books: Any, number: int = 1, **back: float) -> Any:
    at = books.now - timedelta(**back) if back else None
    return explain(books.store, books.book, books.contact(number), at, books.now)


def test_somebody_who_was_handed_over(books: Any) -> None:
    books.person(1)
    books.form(1)
    books.decide()
    found = told(books)
    assert found.standing.stage == "SQL"
    assert found.routing.rule == "territory"
    assert found.routing.owner.endswith("@nordring.example")
    passed_over = {one.who for one in found.routing.skipped}
    assert passed_over >= {"service-desk", "existing-account", "key-accounts"}
    assert found.standing.handover.answer_due is not None
    steps = [step.rule for recorded in found.history for step in recorded.decision.steps]
    assert steps[-1] == "asks-to-talk"
    assert found.waits == ()


def test_points_fade_and_still_add_up(books: Any) -> None:
    books.person(1)
    books.form(1, "Whitepaper Hydraulik")
    books.decide()
    assert told(books).score.activity == 10
    books.later(days=30)
    found = told(books)
    assert found.score.activity == 5  # half-life thirty days
    parts = [one.points for one in found.score.reasons if one.axis == "activity"]
    assert sum(parts) == pytest.approx(found.score.activity)


def test_a_past_moment_knows_nothing_of_what_came_later(books: Any) -> None:
    books.person(1)
    books.decide()
    books.later(days=2)
    books.form(1)
    books.person(1, jobtitle="Student")
    books.decide()
    now, then = told(books), told(books, days=1)
    assert (now.contact.value("job_title"), then.contact.value("job_title")) == (
        "Student",
        "Head of Purchasing",
    )
    assert (then.standing.stage, then.score.activity, then.routing) == ("Prospect", 0, None)
    assert len(then.history) < len(now.history)
    assert now.score.activity == 30


def test_before_anything_was_decided(books: Any) -> None:
    books.later(days=1)
    books.person(1)
    books.decide()
    found = told(books, days=1)
    assert (found.standing.stage, found.history, found.routing) == ("Prospect", (), None)


def test_what_a_hand_over_waits_for(books: Any) -> None:
    books.person(1, email="")
    books.form(1)
    books.decide()
    found = told(books)
    assert found.standing.handover is None
    assert found.waits == ("needs email",)


def test_as_json_it_is_whole_and_sums_to_the_total(books: Any) -> None:
    books.person(1)
    books.form(1)
    books.decide()
    books.later(hours=1).answer(1, "rejected", "Too early")
    books.decide()
    found = orjson.loads(orjson.dumps(told(books).as_json()))
    assert sum(one["points"] for one in found["reasons"]) == pytest.approx(found["score"]["total"])
    assert found["stage"] == "MQL"
    assert found["peak"] == "SQL"
    assert found["rest_until"] is not None
    assert [(one["kind"], one["reason"]) for one in found["outcomes"]] == [
        ("rejected", "Too early")
    ]
    assert {"hubspot/contacts/1"} < set(found["refs"])
    records = {
        change["record"].split("/")[1] for one in found["decisions"] for change in one["changes"]
    }
    assert {"contacts", "Lead", "Task"} <= records
    assert found["fields"]["country"]["value"] == "DE"
    assert found["fields"]["country"]["source"].startswith("hubspot")


def test_nobody_of_that_number(books: Any) -> None:
    with pytest.raises(KeyError):
        explain(books.store, books.book, 4711, None, books.now)


def test_reasons_that_do_not_add_up_are_a_bug() -> None:
    reason = Reason(rule="x", points=3.0, where="rules/scoring.yaml:1", axis="activity")
    score = Score(profile=0.0, grade="D", activity=4.0, band="cold", reasons=(reason,))
    with pytest.raises(Bug, match="activity reasons sum to 3"):
        adding_up(score)
