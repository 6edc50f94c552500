"""The cost report over a store built by hand: who reached what, which touches count, deals of several people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.config import compile_text
from connector.model.costs import Spend
from connector.model.money import Money
from connector.model.systems.fact import Activity
from connector.model.systems.ref import Ref
from connector.report.cost import CostReport, cost, months_between
from connector.report.funnel import funnel

DAY = timedelta(days=1)
MONTHS = ("2026-10", "2026-11", "2026-12")


def report(books: Any, *spend: tuple[str, str, str], model: Any = None) -> CostReport:
    rows = tuple(Spend(c, m, Money(Decimal(a), "EUR"), "values/spend/x.csv:2") for c, m, a in spend)
    return cost(books.store, books.book, replace(books.loaded.costs, spend=rows), MONTHS, model)


def webinar(books: Any, number: int, days_ago: float) -> None:
    at = books.now - timedelta(days=days_ago)
    ref = Ref("hubspot", "contacts", str(number))
    deed = Activity(
        ref, "", "webinar_attended", at, books.now, f"w{number}", "Seals for food", {"minutes": 50}
    )
    books.page("hubspot", activities=(deed,))


def people(found: CostReport, stage: str) -> dict[str, float]:
    return {
        row["channel"]: row["people"][stage]
        for row in found.rows("channel")
        if row["people"][stage]
    }


def test_who_came_by_which_channel_and_what_they_cost(books: Any) -> None:
    for number, source in ((1, "PAID_SEARCH"), (2, "PAID_SEARCH"), (3, "ORGANIC_SEARCH"), (4, "")):
        books.person(number, hs_analytics_source=source)
        books.form(number)
    books.decide()
    found = report(books, ("Search ads", "2026-11", "301"))
    assert people(found, "SQL") == {"Search ads": 2, "Organic": 1, "": 1}
    (ads,) = [row for row in found.rows("channel") if row["channel"] == "Search ads"]
    assert (ads["cost_per"]["Lead"], ads["spend"]) == ({"EUR": "150.50"}, {"EUR": "301"})
    assert found.as_json()["people_without_channel"]["SQL"] == 1
    assert found.complete


def test_stages_count_once_in_the_month_of_the_first_time(books: Any) -> None:
    books.person(1, hs_analytics_source="PAID_SEARCH")
    books.form(1)
    books.decide()
    books.answer(1, "rejected", "Too early")
    books.decide()
    books.later(days=100).form(1)
    books.decide()
    assert people(report(books, ("Search ads", "2026-11", "1")), "SQL") == {"Search ads": 1}
    later = cost(books.store, books.book, books.loaded.costs, ("2027-02",))
    assert people(later, "SQL") == {}


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("first", {"Search ads": 1}),
        ("last", {"Webinar": 1}),
        ("linear", {"Search ads": 0.5, "Webinar": 0.5}),
    ],
)
def test_the_model_says_who_gets_the_credit(
    books: Any, model: str, expected: dict[str, float]
) -> None:
    books.person(1, hs_analytics_source="PAID_SEARCH")
    books.later(days=5)
    webinar(books, 1, 2)
    books.form(1)
    books.decide()
    assert people(report(books, model=model), "Lead") == expected


def test_what_is_missing_is_told(books: Any) -> None:
    books.person(1, hs_analytics_source="PAID_SEARCH")
    books.form(1)
    books.decide()
    found = report(books, ("Serch ads", "2026-11", "70"), ("E-mail", "2026-11", "9"))
    told = found.as_json()
    assert [row["channel"] for row in told["unmatched_spend"]] == ["Serch ads"]
    assert told["months_without_spend"] == [{"channel": "Search ads", "month": "2026-11"}]
    assert told["spend_without_people"] == ["E-mail"]
    assert not found.complete
    (ads,) = [row for row in told["channels"] if row["channel"] == "Search ads"]
    assert ads["cost_per"]["Lead"] == {}


def test_revenue_is_that_of_deals_that_stand_as_won(books: Any) -> None:
    for number in (1, 2):
        books.person(number, hs_analytics_source="PAID_SEARCH")
        books.form(number)
    books.decide()
    books.later(days=9).answer(1, "won", amount="1200.50")
    books.answer(2, "won", amount="10")
    books.later(hours=1).answer(2, "lost")
    books.decide()
    found = report(books, ("Search ads", "2026-11", "100"))
    assert found.total()["revenue"] == {"EUR": "1200.50"}
    assert found.total()["deals"] == 1
    assert people(found, "Customer") == {"Search ads": 1}


def test_channels_that_are_not_in_force_are_told(books: Any) -> None:
    renamed = replace(books.loaded.costs, channels=("Ads", *books.loaded.costs.channels[1:]))
    found = cost(books.store, books.book, renamed, MONTHS)
    assert found.stale == ("Ads", "Webinar")


def test_months() -> None:
    assert months_between("2026-11", "2027-02") == ("2026-11", "2026-12", "2027-01", "2027-02")
    assert months_between("2026-11", "2026-11") == ("2026-11",)


def renamed(books: Any) -> None:
    """From now on an MQL is called a Candidate, in every file; people keep their places."""
    texts = {name: text.replace("MQL", "Candidate") for name, text in books.loaded.text.items()}
    cycle = texts["rules/lifecycle.yaml"]
    assert "renamed: {" in cycle
    texts["rules/lifecycle.yaml"] = cycle.replace("renamed: {", "renamed: {MQL: Candidate, ")
    books.loaded = compile_text(texts)
    assert books.loaded.ok, [str(one) for one in books.loaded.errors]
    books.store.activate(books.loaded.text, books.book, books.mappings, books.now)
    books.store.mark_all_due(books.now)
    books.decide()


def test_a_stage_with_another_name_is_reached_by_nobody_anew(books: Any) -> None:
    """Who came to it under its old name came then; the day on which it was renamed brought nobody."""
    books.person(1, hs_analytics_source="PAID_SEARCH")
    books.form(1, "Whitepaper Hydraulik")
    for days in (0.01, 1, 2, 3):
        webinar(books, 1, days)
    books.decide()
    assert books.standing(1).stage == "MQL"
    books.later(days=40)
    renamed(books)
    assert books.standing(1).stage == "Candidate"
    by_month = {row["month"]: row["people"]["Candidate"] for row in report(books).rows("month")}
    assert by_month == {"2026-11": 1}
    for since, came in ((books.now - DAY, 0), (books.now - 60 * DAY, 1)):
        rows = funnel(books.store, books.book, since, books.now + DAY).stages
        (row,) = [one for one in rows if one.stage == "Candidate"]
        assert (row.reached, row.entered, row.standing) == (came, came, 1)
