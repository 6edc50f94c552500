"""What sales made of it: known once, replaced, withdrawn, and shared by everybody an opportunity names."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connector.model.systems.fact import Gone, Move, Tie
from connector.model.systems.ref import Ref
from connector.store.sql.database import reading

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


@pytest.fixture
def handed_over(house):
    """A lead that sales has; its ref."""
    house.users("j.brandt@nordring.example", "l.petersen@nordring.example")
    fits = {"jobtitle": "Head of Purchasing", "country": "Germany", "zip": "30159"}
    house.page(house.contact(1, email="u@kern.example", **fits), activities=[house.act("a1")])
    house.decide()
    house.send()
    return next(ref for ref in house.dossier().contact.refs if ref.kind == "Lead")


def test_what_a_way_back_did_not_know_is_not_spent(house, handed_over):
    """A pull that began before the decision is merged after it: its outcome must still be judged."""
    house.crm(outcomes=[house.outcome(handed_over, "rejected", reason="No budget")])
    began = house.now
    house.later(seconds=3).decide()
    assert house.dossier().standings["main"].reopened_at == house.now
    house.now = began
    house.crm(outcomes=[house.outcome(handed_over, "accepted")])
    recorded = house.dossier().contact.recorded
    later = house.dossier().standings["main"].reopened_at
    assert recorded[f"accepted:{handed_over.id}"] > later > recorded[f"rejected:{handed_over.id}"]


def test_a_way_back_spends_what_it_knew_however_it_was_learned(house, handed_over):
    """Within one millisecond: told, taken back, told again and corrected."""
    house.crm(outcomes=[house.outcome(handed_over, "rejected", reason="No budget")])
    house.decide()
    house.crm(outcomes=[house.outcome(handed_over, "rejected", "second", reason="Too early")])
    house.crm(outcomes=[house.outcome(handed_over, "rejected", reason="Competitor")])
    before = house.dossier().standings["main"].reopened_at
    recorded = house.dossier().contact.recorded
    assert recorded["second"] > before == recorded[f"rejected:{handed_over.id}"]


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


ROLES = [Ref("salesforce", "OpportunityContactRole", f"00K{n}") for n in (1, 2)]


def role(number, contact=CONTACT):
    return Tie(contact, DEAL, "opportunity", ROLES[number])


@pytest.fixture
def buyers(house):
    """Two contacts, and a deal of theirs."""
    house.crm(
        house.record("Contact", "0031", Email="b@kern.example"),
        house.record("Contact", "0032", Email="c@kern.example"),
    )
    house.crm(outcomes=[house.outcome(DEAL, "opened")], outcomes_of=[DEAL], ties=[role(0)])
    house.decide()
    return house


def test_a_deal_speaks_for_somebody_as_long_as_a_role_says_so(buyers):
    assert [kind for kind, _ in outcomes(buyers, 1)] == ["opened"]
    before = buyers.now
    buyers.later(hours=1).crm(ties=[role(1)])
    buyers.later(hours=1).crm(untied=[ROLES[0]])
    assert [kind for kind, _ in outcomes(buyers, 1)] == ["opened"]
    buyers.decide()
    buyers.later(hours=1).crm(untied=[ROLES[1]])
    assert outcomes(buyers, 1) == []
    assert [one.contact.id for one in buyers.store.due(buyers.now, 10)] == [1]
    assert [one.kind for one in buyers.store.told.then(1, before).contact.outcomes] == ["opened"]
    buyers.later(hours=1).crm(ties=[role(0)])
    assert [kind for kind, _ in outcomes(buyers, 1)] == ["opened"]


def test_a_role_that_names_somebody_else_moves_the_deal(buyers):
    buyers.later(hours=1).crm(ties=[role(0, Ref("salesforce", "Contact", "0032"))])
    assert outcomes(buyers, 1) == []
    assert [kind for kind, _ in outcomes(buyers, 2)] == ["opened"]


def test_a_repeated_role_changes_nothing(buyers):
    assert buyers.later(hours=1).crm(ties=[role(0)]).sightings == 0
    assert buyers.store.due(buyers.now, 10) == []


def called(house, ref):
    return house.outcome(
        ref, "contacted", "contacted:00T1", evidence=Ref("salesforce", "Task", "00T1")
    )


def ledger(house):
    with reading(house.store._engine) as tx:
        return tx.rows("SELECT ref, recorded_at, withdrawn FROM outcome ORDER BY id")


def test_a_task_that_moves_along_with_a_conversion_is_the_same_call(lead):
    call = called(lead, LEAD)
    lead.crm(outcomes=[call])
    learned = lead.now
    lead.decide()
    moved = Move(LEAD, CONTACT, "converted", lead.later(days=3).now)
    lead.crm(
        lead.record("Contact", "0031", Email="a@kern.example"),
        moved=[moved],
        outcomes=[lead.outcome(CONTACT, "contacted", "contacted:00T1", at=call.at)],
    )
    assert [kind for kind, _ in outcomes(lead)] == ["contacted"]
    assert lead.dossier().contact.recorded == {"contacted:00T1": learned}
    standing = {}
    for ref, recorded, withdrawn in ledger(lead):
        standing[ref] = (recorded, withdrawn)
    assert sorted(withdrawn for _, withdrawn in standing.values()) == [0, 1]
    assert (
        lead.crm(
            outcomes=[lead.outcome(CONTACT, "contacted", "contacted:00T1", at=call.at)]
        ).outcomes
        == 0
    )


def test_a_task_that_is_hung_on_somebody_else_was_no_call_of_the_first(lead):
    lead.crm(lead.record("Contact", "0032", Email="z@kern.example"))
    other = Ref("salesforce", "Contact", "0032")
    lead.crm(outcomes=[called(lead, LEAD)])
    lead.decide()
    lead.later(hours=1).crm(outcomes=[called(lead, other)])
    assert outcomes(lead, 1) == []
    assert [kind for kind, _ in outcomes(lead, 2)] == ["contacted"]
    assert {one.contact.id for one in lead.store.due(lead.now, 10)} == {1, 2}
