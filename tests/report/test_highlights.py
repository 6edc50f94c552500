"""A few contacts worth a look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from connector.report.highlights import highlights

EVER = datetime(1970, 1, 1, tzinfo=UTC)


def test_each_for_another_reason(books: Any) -> None:
    for number in range(1, 6):
        books.person(number)
        books.form(number)
    books.decide()
    books.later(hours=1).answer(4, "accepted")
    books.answer(2, "rejected", "Too early")
    books.later(days=1).answer(4, "won", amount="5")
    books.decide()
    found = highlights(books.store, EVER, books.now + timedelta(seconds=1))
    assert [one.email for one in found[:2]] == ["p4@kern.example", "p2@kern.example"]
    assert [one.why.split(",")[0].split(":")[0] for one in found[:2]] == ["won", "a green banana"]
    assert found[2].why.startswith("not answered yet")
    assert len({one.email for one in found}) == 3


def test_who_no_longer_has_a_lead_is_not_waited_for(books: Any) -> None:
    books.person(1)
    books.form(1)
    books.decide()
    books.later(days=3).decide()
    books.answer(1, "accepted")
    books.decide()
    found = highlights(books.store, EVER, books.now + timedelta(seconds=1))
    assert len(books.store.told.handovers(EVER, books.now + timedelta(seconds=1))) == 2
    assert not any(one.why.startswith("not answered") for one in found)


def test_where_nobody_was_handed_over_others_stand_in(books: Any) -> None:
    for number in (1, 2):
        books.person(number)
    books.person(3, email="")
    books.decide()
    found = highlights(books.store, EVER, books.now + timedelta(seconds=1))
    assert [(one.email, one.why) for one in found] == [
        ("p1@kern.example", "not handed over yet"),
        ("p2@kern.example", "not handed over yet"),
    ]
