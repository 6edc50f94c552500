"""Automations of both vendors: within a write, and by the clock."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from connector.sandbox.automation import national, reformats, sets_back
from connector.sandbox.world import START, World

LEAD = {"LastName": "Kern", "Company": "Pumpen Kern", "Phone": "+49 511 123456"}
SOON = timedelta(minutes=5)


@pytest.fixture
def world() -> World:
    return World.build()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("+49 511 123456", "(0511) 123456"),
        ("+4930 12 34 56", "(030) 123456"),
        ("+43 1 234", "+43 1 234"),
        ("call me", "call me"),
    ],
)
def test_telephone_numbers_in_the_national_form(typed: str, shown: str) -> None:
    assert national(typed) == shown


def test_a_trigger_acts_in_everybodys_writes_as_the_writer(world: World) -> None:
    crm = world.salesforce
    crm.triggers.append(reformats("Lead", "Phone", national))
    rep = crm.add_user("Anna Rep", "anna@nordring.example")
    key = crm.create("Lead", LEAD, by=rep)
    lead = crm.get("Lead", key)
    assert (lead["Phone"], lead["LastModifiedById"]) == ("(0511) 123456", rep)
    crm.update("Lead", key, {"Phone": "+49 30 99"}, by=rep)
    assert crm.get("Lead", key)["Phone"] == "(030) 99"


def test_a_scheduled_flow_acts_later_as_its_own_user_and_only_where_something_differs(
    world: World,
) -> None:
    crm = world.salesforce
    user, rep = (crm.add_user(name, f"{name[0]}@nordring.example") for name in ("Flow X", "Rep Y"))
    crm.schedule(sets_back("Lead", "OwnerId", user), after=SOON, by=user)
    key = crm.create("Lead", {**LEAD, "OwnerId": rep}, by=rep)
    world.advance(START + SOON - timedelta(seconds=1))
    assert crm.get("Lead", key)["OwnerId"] == rep
    world.advance(START + timedelta(hours=1))
    lead = crm.get("Lead", key)
    assert (lead["OwnerId"], lead["LastModifiedById"]) == (user, user)
    assert lead["SystemModstamp"].startswith((START + SOON).strftime("%Y-%m-%dT%H:%M:%S"))
    assert crm.later.next_at() is None
    stamp = lead["SystemModstamp"]
    crm.update("Lead", key, {"City": "Emden"}, by=user)
    world.advance(START + timedelta(hours=3))
    assert crm.get("Lead", key)["SystemModstamp"] != stamp  # the edit, and nothing after it
    assert crm.later.next_at() is None


def test_a_flow_that_is_refused_or_finds_nobody_is_not_heard_of(world: World) -> None:
    crm = world.salesforce
    crm.schedule(sets_back("Lead", "LastName", None), after=SOON, by=crm.business_user)
    rep = crm.add_user("Anna Rep", "anna@nordring.example")
    refused, gone = crm.create("Lead", LEAD, by=rep), crm.create("Lead", LEAD, by=rep)
    crm.delete("Lead", gone, by=rep)
    world.advance(START + timedelta(hours=1))
    assert crm.get("Lead", refused)["LastName"] == "Kern"
    assert crm.later.next_at() is None


def test_a_portals_own_form_is_what_a_write_leaves(world: World) -> None:
    hub = world.hubspot
    hub.formats.append(reformats("contacts", "firstname", str.title))
    key = hub.create("contacts", {"email": "ute@kern.example", "firstname": "ute maria"})
    assert hub.get("contacts", key)["firstname"] == "Ute Maria"
    hub.update("contacts", key, {"lastname": "kern"})
    hub.update("contacts", key, {"firstname": "UTE"})
    shown = hub.get("contacts", key)
    assert (shown["firstname"], shown["lastname"]) == ("Ute", "kern")


def test_a_workflow_acts_after_its_delay_once_and_says_what_it_is(world: World) -> None:
    hub = world.hubspot
    hub.add_workflow(sets_back("contacts", "lifecyclestage", "customer"), after=SOON)
    key = hub.create("contacts", {"email": "ute@kern.example", "lifecyclestage": "lead"})
    world.advance(START + timedelta(hours=1))
    assert [
        (value, source) for _, value, source in hub.history("contacts", key, "lifecyclestage")
    ] == [
        ("lead", "CRM_UI"),
        ("customer", "AUTOMATION_PLATFORM"),
    ]
    assert hub.get("contacts", key).updated == START + SOON
    assert hub.later.next_at() is None


def test_a_portal_names_the_last_user_and_keeps_the_name_while_a_workflow_writes(
    world: World,
) -> None:
    hub = world.hubspot
    key = hub.create("contacts", {"email": "ute@kern.example"})
    assert hub.get("contacts", key)["hs_updated_by_user_id"] == ""
    hub.add_workflow(sets_back("contacts", "city", "Emden"), after=SOON)
    hub.update("contacts", key, {"city": "Oslo"}, by="77")
    world.advance(START + timedelta(hours=1))
    shown = hub.get("contacts", key)
    assert (shown["city"], shown["hs_updated_by_user_id"]) == ("Emden", "77")


def test_automations_and_people_take_turns_by_the_clock(world: World) -> None:
    """Somebody types after the flow, and the flow comes again."""
    crm = world.salesforce
    crm.schedule(sets_back("Lead", "City", "Emden"), after=SOON, by=crm.business_user)
    rep = crm.add_user("Anna Rep", "anna@nordring.example")
    key = crm.create("Lead", LEAD, by=rep)

    moments = [START + timedelta(minutes=7)]

    class Typist:
        def next_at(self) -> datetime | None:
            return moments[0] if moments else None

        def act(self, now: datetime) -> None:
            assert now == moments.pop()
            assert crm.get("Lead", key)["City"] == "Emden"
            crm.update("Lead", key, {"City": "Oslo"}, by=rep)

    world.people = Typist()
    world.advance(START + timedelta(minutes=10))
    assert crm.get("Lead", key)["City"] == "Oslo"
    world.advance(START + timedelta(minutes=12))
    assert crm.get("Lead", key)["City"] == "Emden"
