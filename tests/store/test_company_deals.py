"""Deals of a company are everybody's business who works there: who is decided again, and what they are told."""

from __future__ import annotations

from typing import Any

import pytest

from connector.decide.facts import Facts
from connector.model.systems.fact import COMPANY, Gone, Tie
from connector.model.systems.ref import Ref
from connector.report.verify import verify

DEAL, ACCOUNT, OTHER = (
    Ref("salesforce", "Opportunity", "006A"),
    Ref("salesforce", "Account", "001A"),
    Ref("salesforce", "Account", "001B"),
)


@pytest.fixture
def company(house: Any) -> Any:
    """Two people of one company, one of another, all decided; Salesforce knows both companies."""
    house.crm(
        house.record("Account", "001A", Website="kern.example", Name="Kern"),
        house.record("Account", "001B", Website="alt.example", Name="Alt"),
    )
    emails = ("ute@kern.example", "max@kern.example", "eva@alt.example")
    house.page(*(house.contact(n, email=email) for n, email in enumerate(emails, start=1)))
    house.decide()
    return house.later(minutes=1)


def _who(house: Any, *emails: str) -> set[int]:
    return {number for email in emails for number in house.store.find(email)}


def _due(house: Any) -> set[int]:
    return {one.contact.id for one in house.store.due(house.now, 100)}


def _deal(house: Any, *kinds: str, at: Ref = ACCOUNT, **more: Any) -> None:
    """The opportunity as it is shown now."""
    house.crm(
        outcomes=[house.outcome(DEAL, kind, at=house.now, evidence=DEAL, **more) for kind in kinds],
        outcomes_of=[DEAL],
        ties=[Tie(at, DEAL, COMPANY, DEAL)],
    )


def _facts(house: Any, email: str) -> tuple[Any, Any]:
    (number,) = house.store.find(email)
    get = Facts(house.dossier(number).contact, house.store.roster()).get
    return get("account.open_deals"), get("account.customer")


KERN = ("ute@kern.example", "max@kern.example")


def test_nobody_has_any_at_first(company):
    assert _facts(company, "ute@kern.example") == (0, False)
    company.page(company.contact(9, email="who@gmail.com"))
    assert _facts(company, "who@gmail.com") == (None, None)


def test_a_deal_concerns_everybody_at_its_company_and_nobody_else(company):
    _deal(company, "opened")
    assert _due(company) == _who(company, *KERN)
    assert {_facts(company, email) for email in KERN} == {(1, False)}
    assert _facts(company, "eva@alt.example") == (0, False)
    company.decide()
    company.later(days=1)
    _deal(company, "won")
    assert _due(company) == _who(company, *KERN)
    assert {_facts(company, email) for email in KERN} == {(0, True)}


def test_another_step_of_an_open_deal_concerns_no_colleague(company):
    at = company.now
    _deal(company, "opened")
    company.decide()
    company.later(days=1)
    company.crm(
        outcomes=[company.outcome(DEAL, "opened", at=at, evidence=DEAL, stage="Negotiation")],
        outcomes_of=[DEAL],
        ties=[Tie(ACCOUNT, DEAL, COMPANY, DEAL)],
    )
    assert _due(company) == set()


def test_a_deal_that_goes_to_another_account_leaves_the_first(company):
    _deal(company, "opened")
    company.decide()
    at = company.now
    company.later(days=1)
    company.crm(
        outcomes=[company.outcome(DEAL, "opened", at=at, evidence=DEAL)],
        outcomes_of=[DEAL],
        ties=[Tie(OTHER, DEAL, COMPANY, DEAL)],
    )
    assert _due(company) == _who(company, *KERN, "eva@alt.example")
    assert _facts(company, "ute@kern.example") == (0, False)
    assert _facts(company, "eva@alt.example") == (1, False)
    company.decide()
    company.later(days=1).crm(untied=[DEAL])
    assert _due(company) == _who(company, "eva@alt.example")
    assert _facts(company, "eva@alt.example") == (0, False)


def test_a_deleted_deal_is_none(company):
    _deal(company, "opened")
    company.decide()
    company.later(days=1).crm(gone=[Gone(DEAL, company.now)])
    assert _due(company) == _who(company, *KERN)
    assert _facts(company, "max@kern.example") == (0, False)


def test_whoever_turns_out_to_work_there_is_told(company):
    _deal(company, "opened")
    company.decide()
    company.later(days=1).page(company.contact(3, email="eva@kern.example"))
    assert _due(company) == _who(company, "eva@kern.example")
    assert _facts(company, "eva@kern.example") == (1, False)


def test_a_tie_that_is_told_twice_is_one_and_a_rebuild_knows_it(company):
    _deal(company, "opened")
    _deal(company, "opened")
    assert _facts(company, "ute@kern.example") == (1, False)
    company.decide()
    for name in ("look", "outbox", "standing"):
        company.store.rebuild(name, company.now)
    assert _facts(company, "ute@kern.example") == (1, False)


def test_decisions_by_a_companys_deals_replay(company):
    house = company
    house.users("j.brandt@nordring.example")
    _deal(house, "opened")
    house.page(
        house.contact(
            1, email="ute@kern.example", jobtitle="Head of Purchasing", country="DE", zip="30159"
        ),
        activities=[house.act("form", 1)],
    )
    house.decide()
    (number,) = house.store.find("ute@kern.example")
    assert house.dossier(number).standings["main"].guarded == "company-in-talks"
    house.later(days=1)
    _deal(house, "lost")
    house.decide()
    assert house.dossier(number).standings["main"].handover is not None
    assert verify(house.store, house.now).holds


def test_a_moment_ago_is_told_as_it_was(company):
    began = company.now
    _deal(company, "opened")
    (number,) = company.store.find("ute@kern.example")
    company.later(days=1)
    _deal(company, "opened", at=OTHER)
    company.later(days=1)

    def told(at: Any) -> Any:
        contact = company.store.told.then(number, at).contact
        return Facts(contact, company.store.roster()).get("account.open_deals")

    assert told(began) == 1
    assert told(company.now) == 0
