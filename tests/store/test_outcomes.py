"""What sales made of it: known once, replaced, withdrawn, and shared by everybody an opportunity names."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connector.model.fact import Gone
from connector.model.ref import Ref

LEAD = Ref("salesforce", "Lead", "00Q1")
CONTACT = Ref("salesforce", "Contact", "0031")
DEAL = Ref("salesforce", "Opportunity", "0061")


@pytest.fixture
def lead(house):
    house.crm(house.lead("00Q1", Email="a@kern.example"))
    house.decide()
    return house


def outcomes(house, contact=None):
    return [(one.kind, one.amount) for one in house.dossier(contact).contact.outcomes]


def test_an_outcome_makes_its_contact_due_once(lead):
    rejected = lead.outcome(LEAD, "rejected", reason="Too small")
    lead.crm(outcomes=[rejected])
    assert lead.store.due(lead.now, 10)[0].contact.outcomes == (rejected,)
    lead.decide()
    assert lead.later(hours=1).crm(outcomes=[rejected]).outcomes == 0
    assert lead.store.due(lead.now, 10) == []


def test_it_was_learned_when_it_was_first_seen(lead):
    learned = lead.now
    lead.crm(outcomes=[lead.outcome(LEAD, "won", amount=Decimal("100.10"), at=learned)])
    lead.later(hours=1).crm(
        outcomes=[lead.outcome(LEAD, "won", amount=Decimal("120.00"), at=learned)]
    )
    contact = lead.dossier().contact
    assert outcomes(lead) == [("won", Decimal("120.00"))]
    assert contact.recorded == {"won:00Q1": learned}


def test_the_same_at_another_time_is_news(lead):
    lead.crm(outcomes=[lead.outcome(LEAD, "rejected")])
    lead.later(days=90).crm(outcomes=[lead.outcome(LEAD, "rejected")])
    assert lead.dossier().contact.recorded == {"rejected:00Q1": lead.now}


def test_an_opportunity_speaks_for_everybody_it_names(lead):
    lead.crm(lead.record("Contact", "0031", Email="b@kern.example"))
    lead.crm(outcomes=[lead.outcome(DEAL, "opened")], outcomes_of=[DEAL])
    lead.decide()
    lead.crm(lead.record("Lead", "00Q1", links=[("opportunity", DEAL)]))
    lead.crm(lead.record("Opportunity", "0061", links=[("contact", CONTACT)]))
    assert {one.contact.id for one in lead.store.due(lead.now, 10)} == {1, 2}
    assert outcomes(lead, 1) == outcomes(lead, 2) == [("opened", None)]
    lead.decide()
    lead.crm(outcomes=[lead.outcome(DEAL, "won", amount=Decimal(5))])
    assert outcomes(lead, 2) == [("opened", None), ("won", Decimal(5))]


def test_what_is_absent_from_a_complete_account_is_taken_back(lead):
    lead.crm(lead.record("Lead", "00Q1", links=[("opportunity", DEAL)]))
    opened, won = lead.outcome(DEAL, "opened"), lead.outcome(DEAL, "won")
    lead.crm(outcomes=[opened, won], outcomes_of=[DEAL])
    lead.decide()
    lead.later(days=1).crm(outcomes=[opened], outcomes_of=[DEAL])
    assert outcomes(lead) == [("opened", None)]
    assert len(lead.store.due(lead.now, 10)) == 1
    lead.decide()
    lead.crm(outcomes=[opened], outcomes_of=[DEAL])
    assert lead.store.due(lead.now, 10) == []
    lead.later(days=1).crm(outcomes=[opened, won], outcomes_of=[DEAL])
    assert lead.dossier().contact.recorded["won:0061"] == lead.now


def test_a_deleted_opportunity_is_evidence_of_nothing(lead):
    lead.crm(lead.record("Lead", "00Q1", links=[("opportunity", DEAL)]))
    lead.crm(outcomes=[lead.outcome(DEAL, "won")])
    lead.decide()
    lead.later(days=1).crm(gone=[Gone(DEAL, lead.now)])
    assert len(lead.store.due(lead.now, 10)) == 1
    assert outcomes(lead) == []


def test_who_did_it_and_what_shows_it_come_back(lead):
    user, task = Ref("salesforce", "User", "0051"), Ref("salesforce", "Task", "00T1")
    called = lead.outcome(LEAD, "contacted", by=user, evidence=task)
    lead.crm(outcomes=[called])
    assert lead.dossier().contact.outcomes == (called,)
