"""Any past moment: what was recorded at it, and the company as it was."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from connector.model.systems.fact import Sighting
from connector.model.systems.ref import Ref
from connector.report.explain import explain
from connector.report.explain.view import Wish
from connector.store.sql.codec import record

MOMENTS = Wish(as_known_now=True)


def told(books: Any, at: datetime) -> Any:
    return explain(
        books.store, books.book, books.contact(1), at, books.now, books.mappings, MOMENTS
    )


def company(books: Any, employees: str, changed: datetime | None = None) -> None:
    shown = {"domain": "kern.example", "name": "Kern", "numberofemployees": employees}
    ref = Ref("hubspot", "companies", "9")
    books.page("hubspot", Sighting(ref, shown, changed or books.now, books.now))


def size(score: Any) -> str:
    (found,) = (one.label for one in score.reasons if one.rule == "company_size")
    return str(found)


def test_the_company_is_the_one_of_then(books: Any) -> None:
    books.person(1)
    books.decide()
    alone = books.now
    books.later(hours=1)
    company(books, "400")
    books.decide()
    small = books.now
    books.later(days=3)
    company(books, "9000")
    books.decide()
    assert size(told(books, alone).score) == "size unknown"
    assert size(told(books, small + timedelta(days=1)).score) == "200 to 5,000 people"
    assert size(told(books, books.now).score) == "more than 5,000 people"


def test_by_hindsight_the_company_is_what_it_was_by_what_we_know_now(books: Any) -> None:
    books.person(1)
    company(books, "400")
    books.decide()
    then = books.now + timedelta(days=1)
    books.later(days=3)
    company(books, "9000", changed=then - timedelta(hours=2))
    books.later(days=3)
    company(books, "3", changed=books.now)
    books.decide()
    found = told(books, then)
    assert size(found.score) == "200 to 5,000 people"
    assert size(found.hindsight.decision.score) == "more than 5,000 people"


def test_at_the_moment_of_a_decision_it_is_what_was_recorded(books: Any) -> None:
    """Also where more was learned within the same instant."""
    books.person(1)
    books.decide()
    books.form(1)
    company(books, "9000")
    books.decide()
    books.later(hours=5)
    books.answer(1, "rejected", "Too early")
    books.decide()
    moments = {one.decision.at: one.decision for one in told(books, books.now).history}
    assert len(moments) >= 2
    for at, decision in moments.items():
        found = told(books, at)
        assert record(found.standing) == record(decision.standing)
        assert record(found.score) == record(decision.score)
        assert found.waits == decision.waits
