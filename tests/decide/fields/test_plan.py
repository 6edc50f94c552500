"""What a record takes over from the kind it is the same as, and what a condition of `create` may ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from connector.decide.fields.inherit import continued_by, reads, task, writes
from connector.decide.fields.sources import facts
from connector.decide.fields.writing.changes import changes
from connector.model.condition import All
from connector.model.condition import Test as Asked
from connector.model.mapping.mappings import Mappings
from connector.model.mapping.property import Write
from connector.model.person.contact import Account, Contact
from connector.model.person.decision import Decision
from connector.model.roster import Roster
from connector.model.rules import Rulebook
from connector.model.systems.fact import Outcome
from connector.model.systems.ref import Ref

HUB = Ref("hubspot", "contacts", "1")


def test_a_contact_is_written_like_its_lead_under_its_own_names(mappings: Mappings) -> None:
    crm = mappings.platforms["salesforce"]
    person = crm.records["Contact"]
    names = [write.property for write in writes(crm, person)]
    assert "MailingCountryCode" in names
    assert not {"CountryCode", "LeadSource", "Company"} & set(names)
    assert "MailingCountryCode" in [read.property for read in reads(crm, person)]
    assert task(crm, person) == crm.records["Lead"].task
    assert continued_by(crm, "Lead") == {"Contact"}
    assert continued_by(crm, "Contact") == frozenset()


def test_own_lines_replace_what_would_be_taken_over(mappings: Mappings) -> None:
    crm = mappings.platforms["salesforce"]
    own = (Write("Stage__c", "stage", "text"),)
    person = replace(crm.records["Contact"], write=own)
    assert writes(crm, person) == own


def test_a_condition_of_create_sees_decision_fields_company_and_sales(
    mappings: Mappings,
    roster: Roster,
    book: Rulebook,
    contact_of: Callable[..., Contact],
    decided: Callable[..., Decision],
    noon: datetime,
) -> None:
    won = Outcome(HUB, "won", noon, "won:1")
    contact = contact_of(
        {HUB: {"email": "anna@firm.example", "country": "Germany"}},
        account=Account("a1", (), {"employees": 250}),
        outcomes=(won,),
    )
    get = facts(book, decided(stage="SQL", stream="seals-de"), contact, roster)
    names = (
        "stage",
        "grade",
        "activity",
        "stream",
        "country",
        "employees",
        "email_domain",
        "opportunity",
    )
    assert [get(name) for name in names] == [
        "SQL",
        "B",
        47.3,
        "seals-de",
        "DE",
        250,
        "firm.example",
        "won",
    ]
    assert get("owner") is None
    assert get("first_name") is None


def test_create_asks_all_of_it(
    mappings: Mappings,
    roster: Roster,
    book: Rulebook,
    contact_of: Callable[..., Contact],
    decided: Callable[..., Decision],
) -> None:
    crm = mappings.platforms["salesforce"]
    asked = All((Asked("stage", "above", "Lead"), Asked("country", "in", ("DE", "AT"))))
    records = {**crm.records, "Lead": replace(crm.records["Lead"], create=asked)}
    mine = replace(
        mappings, platforms={**mappings.platforms, "salesforce": replace(crm, records=records)}
    )
    contact = contact_of({HUB: {"email": "anna@firm.example", "country": "Germany"}})
    abroad = contact_of({HUB: {"email": "anna@firm.example", "country": "France"}})

    def creates(who: Contact, stage: str) -> bool:
        return any(c.create for c in changes(decided(stage=stage), who, mine, roster, book)[0])

    assert creates(contact, "MQL")
    assert not creates(contact, "Lead")
    assert not creates(abroad, "MQL")
