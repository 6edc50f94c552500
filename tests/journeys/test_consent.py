"""Consent over both systems: nobody is in a list who has not agreed; every objection is everywhere."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from house import House, newsletter

from connector.report.explain import explain

MAIL = "ute@kern.example"
LONG_AGO = "2026-02-01T08:00:00.000Z"


def stamp(house: House) -> str:
    return house.now.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def interested(house: House, **properties: str) -> str:
    """Somebody who reads enough for a stream, but is not handed over."""
    contact = house.person(MAIL, jobtitle="Student", **properties)
    house.ask(MAIL, "Whitepaper Hydraulikdichtungen")
    house.pass_by(minutes=10)
    return contact


def the_contact(house: House) -> str:
    (number,) = house.hubspot.portal.tables["contacts"].records
    return str(number)


def explained(house: House) -> dict:
    (number,) = house.store.find(MAIL)
    rules = house.parts.active
    return explain(house.store, rules.book, number, None, house.now, rules.mappings).as_json()


def test_a_yes_counts_when_it_is_confirmed_and_again_only_when_that_is(house: House) -> None:
    contact = interested(
        house, newsletter="yes", newsletter_at=stamp(house), newsletter_confirmed_at=""
    )
    assert house.streams(contact) == set()
    assert explained(house)["consents"]["email"]["state"] == "pending"
    house.hubspot.update("contacts", contact, {"newsletter_confirmed_at": stamp(house)})
    house.pass_by(minutes=10)
    assert house.streams(contact) == {"Nurture Seals EN"}
    house.hubspot.update("contacts", contact, {"newsletter": "no"})
    house.pass_by(minutes=10)
    assert house.streams(contact) == set()
    house.hubspot.update("contacts", contact, {"newsletter": "yes", "newsletter_at": stamp(house)})
    house.pass_by(minutes=10)
    assert house.streams(contact) == set(), "an old confirmation confirms no new yes"
    house.time.advance(house.now + timedelta(minutes=1))
    house.hubspot.update("contacts", contact, {"newsletter_confirmed_at": stamp(house)})
    house.pass_by(minutes=10)
    assert house.streams(contact) == {"Nurture Seals EN"}
    told = explained(house)
    states = [one["value"] for one in told["statements"] if one["field"] == "newsletter"]
    assert states == ["pending", "granted", "refused", "pending", "granted"]
    assert told["consents"]["email"]["evidence"]["newsletter_confirmed_at"]
    assert house.second_pass() == 0


def test_an_objection_in_the_crm_unsubscribes_the_address_in_hubspot(house: House) -> None:
    lead = house.handed_over(MAIL)
    house.crm.update("Lead", lead["Id"], {"HasOptedOutOfEmail": True})
    house.pass_by(minutes=10)
    contact = the_contact(house)
    assert house.hubspot.get("contacts", contact)["hs_email_optout"] == "true"
    assert house.hubspot.portal.consent.status(MAIL, "301").wants is False
    told = explained(house)["consents"]
    assert told["email"]["state"] == told["contact"]["state"] == "refused"
    assert told["email"]["record"].startswith("salesforce/Lead/")
    assert house.shelf() == {}
    assert house.second_pass() == 0


def test_an_answer_that_is_lost_unsubscribes_nobody_twice_and_forgets_nobody(house: House) -> None:
    lead = house.handed_over(MAIL)
    house.faults.rate["hubspot.reset_after_commit"] = 1.0
    house.crm.update("Lead", lead["Id"], {"HasOptedOutOfEmail": True})
    house.pass_by(minutes=10)
    house.faults.rate.clear()
    house.pass_by(minutes=30)
    contact = the_contact(house)
    assert house.hubspot.get("contacts", contact)["hs_email_optout"] == "true"
    assert house.second_pass() == 0


@pytest.mark.parametrize("merged_id", ["new", "primary"])
def test_an_objection_survives_the_merge_of_the_record_that_made_it(
    tmp_path, merged_id: str
) -> None:
    house = House(tmp_path, hubspot_merged_id=merged_id)
    try:
        first = interested(house)
        other = house.person("u.kern@privat.example", hs_email_optout="true", newsletter="")
        house.pass_by(minutes=10)
        assert house.streams(first) == {"Nurture Seals EN"}
        survivor = house.hubspot.merge("contacts", first, other)
        house.hubspot.update("contacts", survivor, {"hs_email_optout": ""})
        house.pass_by(minutes=20)
        assert house.streams(survivor) == set()
        assert house.hubspot.get("contacts", survivor)["hs_email_optout"] == "true"
        assert house.second_pass() == 0
    finally:
        house.close()


ACTS = ("yes", "no", "confirm", "opt_out", "rep_objects", "rep_takes_back", "wait")


@pytest.mark.parametrize("seed", range(12))
def test_whatever_people_say_in_whatever_order(tmp_path, seed: int) -> None:
    """At every rest: in a list only who agrees by an independent reading of both systems; an objection is on both sides."""
    dice = random.Random(f"{seed}:consent")
    house = House(tmp_path, seed)
    try:
        lead = house.handed_over(MAIL)
        house.crm.update(
            "Lead",
            lead["Id"],
            {"Leadcycle_Acceptance__c": "Rejected", "Leadcycle_Rejection_Reason__c": "No budget"},
        )
        contact = the_contact(house)
        person = Said()
        for _ in range(10):
            for _ in range(dice.randrange(1, 4)):
                person.act(house, contact, lead["Id"], dice.choice(ACTS))
            house.pass_by(minutes=12)
            shown = house.hubspot.get("contacts", contact)
            row = house.crm.get("Lead", lead["Id"])
            if not person.may_mail:
                assert house.streams(contact) == set(), person.told
            if person.objects:
                assert shown["hs_email_optout"] == "true", person.told
                assert row["HasOptedOutOfEmail"] is True, person.told
        assert house.second_pass() == 0
    finally:
        house.close()


class Said:
    """What one person said, and what follows from it; knows nothing of how we work it out."""

    def __init__(self) -> None:
        self.wants, self.confirmed = True, True
        self.hub_objects = self.rep_objects = False
        self.told: list[str] = []

    @property
    def objects(self) -> bool:
        return self.hub_objects or self.rep_objects

    @property
    def may_mail(self) -> bool:
        return self.wants and self.confirmed and not self.objects

    def act(self, house: House, contact: str, lead: str, act: str) -> None:
        self.told.append(act)
        house.time.advance(house.now + timedelta(seconds=2))
        given = newsletter(house.now)
        if act == "yes":
            self.wants, self.confirmed = True, False
            del given["newsletter_confirmed_at"]
            house.hubspot.update("contacts", contact, given)
        elif act == "no":
            self.wants = False
            house.hubspot.update("contacts", contact, {"newsletter": "no"})
        elif act == "confirm":
            self.confirmed = True
            at = given["newsletter_confirmed_at"]
            house.hubspot.update("contacts", contact, {"newsletter_confirmed_at": at})
        elif act == "opt_out":
            self.hub_objects = True
            house.hubspot.unsubscribe(MAIL)
        elif act == "rep_objects":
            self.rep_objects = True
            house.crm.update("Lead", lead, {"HasOptedOutOfEmail": True})
        elif act == "rep_takes_back" and not self.hub_objects:
            self.rep_objects = False
            house.crm.update("Lead", lead, {"HasOptedOutOfEmail": False})
