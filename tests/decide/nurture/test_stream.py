"""Streams: one at a time, asked ones while the rest runs, none without consent or while sales works."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connector.decide.decision import decide
from connector.model.condition import ALWAYS
from connector.model.person.standing import Standing
from connector.model.rules import Nurture, Rulebook, Stream


def stream(house: Any, book: Rulebook, standing: Standing, at: Any = None, **fields: Any) -> str:
    person = house.person(**fields)
    return str(decide(book, person, {}, standing, house.roster(), at or house.now).standing.stream)


def resting(house: Any, **more: Any) -> Standing:
    until = house.now + house.days(60)
    return Standing(
        stage="MQL", peak="SQL", since=house.now, rest_until=until, asked="long-term", **more
    )


@pytest.mark.parametrize(
    ("stage", "fields", "expected"),
    [
        ("Prospect", {}, ""),
        ("Lead", {}, "seals-de"),
        ("Lead", {"language": "en"}, "seals-en"),
        ("MQL", {"language": None}, "seals-en"),
        ("Lead", {"opted_out": True}, ""),
        ("Lead", {"email": "a@rival.example"}, ""),
        ("SQL", {}, ""),
        ("Customer", {}, ""),
    ],
)
def test_the_first_whose_condition_holds(
    house: Any, book: Rulebook, stage: str, fields: dict[str, Any], expected: str
) -> None:
    assert stream(house, book, Standing(stage=stage, peak=stage), **fields) == expected


def test_the_asked_stream_goes_first_until_the_rest_is_over(house: Any, book: Rulebook) -> None:
    standing = resting(house)
    assert stream(house, book, standing) == "long-term"
    last = standing.rest_until - timedelta(seconds=1)
    assert stream(house, book, standing, last) == "long-term"
    over = decide(book, house.person(), {}, standing, house.roster(), standing.rest_until).standing
    assert (over.stream, over.asked) == ("seals-de", "")


def test_consent_taken_away_and_given_again_keeps_the_asked_stream(
    house: Any, book: Rulebook
) -> None:
    without = decide(
        book, house.person(opted_out=True), {}, resting(house), house.roster(), house.now
    )
    assert without.standing.stream == ""
    assert stream(house, book, without.standing) == "long-term"


def test_an_asked_stream_the_rules_no_longer_have(house: Any, book: Rulebook) -> None:
    assert stream(house, book, resting(house).at(asked="gone")) == "seals-de"


def test_a_stream_may_go_on_while_sales_works(house: Any) -> None:
    streams = (
        Stream("news", ALWAYS, "n:1"),
        Stream("onboarding", ALWAYS, "n:2", while_working=True),
    )
    book = house.rulebook(nurture=Nurture(streams))
    assert stream(house, book, Standing(stage="SQL", peak="SQL")) == "onboarding"
    assert stream(house, book, Standing(stage="Lead", peak="Lead")) == "news"


def test_conditions_see_the_asked_stream_and_the_present_one(house: Any) -> None:
    asked = house.when({"asked_stream": {"equals": "long-term"}})
    stays = house.when({"stream": {"equals": "b"}})
    streams = (Stream("a", asked, "n:1"), Stream("b", stays, "n:2"), Stream("c", ALWAYS, "n:3"))
    book = house.rulebook(nurture=Nurture(streams))
    lead = Standing(stage="MQL", peak="MQL", since=house.now)
    assert stream(house, book, resting(house)) == "a"
    assert stream(house, book, lead.at(stream="b")) == "b"
    assert stream(house, book, lead) == "c"


def test_the_stage_of_the_deal_decides(house: Any) -> None:
    """Its latest, and only while a deal is known."""
    quoted = house.when({"opportunity_stage": {"in": ["Proposal"]}})
    offer = Stream("after-the-offer", quoted, "n:1", while_working=True)
    book = house.rulebook(nurture=Nurture((offer,)), transitions=())
    standing = Standing(stage="SAL", peak="SAL", since=house.now)

    def streamed(*stages: str) -> str:
        told = [
            replace(house.outcome("opened", house.now - house.days(9 - n)), key="o", stage=stage)
            for n, stage in enumerate(stages)
        ]
        person = house.person(outcomes=told)
        return decide(book, person, {}, standing, house.roster(), house.now).standing.stream

    assert streamed("Proposal") == "after-the-offer"
    assert streamed("Prospecting") == ""
    assert streamed("Proposal", "Negotiation") == ""
    assert streamed() == ""


def test_a_stream_for_those_who_were_handed_over_begins_with_the_hand_over(house: Any) -> None:
    handed = Stream("news", house.when({"handovers": {"at_least": 1}}), "n:1", while_working=True)
    book = house.rulebook(nurture=Nurture((handed,)))
    strengths = house.strengths(book, [house.sample(house.now)], house.now)
    roster = house.roster()
    found = decide(book, house.person(), strengths, Standing(), roster, house.now).standing
    assert (found.handovers, found.stream) == (1, "news")
    assert decide(book, house.person(), strengths, found, roster, house.now).standing == found
