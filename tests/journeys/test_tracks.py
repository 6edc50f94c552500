"""A customer asks for service: a second cycle beside the first, with its own hand-over, task, answer and end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from house import House

from connector.cli.rollout.planned import dropped
from connector.model.person.standing import Standing
from connector.report.verify import verify
from connector.sync.rollout import Active, active
from connector.sync.rollout.plan import Request, plan

EMAIL = "ute@kern.example"
FORM = "Wartungsvertrag"


@pytest.fixture
def customer(house: House) -> tuple[House, str]:
    """A house whose lead has bought, and her contact in the CRM."""
    house.company.forms[FORM] = house.hubspot.add_form(FORM)
    lead = house.handed_over()
    rep = house.rep(lead)
    house.crm.update("Lead", lead["Id"], {"Leadcycle_Acceptance__c": "Accepted"}, by=rep)
    house.pass_by(minutes=6)
    _, person, deal = house.crm.convert(lead["Id"], by=rep)
    house.pass_by(minutes=6)
    house.crm.update("Opportunity", deal, {"Amount": 900.0, "StageName": "Closed Won"}, by=rep)
    house.pass_by(minutes=6)
    assert standings(house)["main"].stage == "Customer"
    return house, person


def standings(house: House) -> dict[str, Standing]:
    (number,) = house.store.find(EMAIL)
    return dict(house.store.dossier(number, house.now).standings)


def subjects(house: House, person: str) -> list[str]:
    return sorted(str(task["Subject"]) for task in house.tasks(person))


def asked_for_service(house: House) -> None:
    house.ask(EMAIL, FORM)
    house.pass_by(minutes=6)


def handed_over_for_service(house: House, person: str) -> dict[str, Any]:
    contact = house.hubspot.find(EMAIL) or ""
    house.hubspot.update("contacts", contact, {"phone": "+49 511 123456"})
    house.pass_by(minutes=11)
    return dict(house.crm.get("Contact", person))


def test_what_a_hand_over_lacks_is_asked_for(customer: tuple[House, str]) -> None:
    house, person = customer
    asked_for_service(house)
    service = standings(house)["service"]
    assert (service.stage, service.asks, service.handover) == ("Lead", ("phone",), None)
    assert house.crm.get("Contact", person)["Leadcycle_Asks__c"] == "phone"
    assert "Ask for the phone number (Service)" in subjects(house, person)
    assert house.second_pass() == 0


def test_a_second_cycle_is_a_task_on_the_contact_and_no_second_lead(
    customer: tuple[House, str],
) -> None:
    house, person = customer
    owner = house.crm.get("Contact", person)["OwnerId"]
    asked_for_service(house)
    row = handed_over_for_service(house, person)
    found = standings(house)
    assert (found["service"].stage, found["service"].handovers) == ("SQL", 1)
    assert (found["main"].stage, found["main"].handovers) == ("Customer", 1)
    assert (row["Leadcycle_Stage__c"], row["Leadcycle_Track__c"]) == ("SQL", "Service")
    assert row["Leadcycle_Asks__c"] is None
    assert row["OwnerId"] == owner
    assert "Answer this lead (Service)" in subjects(house, person)
    assert house.stage(house.hubspot.find(EMAIL) or "") == "customer"
    assert len(house.leads()) == 1
    assert house.second_pass() == 0
    proved = verify(house.store, house.now)
    assert proved.holds, [one.broken for one in proved.proofs]


def test_an_answer_belongs_to_the_hand_over_it_answers(customer: tuple[House, str]) -> None:
    house, person = customer
    asked_for_service(house)
    row = handed_over_for_service(house, person)
    assert row["Leadcycle_Acceptance__c"] is None  # emptied, so that it can be answered
    refusal = {"Leadcycle_Acceptance__c": "Rejected", "Leadcycle_Rejection_Reason__c": "Too early"}
    house.crm.update("Contact", person, refusal, by=row["OwnerId"])
    house.pass_by(minutes=11)
    found = standings(house)
    service = found["service"]
    assert (service.stage, service.cycle, service.handover) == ("MQL", 2, None)
    assert (found["main"].stage, found["main"].cycle) == ("Customer", 1)
    shown = house.crm.get("Contact", person)
    assert (shown["Leadcycle_Stage__c"], shown["Leadcycle_Track__c"]) == ("Customer", "Seals")
    assert house.second_pass() == 0
    proved = verify(house.store, house.now)
    assert proved.holds, [one.broken for one in proved.proofs]


def test_two_cycles_survive_a_rebuild(customer: tuple[House, str]) -> None:
    house, person = customer
    asked_for_service(house)
    handed_over_for_service(house, person)
    before = standings(house)
    for name in house.store.projections():
        house.store.rebuild(name, house.now)
    assert standings(house) == before
    assert house.second_pass() == 0


def test_a_plan_says_what_stays_open_in_a_track_that_is_dropped(
    customer: tuple[House, str],
) -> None:
    house, person = customer
    asked_for_service(house)
    handed_over_for_service(house, person)
    before, found = active(house.store), standings(house)
    cycle = replace(before.book.lifecycle, tracks=())
    after = Active(replace(before.book, lifecycle=cycle, digest="another"), before.mappings)
    made = plan(house.store, Request(before, after, house.now))
    gone = {"track": "service", "people": 1, "open": 1}
    assert made.figures["dropped"] == [gone]
    assert dropped(gone) == (
        'The track "service" is gone: where they stand in it stays on record for one person; '
        "one waits for an answer, and nobody will be reminded of it."
    )
    assert dropped({**gone, "open": 0}).endswith("stays on record for one person.")
    assert plan(house.store, Request(before, before, house.now)).figures["dropped"] == []
    assert standings(house) == found
