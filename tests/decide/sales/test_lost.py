"""A hand-over that the CRM shows and the store has lost goes on with the owner and the clock it has."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connector.decide.decision import decide
from connector.decide.sales.lost import RULE
from connector.model.person.contact import HandedOver
from connector.model.person.standing import Handover, Standing
from connector.model.rules import Rulebook

LILLI = "salesforce/User/0052"
HOUR = timedelta(hours=1)


@pytest.fixture
def shown(house: Any) -> Any:
    """Somebody whose lead shows that it was handed over to Lilli four hours ago."""
    contact = house.person(owner=(LILLI, house.now - 4 * HOUR))
    at = house.now - 4 * HOUR
    handed = HandedOver(at, at + 2 * HOUR, "key-1", contact.refs[1])
    return replace(contact, handed=handed)


def decided(house: Any, book: Rulebook, contact: Any, standing: Standing | None = None) -> Any:
    strengths = house.strengths(book, [house.sample(house.now)], house.now)
    return decide(book, contact, strengths, standing or Standing(), house.roster(), house.now)


def test_owner_clock_and_number_are_those_that_are_there(
    house: Any, book: Rulebook, shown: Any
) -> None:
    decision = decided(house, book, shown)
    handover = decision.standing.handover
    assert (handover.at, handover.owner, handover.number) == (shown.handed.at, "l@x.example", 1)
    assert (handover.answer_due, handover.key) == (shown.handed.answer_due, "")
    assert decision.standing.stage == book.lifecycle.hand_over
    assert (decision.routing.rule, decision.routing.pool) == (RULE, "")
    assert decision.steps[0].rule == RULE
    assert decided(house, book, shown, decision.standing).standing.handover == handover


def test_the_task_is_known_by_the_key_on_the_record(house: Any, book: Rulebook, shown: Any) -> None:
    """The contact was minted anew, with another key."""
    other = replace(shown, handed=shown.handed._replace(key="before"))
    assert decided(house, book, other).standing.handover.key == "before"


def test_one_that_was_made_before_the_record_was_read_never_was(
    house: Any, book: Rulebook, shown: Any
) -> None:
    mine = Handover(house.now - HOUR, "j@x.example", 3, None)
    standing = Standing(
        stage=book.lifecycle.hand_over, owner="j@x.example", handover=mine, handovers=3
    )
    now = decided(house, book, shown, standing).standing
    assert (now.owner, now.handover.at, now.handover.number, now.handovers) == (
        "l@x.example",
        shown.handed.at,
        3,
        3,
    )


def test_what_we_know_of_stays_as_it_is(house: Any, book: Rulebook, shown: Any) -> None:
    same = Handover(shown.handed.at.replace(microsecond=5), "l@x.example", 1, None)
    answered = replace(
        same, at=house.now - HOUR, answered_at=house.now, answer="accepted", owner="j@x.example"
    )
    for mine in (same, answered):
        standing = Standing(stage=book.lifecycle.hand_over, owner=mine.owner, handover=mine)
        assert decided(house, book, shown, standing).routing is None
    back = Standing(stage="MQL", reopened_at=house.now - HOUR, rest_until=house.now + HOUR)
    again = decided(house, book, shown, back).routing
    assert again is None or again.rule != RULE


def test_a_hand_over_to_nobody_is_none(house: Any, book: Rulebook, shown: Any) -> None:
    nobody = replace(shown, fields={n: v for n, v in shown.fields.items() if n != "owner"})
    assert decided(house, book, nobody).routing.rule != RULE
