"""What rules call people, with the rule as evidence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.decide.decision import decide
from connector.decide.facts import Facts
from connector.decide.place.channel import claims
from connector.decide.place.placing import evidence, placed
from connector.model.person.contact import Contact, Value
from connector.model.person.decision import Placed
from connector.model.person.standing import Standing
from connector.model.person.touch import Touch
from connector.model.roster import Roster
from connector.model.rules import Channel, Classification, Exclusion, Placing, TouchRule
from connector.model.systems.ref import Ref

HUBSPOT = Ref("hubspot", "contacts", "1")


@pytest.fixture
def rules(house):
    when = house.when
    return house.rulebook(
        free_mail=frozenset({"ourclub.example"}),
        classification=Classification(
            kinds=(
                Placing("private", "b2c", when({"free_mail": {"equals": True}}), "c:3"),
                Placing("company", "b2b", when({"company": {"present": True}}), "c:4"),
            ),
            targeted=(Placing("firms", True, when({"classification": {"equals": "b2b"}}), "c:6"),),
            origins=(
                Placing("asked", "inbound", when({"first_touch_kind": {"present": True}}), "c:8"),
            ),
        ),
        channels=(
            Channel(
                "Webinar",
                "k:4",
                touches=(TouchRule("webinar", when({"minutes": {"at_least": 20}}), "k:4"),),
            ),
            Channel("Ads", "k:5", when({"source": {"equals": "PAID_SEARCH"}})),
        ),
    )


def person(house, touch=None, **fields):
    values = {name: Value(value, HUBSPOT, house.now) for name, value in fields.items()}
    return Contact(1, "k", (HUBSPOT,), values, first_activity=touch, first_seen=house.now)


def called(book, contact):
    found = placed(book, contact, Facts(contact, Roster(), book).get)
    return {one.what: (one.value, one.where) for one in found}


def test_the_first_rule_that_holds_says_it(house, rules):
    who = person(house, email="a@hansa.example", company="Hansa")
    assert called(rules, who) == {
        "classification": ("b2b", "c:4"),
        "targeted": (True, "c:6"),
        "origin": ("unknown", ""),
    }
    who = person(house, email="a@gmail.com", company="Hansa")
    assert called(rules, who)["classification"] == ("b2c", "c:3")


def test_free_mail_is_what_the_house_says_too(house, rules):
    for address, expected in [
        ("a@OURCLUB.example", True),
        ("a@hansa.example", False),
        (None, None),
    ]:
        who = person(house, email=address) if address else person(house)
        assert Facts(who, Roster(), rules).get("free_mail") is expected


def test_the_channel_of_the_first_touch_comes_before_what_a_field_says(house, rules):
    touch = Touch(house.now, "webinar", "Seals", {"minutes": 45})
    who = person(house, touch, source="PAID_SEARCH")
    assert called(rules, who)["channel"] == ("Webinar", "k:4")
    short = Touch(house.now, "webinar", "Seals", {"minutes": 3})
    assert called(rules, person(house, short, source="PAID_SEARCH"))["channel"] == ("Ads", "k:5")
    assert "channel" not in called(rules, person(house, short))


def test_a_touch_after_the_record_began_brought_nobody(house, rules):
    late = Touch(house.now + timedelta(days=3), "webinar", "Seals", {"minutes": 45})
    assert "channel" not in called(rules, person(house, late))


def test_claims_go_by_kind_then_by_the_order_of_the_file(house, rules):
    ask = claims(rules)
    assert ask("webinar", "", {"minutes": 30}).channel == "Webinar"
    assert ask("webinar", "", None) is None
    assert ask("page", "", {"minutes": 30}) is None


def test_the_evidence_is_what_the_rule_asked_about(house, rules):
    who = person(house, email="a@gmail.com")
    get = Facts(who, Roster(), rules).get
    one = placed(rules, who, get)[0]
    assert one == Placed("classification", "b2c", "private", "c:3")
    assert dict(evidence(rules, one, get)) == {"free_mail": True}


def test_conditions_of_all_rules_may_ask(house, rules):
    """An exclusion by classification, recorded with the decision."""
    scoring = rules.scoring
    from dataclasses import replace

    consumers = Exclusion(
        "consumers", house.when({"classification": {"equals": "b2c"}}), "consumer", "s:9"
    )
    book = replace(rules, scoring=replace(scoring, exclusions=(consumers,)))
    who = person(house, email="a@gmail.com")
    decision = decide(book, who, {}, Standing(), house.roster(), house.now)
    assert decision.standing.excluded == "consumer"
    assert decision.placed[0].value == "b2c"


def test_without_rules_nothing_is_said(house, book):
    assert called(book, person(house, email="a@gmail.com")) == {}
