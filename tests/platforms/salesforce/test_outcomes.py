"""What sales made of it, read from the records that show it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from connector.model.systems.ref import Ref


@pytest.fixture
def lead(rig, reader):
    rep = rig.rep()
    key = rig.org.create(
        "Lead",
        {"LastName": "Meier", "Company": "Seals", "Email": "m@kunde.example", "OwnerId": rep},
    )
    reader.pull()
    rig.pass_by(minutes=1)
    return key


def test_acceptance_has_the_time_of_its_history_not_of_a_later_edit(rig, reader, lead):
    rig.org.update("Lead", lead, {"Leadcycle_Acceptance__c": "Accepted"})
    accepted = rig.now
    rig.pass_by(minutes=30)
    rig.org.update("Lead", lead, {"LastName": "Meyer"})
    reader.pull()
    (outcome,) = reader.outcomes().values()
    assert (outcome.kind, outcome.at, outcome.ref.id) == ("accepted", accepted, lead)


def test_a_second_acceptance_is_another_outcome_and_a_re_read_is_not(rig, reader, lead):
    for value in ("Accepted", None, "Accepted"):
        rig.org.update("Lead", lead, {"Leadcycle_Acceptance__c": value})
        rig.pass_by(minutes=7)
        reader.pull()
    assert reader.kinds() == ["accepted", "accepted"]
    reader.source, reader.cursor = rig.source(), None
    reader.pull()
    assert reader.kinds() == ["accepted", "accepted"]


def test_rejection_carries_its_reason(rig, reader, lead):
    rig.org.update(
        "Lead",
        lead,
        {"Leadcycle_Acceptance__c": "Rejected", "Leadcycle_Rejection_Reason__c": "Too early"},
    )
    reader.pull()
    (outcome,) = reader.outcomes().values()
    assert (outcome.kind, outcome.reason) == ("rejected", "Too early")


def test_conversion_moves_the_lead_accepts_it_and_hangs_the_deal_on_the_person(rig, reader, lead):
    account, contact, deal = rig.org.convert(lead)
    reader.pull()
    (move,) = [each for page in reader.pages for each in page.moved]
    assert (move.old.id, move.new, move.kind) == (
        lead,
        Ref("salesforce", "Contact", contact),
        "converted",
    )
    assert reader.kinds() == ["accepted", "opened"]
    links = {
        (each.ref.kind, role, to.id)
        for page in reader.pages
        for each in page.sightings
        for role, to in each.links
    }
    assert ("Lead", "opportunity", deal) in links
    ties = [(each.ref.id, each.other.id) for page in reader.pages for each in page.ties]
    assert sorted(ties) == [(account, deal), (contact, deal)]


def test_a_contact_role_that_is_removed_says_so(rig, reader, lead):
    _, contact, _ = rig.org.convert(lead)
    reader.pull()
    (role,) = rig.org.find("OpportunityContactRole", "ContactId", contact)
    rig.org.delete("OpportunityContactRole", role["Id"])
    (page,) = reader.pull()
    assert page.untied == (Ref("salesforce", "OpportunityContactRole", role["Id"]),)
    assert page.ties == ()


def test_won_with_amount_and_the_time_of_the_stage_and_taken_back_when_reopened(rig, reader, lead):
    _, _, deal = rig.org.convert(lead)
    rig.pass_by(days=3)
    rig.org.update("Opportunity", deal, {"StageName": "Closed Won", "Amount": 1234.5})
    closed = rig.now
    rig.pass_by(hours=2)
    rig.org.update("Opportunity", deal, {"NextStep": "invoice"})
    reader.pull()
    won = reader.outcomes()[f"won:{deal}"]
    assert (won.at, won.amount, won.ref) == (
        closed,
        Decimal("1234.5"),
        Ref("salesforce", "Opportunity", deal),
    )
    rig.pass_by(minutes=1)
    rig.org.update("Opportunity", deal, {"StageName": "Prospecting"})
    reader.pull()
    assert "won" not in reader.kinds()
    assert reader.outcomes()[f"opened:{deal}"].stage == "Prospecting"
    rig.pass_by(minutes=1)
    rig.org.update("Opportunity", deal, {"StageName": "Closed Lost", "Loss_Reason__c": "Price"})
    reader.pull()
    assert reader.outcomes()[f"lost:{deal}"].reason == "Price"
    rig.pass_by(minutes=1)
    rig.org.delete("Opportunity", deal)
    reader.pull()
    assert not {"opened", "won", "lost"} & set(reader.kinds())


def test_a_completed_call_counts_and_an_open_or_other_task_does_not(rig, reader, lead):
    rep = rig.org.get("Lead", lead)["OwnerId"]
    call = rig.org.create(
        "Task", {"WhoId": lead, "Subject": "Call", "Type": "Call", "OwnerId": rep}
    )
    rig.org.create(
        "Task", {"WhoId": lead, "Subject": "Note", "Status": "Completed", "OwnerId": rep}
    )
    reader.pull()
    assert reader.kinds() == []
    rig.pass_by(minutes=1)
    rig.org.update("Task", call, {"Status": "Completed"})
    done = rig.now
    rig.pass_by(minutes=20)
    rig.org.update("Task", call, {"Subject": "Call, again"})
    reader.pull()
    (outcome,) = reader.outcomes().values()
    assert (outcome.kind, outcome.at, outcome.ref.id) == ("contacted", done, lead)
    assert outcome.by == Ref("salesforce", "User", rep)


def test_a_meeting_counts_when_its_time_comes_although_nobody_touches_it(rig, reader, lead):
    start = rig.now + timedelta(days=2)
    rig.org.create("Event", {"WhoId": lead, "Subject": "Visit", "StartDateTime": start.isoformat()})
    reader.pull()
    rig.pass_by(days=1)
    reader.pull()
    assert reader.kinds() == []
    rig.pass_by(days=1, minutes=1)
    reader.pull()
    (outcome,) = reader.outcomes().values()
    assert (outcome.kind, outcome.at, outcome.ref.id) == ("contacted", start, lead)


def test_a_meeting_of_the_past_counts_at_once_and_a_cancelled_one_never(rig, reader, lead):
    past = rig.now - timedelta(days=1)
    rig.org.create("Event", {"WhoId": lead, "Subject": "Visit", "StartDateTime": past.isoformat()})
    later = rig.org.create(
        "Event",
        {
            "WhoId": lead,
            "Subject": "Visit",
            "StartDateTime": (rig.now + timedelta(hours=1)).isoformat(),
        },
    )
    reader.pull()
    assert len(reader.outcomes()) == 1
    rig.org.delete("Event", later)
    rig.pass_by(hours=2)
    reader.pull()
    assert len(reader.outcomes()) == 1
