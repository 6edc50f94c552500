"""A hand-over that lacks nothing but data asks for it, keeps its lead event meanwhile, and happens when the data comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from connector.decide.decision import decide
from connector.decide.look import next_look
from connector.model.condition import ALWAYS
from connector.model.person.decision import Decision
from connector.model.person.standing import Standing
from connector.model.rules import Ask, Guard, Need, Rulebook, Stream, Transition

HOUR = timedelta(hours=1)


@pytest.fixture
def book(house: Any) -> Rulebook:
    """The example house: grade A needs a phone number, which a stream asks for."""
    book = house.rulebook()
    cycle = replace(
        book.lifecycle,
        needs=(Need("phone", house.when({"grade": {"in": ["A"]}})),),
        asks=(Ask("reach", ("phone",), "l:30", "ask-for-phone", "Ask for it", house.days(30)),),
        guards=(Guard("offers", house.when({"open_opportunity": {"equals": True}}), "l:40"),),
    )
    asked = Stream("ask-for-phone", house.when({"asks": {"in": ["phone"]}}), "n:9", asked=True)
    nurture = replace(book.nurture, streams=(asked, *book.nurture.streams))
    return replace(book, lifecycle=cycle, nurture=nurture)


def at(house: Any, book: Rulebook, standing: Standing, now: datetime, **fields: Any) -> Decision:
    strengths = house.strengths(book, [house.sample(house.now)], now)
    outcomes = fields.pop("outcomes", ())
    person = house.person(outcomes, **fields)
    return decide(book, person, strengths, standing, house.roster(), now)


def test_it_asks_and_goes_into_the_stream(house: Any, book: Rulebook) -> None:
    standing = at(house, book, Standing(), house.now).standing
    assert (standing.stage, standing.asks, standing.asks_since) == ("Lead", ("phone",), house.now)
    assert standing.kept == (("asks-for-samples", house.now + house.days(30)),)
    assert standing.stream == "ask-for-phone"


def test_who_needs_no_phone_is_handed_over(house: Any, book: Rulebook) -> None:
    decision = at(house, book, Standing(), house.now, job_title="Konstruktion", employees=20)
    assert (decision.score.grade, decision.standing.asks) == ("B", ())
    assert decision.routing is not None


def test_the_lead_event_counts_on_while_it_asks(house: Any, book: Rulebook) -> None:
    """Fresh for 14 days by itself, it counts for 30 after the asking began."""
    standing = at(house, book, Standing(), house.now).standing
    late = house.now + house.days(29)
    standing = at(house, book, standing, late).standing
    assert standing.asks == ("phone",)
    decision = at(house, book, standing, late + HOUR, phone="+49 40 1")
    assert [step.rule for step in decision.steps] == ["asks-to-talk"]
    assert (decision.standing.asks, decision.standing.kept) == ((), ())
    assert decision.standing.asks_since is None


def test_after_its_time_it_asks_no_more(house: Any, book: Rulebook) -> None:
    standing = at(house, book, Standing(), house.now).standing
    standing = at(house, book, standing, house.now + house.days(15)).standing
    end = house.now + house.days(30)
    assert at(house, book, standing, end - HOUR).standing.asks == ("phone",)
    decision = at(house, book, standing, end)
    assert (decision.standing.asks, decision.standing.kept, decision.waits) == ((), (), ())
    assert at(house, book, decision.standing, end + HOUR, phone="+49 40 1").routing is None


def test_the_next_look_is_not_after_that(house: Any, book: Rulebook) -> None:
    now = house.now + house.days(15)
    standing = at(house, book, Standing(), house.now).standing
    decision = at(house, book, standing, now)
    strengths = house.strengths(book, [house.sample(house.now)], now)
    look = next_look(book, house.person(), strengths, decision, now)
    assert look is not None
    assert look <= house.now + house.days(30)


@pytest.mark.parametrize("why", ["opted_out", "competitor", "offer"])
def test_who_could_not_be_handed_over_anyway_is_not_asked(
    house: Any, book: Rulebook, why: str
) -> None:
    fields: dict[str, Any] = {
        "opted_out": {"opted_out": True},
        "competitor": {"email": "a@rival.example"},
        "offer": {"outcomes": [house.outcome("opened", house.now - house.days(90))]},
    }[why]
    decision = at(house, book, Standing(stage="Lead", peak="Lead"), house.now, **fields)
    assert decision.standing.asks == ()
    assert "needs phone" in decision.waits
    assert decision.routing is None


def test_a_guard_is_noted_and_ends_the_asking(house: Any, book: Rulebook) -> None:
    opened = [house.outcome("opened", house.now - house.days(90))]
    asking = at(house, book, Standing(), house.now).standing
    assert asking.asks
    decision = at(house, book, asking, house.now + HOUR, phone="+49 40 1", outcomes=opened)
    assert (decision.standing.guarded, decision.waits) == ("offers", ("guarded: offers",))
    assert (decision.standing.asks, decision.standing.kept) == ((), ())


def with_ways(book: Rulebook, *ways: Transition, start: str = "Prospect") -> Rulebook:
    return replace(book, lifecycle=replace(book.lifecycle, transitions=ways, start=start))


def test_what_a_way_lacked_that_was_left_behind_is_not_asked_for(
    house: Any, book: Rulebook
) -> None:
    """The way that needs the field leads from the stage before; where the contact is now, nothing waits for it."""
    straight = Transition("straight", ("Prospect",), "SQL", ALWAYS, "l:1", needs=("mobile",))
    onward = Transition("onward", ("Prospect",), "Lead", ALWAYS, "l:2")
    found = at(house, with_ways(book, straight, onward), Standing(), house.now)
    assert (found.standing.stage, found.standing.asks, found.waits) == ("Lead", (), ())
    again = at(house, with_ways(book, straight, onward), found.standing, house.now)
    assert not again.changed


def test_a_guard_of_a_way_that_was_left_behind_is_not_noted(house: Any, book: Rulebook) -> None:
    """The first way back is guarded, the second goes despite the guard: nothing keeps the contact any more."""
    guarded = Transition("guarded", ("SAL",), "SQL", ALWAYS, "l:1", back=True)
    despite = Transition("despite", ("SAL",), "Lead", ALWAYS, "l:2", back=True, despite_guard=True)
    opened = [house.outcome("opened", house.now - house.days(90))]
    there = Standing(stage="SAL", peak="SAL", since=house.now)
    found = at(house, with_ways(book, guarded, despite), there, house.now, outcomes=opened)
    assert (found.standing.stage, found.standing.guarded) == ("Lead", "")
