"""One person's record in each system, and where a queue may own something."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.decide.fields.writing.changes import changes
from connector.decide.fields.writing.ownership import NOBODY, Ownership, creatable, translated
from connector.model.mapping.mappings import Mappings
from connector.model.mapping.property import Write
from connector.model.mapping.record import Record
from connector.model.problem import Problem
from connector.model.roster import Roster
from connector.model.systems.ref import Ref

USER, SEAT = Ref("salesforce", "User", "005000000000001AAA"), Ref("hubspot", "owners", "1")
QUEUE = Ref("salesforce", "Group", "00G000000000001AAA")
HUB_ONLY = Ref("hubspot", "owners", "4")
WHERE = "hubspot/contacts/7"


@pytest.fixture
def known(roster: Roster) -> Roster:
    by_ref = {ref: key for key, owner in roster.owners.items() for ref in owner.refs}
    return replace(roster, by_ref=by_ref)


def test_an_owner_becomes_the_other_systems_id(known: Roster) -> None:
    assert translated(str(USER), known, "hubspot", WHERE) == str(SEAT)
    assert translated(str(SEAT), known, "salesforce", WHERE) == str(USER)
    assert translated(None, known, "hubspot", WHERE) is None


def test_what_a_system_says_of_its_own_stays(known: Roster) -> None:
    stranger = "salesforce/User/005000000000099AAA"
    assert translated(stranger, known, "salesforce", WHERE) == stranger


def test_a_queue_is_nobody_elsewhere(known: Roster) -> None:
    assert translated(str(QUEUE), known, "hubspot", WHERE) is NOBODY


@pytest.mark.parametrize(
    ("ref", "line"),
    [
        (HUB_ONLY, "hub@nordring.example: {ids: {salesforce: their id there}}"),
        (Ref("hubspot", "owners", "9"), 'their address: {ids: {hubspot: "9", salesforce: their id there}}'),
    ],
)  # fmt: skip
def test_nobody_there_names_the_line_to_add(known: Roster, ref: Ref, line: str) -> None:
    found = translated(str(ref), known, "salesforce", WHERE)
    text = f"the owner {ref} is nobody we know in salesforce"
    hint = f'add to mappings/owners.yaml: "{line}"'
    assert found == Problem(WHERE, text, hint, code="OWNER_UNMAPPED")


def test_a_field_of_type_owner_is_written_as_the_other_systems_id(
    mappings: Mappings, known: Roster, contact_of: Any, decided: Any, book: Any
) -> None:
    """Salesforce names somebody's back office clerk; HubSpot shows it in a property of its own."""
    hubspot, salesforce = mappings.platforms["hubspot"], mappings.platforms["salesforce"]
    contacts, lead = hubspot.records["contacts"], salesforce.records["Lead"]
    clerk = replace(mappings.fields["email"], name="clerk", type="owner", identifies="")
    read = replace(lead.read[0], field="clerk", property="Clerk__c", type="owner")
    write = Write("clerk_owner", "clerk", "owner")
    changed = replace(
        mappings,
        fields={**mappings.fields, "clerk": clerk},
        platforms={
            "hubspot": replace(hubspot, records={**hubspot.records, "contacts": replace(contacts, write=(write,))}),
            "salesforce": replace(salesforce, records={**salesforce.records, "Lead": replace(lead, read=(*lead.read, read), write=())}),
        },
    )  # fmt: skip
    hub, person = Ref("hubspot", "contacts", "7"), Ref("salesforce", "Lead", "00Q000000000001AAA")
    contact = contact_of({hub: {"email": "a@x.example"}, person: {"Email": "a@x.example"}})
    assert contact is not None
    from connector.model.person.contact import Observed, Value

    at = contact.observed[person]["Email"].at
    observed = {**contact.observed, person: {**contact.observed[person], "Clerk__c": Observed(USER.id, str(USER), at)}}  # fmt: skip
    contact = replace(
        contact,
        observed=observed,
        fields={**contact.fields, "clerk": Value(str(USER), person, at)},
    )
    made, problems = changes(decided(), contact, changed, known, book)
    assert [(change.ref, change.fields) for change in made] == [(hub, {"clerk_owner": "1"})]
    assert made[0].values == {"clerk_owner": str(SEAT)}
    assert problems == ()
    settled = {
        **observed,
        hub: {**observed[hub], "clerk_owner": Observed("1", str(SEAT), at, True)},
    }
    again = changes(decided(), replace(contact, observed=settled), changed, known, book)
    assert again == ((), ())


def test_no_record_is_made_for_a_queue_that_may_not_own_it(mappings: Mappings) -> None:
    mapping, write = mappings.platforms["salesforce"], Write("OwnerId", "owner", "owner")
    queue = Ownership(QUEUE, queue=True)
    assert creatable(mapping, Record("Lead", "contact"), [write], queue, WHERE) is None
    found = creatable(mapping, Record("Contact", "contact"), [write], queue, WHERE)
    assert found is not None
    assert (found.code, found.message) == (
        "OWNER_QUEUE",
        "a queue cannot own a Contact of salesforce",
    )
    assert creatable(mapping, Record("Contact", "contact"), [], queue, WHERE) is None
