"""The funnel, counted by hand: stages, hand-overs, answers, times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from connector.report.funnel import Funnel, funnel

EVER = datetime(1970, 1, 1, tzinfo=UTC)


def seen(books: Any, since: datetime = EVER, until: datetime | None = None) -> Funnel:
    return funnel(books.store, books.book, since, until or books.now + timedelta(seconds=1))


def rows(found: Funnel) -> dict[str, tuple[int, int, int]]:
    return {row.stage: (row.reached, row.entered, row.standing) for row in found.stages}


def test_an_empty_store(books: Any) -> None:
    found = seen(books)
    assert set(rows(found).values()) == {(0, 0, 0)}
    assert found.handed_over == 0
    assert (found.green_bananas, found.answered_in_time, found.median_answer) == (None, None, None)


def test_who_skips_a_stage_has_come_that_far_too(books: Any) -> None:
    """One stays a prospect, one becomes a lead, one asks for samples and passes lead and MQL on the way to SQL."""
    for number in (1, 2, 3):
        books.person(number)
    books.form(2, "Whitepaper Hydraulik")
    books.form(3)
    books.decide()
    found = rows(seen(books))
    assert found["Prospect"][0] == 3
    assert found["Lead"][0] == 2
    assert (found["MQL"][0], found["MQL"][2]) == (1, 0)
    assert (found["SQL"][0], found["SQL"][2]) == (1, 1)
    shares = [row.share for row in seen(books).stages]
    assert shares == [None, 0.6667, 0.5, 1.0, 0.0, None]


def handed_over(books: Any, *numbers: int) -> None:
    for number in numbers:
        books.person(number)
        books.form(number)
    books.decide()


def test_answers_of_sales(books: Any) -> None:
    handed_over(books, 1, 2, 3, 4)
    books.later(hours=1).answer(1, "accepted")
    books.later(hours=1).answer(2, "rejected", "Too early")
    books.later(hours=1).answer(3, "rejected", "No budget")
    books.answer(1, "contacted")
    books.later(days=3).answer(1, "won", amount="1200.50")
    books.decide()
    found = seen(books)
    assert (found.handed_over, found.accepted, found.rejected) == (5, 1, 2)
    assert found.unanswered == 2, (
        "the fourth was taken from who did not answer, and given to another"
    )
    assert found.rejected_by_reason == {"Too early": 1, "No budget": 1}
    assert found.green_bananas == 1 / 3
    assert (found.contacted, found.won, found.lost, found.open_deals) == (1, 1, 0, 0)
    assert found.amount_won == Decimal("1200.50")
    assert (found.median_answer, found.slowest_tenth) == (timedelta(hours=2), timedelta(hours=3))
    assert (found.overdue, found.moved_on) == (0, 1), "who no longer has it owes no answer"
    assert sum(row.standing for row in found.stages) == 4


def test_in_time_means_by_the_clock_of_the_hand_over(books: Any) -> None:
    """Grade B has four working hours: answers after one and after nine hours."""
    handed_over(books, 1, 2)
    books.later(hours=1).answer(1, "accepted")
    books.later(hours=8).answer(2, "accepted")
    books.decide()
    assert seen(books).answered_in_time == 0.5


def test_a_lost_deal_is_lost_and_an_open_one_open(books: Any) -> None:
    handed_over(books, 1, 2)
    for number in (1, 2):
        books.later(minutes=1).answer(number, "accepted")
        books.later(minutes=1).answer(number, "opened", amount="10")
    books.later(days=1).answer(2, "lost", "Price")
    books.decide()
    found = seen(books)
    assert (found.won, found.lost, found.open_deals) == (0, 1, 1)
    assert found.amount_won == 0


def test_a_period_counts_what_happened_in_it(books: Any) -> None:
    handed_over(books, 1)
    monday = books.now
    books.later(days=1)
    handed_over(books, 2)
    assert seen(books).handed_over == 2
    assert seen(books, since=monday + timedelta(seconds=1)).handed_over == 1
    assert seen(books, until=monday + timedelta(seconds=1)).handed_over == 1
    before = seen(books, until=monday)
    assert (before.handed_over, sum(row.reached for row in before.stages)) == (0, 0)


def test_as_json_says_the_same(books: Any) -> None:
    handed_over(books, 1)
    books.later(hours=1).answer(1, "accepted")
    books.decide()
    found = seen(books)
    told = found.as_json()
    assert {key: told[key] for key in found.outcomes()} == found.outcomes()
    assert told["median_answer_s"] == 3600
    assert [row["stage"] for row in told["stages"]] == list(books.book.lifecycle.stages)
