"""One contact, there and back: HubSpot, our rules, a rep in Salesforce, and HubSpot again."""

from __future__ import annotations

from datetime import timedelta

from house import House

CUSTOMER, ACCEPTED_STAGE = "customer", "94822001"
EMAIL = "ute@kern.example"


def test_from_a_form_to_a_customer_over_http(served: House) -> None:
    house = served
    contact = house.person(EMAIL)
    house.pass_by(minutes=6)
    assert house.stage(contact) == "subscriber"
    assert house.leads() == []

    house.ask(EMAIL)
    house.pass_by(minutes=6)
    lead = house.lead(EMAIL)
    assert (lead["FirstName"], lead["LastName"], lead["Company"]) == ("Ute", "Kern", "Pumpen Kern")
    assert (lead["Leadcycle_Stage__c"], lead["Leadcycle_Grade__c"]) == ("SQL", "B")
    assert lead["Leadcycle_Score__c"] > 0
    assert "sample order" in lead["Leadcycle_Why__c"]
    north = {rep.user for rep in house.company.staff.reps[:3]}
    assert lead["OwnerId"] in north
    assert lead["Leadcycle_Answer_Due__c"] > lead["Leadcycle_Handed_Over__c"]
    (task,) = house.tasks(lead["Id"])
    assert (task["Subject"], task["OwnerId"]) == ("Answer this lead", lead["OwnerId"])
    assert house.stage(contact) == "salesqualifiedlead"

    rep = house.rep(lead)
    house.crm.update("Lead", lead["Id"], {"Leadcycle_Acceptance__c": "Accepted"}, by=rep)
    house.pass_by(minutes=6)
    assert house.lead(EMAIL)["Leadcycle_Stage__c"] == "SAL"
    assert house.stage(contact) == ACCEPTED_STAGE

    _, person, deal = house.crm.convert(lead["Id"], by=rep)
    house.pass_by(minutes=6)
    house.crm.update("Opportunity", deal, {"Amount": 12500.0, "StageName": "Closed Won"}, by=rep)
    house.pass_by(minutes=6)
    assert house.stage(contact) == CUSTOMER
    assert house.crm.get("Contact", person)["Leadcycle_Stage__c"] == "Customer"
    assert house.standing(EMAIL).stage == "Customer"
    assert house.shelf() == {}
    assert house.crm.duplicate_leads() == 0
    assert house.second_pass() == 0


def test_a_rejection_leads_back_and_clears_before_it_sets(house: House) -> None:
    lead = house.handed_over()
    contact = house.hubspot.find(EMAIL)
    assert contact is not None
    house.crm.update(
        "Lead",
        lead["Id"],
        {"Leadcycle_Acceptance__c": "Rejected", "Leadcycle_Rejection_Reason__c": "Too early"},
        by=house.rep(lead),
    )
    house.pass_by(minutes=11)
    assert house.stage(contact) == "marketingqualifiedlead"
    values = [value for _, value, _ in house.hubspot.history("contacts", contact, "lifecyclestage")]
    assert values[-3:] == ["salesqualifiedlead", "", "marketingqualifiedlead"]
    assert house.streams(contact) == {"Long term"}
    assert house.lead()["Leadcycle_Stage__c"] == "MQL"
    standing = house.standing(EMAIL)
    assert standing.rest_until is not None
    assert timedelta(days=59) < standing.rest_until - house.now < timedelta(days=60)
    assert house.second_pass() == 0


def test_a_lost_deal_leads_back_too(house: House) -> None:
    lead = house.handed_over()
    contact, rep = house.hubspot.find(EMAIL) or "", house.rep(lead)
    _, person, deal = house.crm.convert(lead["Id"], by=rep)
    house.pass_by(minutes=6)
    assert house.stage(contact) == ACCEPTED_STAGE
    house.crm.update(
        "Opportunity", deal, {"StageName": "Closed Lost", "Loss_Reason__c": "Price"}, by=rep
    )
    house.pass_by(minutes=11)
    assert house.stage(contact) == "marketingqualifiedlead"
    assert house.crm.get("Contact", person)["Leadcycle_Stage__c"] == "MQL"
    assert house.second_pass() == 0


def test_a_deal_that_is_opened_again_and_won_is_won(house: House) -> None:
    lead = house.handed_over()
    contact, rep = house.hubspot.find(EMAIL) or "", house.rep(lead)
    _, _, deal = house.crm.convert(lead["Id"], by=rep)
    house.pass_by(minutes=6)
    house.crm.update("Opportunity", deal, {"StageName": "Closed Won", "Amount": 900}, by=rep)
    house.pass_by(minutes=6)
    house.crm.update("Opportunity", deal, {"StageName": "Qualification"}, by=rep)
    house.pass_by(minutes=6)
    house.crm.update("Opportunity", deal, {"StageName": "Closed Won"}, by=rep)
    house.pass_by(minutes=6)
    assert house.stage(contact) == CUSTOMER
    won = [each for each in _outcomes(house) if each.kind == "won"]
    assert [str(each.amount) for each in won] in (["900"], ["900.0"])


def test_a_second_hand_over_can_be_answered_like_the_first(house: House) -> None:
    """Its task, an empty answer, and the same reason once more counts once more. Nobody had touched the first task: it goes along."""
    lead = house.handed_over()
    contact, rep = house.hubspot.find(EMAIL) or "", house.rep(lead)
    refusal = {"Leadcycle_Acceptance__c": "Rejected", "Leadcycle_Rejection_Reason__c": "Bad timing"}
    house.crm.update("Lead", lead["Id"], refusal, by=rep)
    house.idle(days=20)
    assert house.lead()["Leadcycle_Acceptance__c"] == "Rejected"  # until then it stays to be seen
    house.ask(EMAIL)
    house.pass_by(minutes=11)
    again = house.lead()
    assert again["Leadcycle_Stage__c"] == "SQL"
    assert (again["Leadcycle_Acceptance__c"], again["Leadcycle_Rejection_Reason__c"]) == (
        None,
        None,
    )
    (task,) = house.tasks(lead["Id"])
    assert (task["OwnerId"], task["Status"]) == (again["OwnerId"], "Not Started")
    assert house.standing(EMAIL).handovers == 2
    assert house.second_pass() == 0
    house.crm.update("Lead", lead["Id"], refusal, by=house.rep(again))
    house.pass_by(minutes=11)
    assert house.stage(contact) == "marketingqualifiedlead"
    assert [each.kind for each in _outcomes(house)] == ["rejected", "rejected"]
    assert house.lead()["Leadcycle_Acceptance__c"] == "Rejected"
    assert house.second_pass() == 0


def test_thirty_idle_days_write_only_what_time_made_due(house: House) -> None:
    lead = house.handed_over()
    house.crm.update(
        "Lead", lead["Id"], {"Leadcycle_Acceptance__c": "Accepted"}, by=house.rep(lead)
    )
    house.pass_by(hours=1)
    before = house.written()
    decisions = house.store.counts()["decisions"]
    house.idle(days=30)
    grown = house.store.counts()["decisions"] - decisions
    assert house.written() - before <= 2 * grown
    assert house.second_pass() == 0


def _outcomes(house: House) -> tuple[object, ...]:
    (number,) = house.store.find(EMAIL)
    return house.store.dossier(number, house.now).contact.outcomes
