"""An administrator changes a field in the middle of the day: its mapping line waits on the shelf, everybody else goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from house import House
from proofs import unproved

FIRST, NEXT = "ute@kern.example", "max@kern.example"
Act = Callable[[House], None]


@pytest.fixture
def running(house: House) -> House:
    """A company at work: one lead is there already."""
    house.handed_over(FIRST)
    assert house.shelf() == {}
    return house


def crm(name: str, *args: Any, **words: Any) -> Act:
    return lambda house: getattr(house.crm, name)(*args, **words)


def portal(name: str, *args: Any, **words: Any) -> Act:
    return lambda house: getattr(house.hubspot, name)(*args, **words)


def rows(house: House) -> set[tuple[str, str]]:
    return {(row.code, row.record) for row in house.store.shelf_rows() if row.level == "error"}


LEAD = ("Lead", "Contact")


def both(name: str, prop: str, *args: Any, **words: Any) -> Act:
    """The same on leads and contacts, as with fields that both have."""

    def act(house: House) -> None:
        for kind in LEAD:
            getattr(house.crm, name)(kind, prop, *args, **words)

    return act


SALESFORCE = {
    "removed": (
        both("remove_field", "Leadcycle_Why__c"),
        both("add_field", "Leadcycle_Why__c", "textarea", length=2000),
        "FIELD_REMOVED",
        "Leadcycle_Why__c",
    ),
    "hidden": (both("hide_field", "Title"), both("hide_field", "Title", hidden=False), "FIELD_REMOVED", "Title"),
    "renamed": (
        both("rename_field", "Leadcycle_Why__c", "Leadcycle_Because__c"),
        both("rename_field", "Leadcycle_Because__c", "Leadcycle_Why__c"),
        "FIELD_REMOVED",
        "Leadcycle_Why__c",
    ),
    "retyped": (
        both("retype_field", "Leadcycle_Why__c", "double"),
        both("retype_field", "Leadcycle_Why__c", "textarea", length=2000),
        "FIELD_RETYPED",
        "Leadcycle_Why__c",
    ),
    "locked": (both("lock_field", "Title"), both("lock_field", "Title", locked=False), "FIELD_READ_ONLY", "Title"),
    "shortened": (both("resize_field", "Leadcycle_Why__c", 60), both("resize_field", "Leadcycle_Why__c", 2000), "LENGTH_REDUCED", "Leadcycle_Why__c"),
}  # fmt: skip


@pytest.mark.parametrize("case", SALESFORCE)
def test_a_changed_field_in_salesforce(running: House, case: str) -> None:
    change, repair, code, name = SALESFORCE[case]
    wanted = running.lead(FIRST)[name]
    change(running)
    lead = running.handed_over(NEXT, firstname="Max")
    running.pass_by(minutes=65)
    assert rows(running) == {(code, f"salesforce/{kind}.{name}") for kind in LEAD}
    assert lead["Leadcycle_Stage__c"] == "SQL"
    assert len(running.tasks(lead["Id"])) == 1
    assert lead.get(name) is None
    where = next(row.hint for row in running.store.shelf_rows())
    assert "mappings/salesforce.yaml:" in where
    assert running.second_pass() == 0
    if (
        code != "LENGTH_REDUCED"
    ):  # what Salesforce has cut is an edit that moved no stamp: reconcile says so
        assert list(unproved(running)) == []
    repair(running)
    running.pass_by(minutes=65)
    assert rows(running) == set()
    assert running.lead(NEXT)[name]
    if (
        code != "LENGTH_REDUCED"
    ):  # what Salesforce has cut there is the administrator's doing, and moves no stamp
        assert running.lead(FIRST)[name] == wanted
    assert running.second_pass() == 0


def test_one_row_a_line_however_many_people(running: House) -> None:
    SALESFORCE["removed"][0](running)
    for number in range(12):
        running.person(f"p{number}@kern.example")
        running.ask(f"p{number}@kern.example")
    running.pass_by(minutes=15)
    assert len(running.leads()) == 13
    assert len(running.store.shelf_rows()) == len(LEAD)


def test_the_new_name_is_in_the_hint(running: House) -> None:
    SALESFORCE["renamed"][0](running)
    running.pass_by(minutes=65)
    assert all("Leadcycle_Because__c" in row.hint for row in running.store.shelf_rows())


def test_a_picklist_that_loses_a_value(running: House) -> None:
    """`deactivate` leaves it in describe, marked as inactive."""
    for kind in LEAD:
        running.crm.retype_field(
            kind, "Leadcycle_Grade__c", "picklist", values=list("ABCD"), restricted=True
        )
    running.pass_by(minutes=65)
    assert rows(running) == set()
    for kind in LEAD:
        running.crm.deactivate_picklist_value(kind, "Leadcycle_Grade__c", "B")
    running.pass_by(minutes=65)
    assert rows(running) == {
        ("VALUE_REMOVED", f"salesforce/{kind}.Leadcycle_Grade__c") for kind in LEAD
    }
    lead = running.handed_over(NEXT, firstname="Max")
    assert lead.get("Leadcycle_Grade__c") is None
    assert lead["Leadcycle_Band__c"] == "warm"
    assert len(running.store.shelf_rows()) == len(LEAD)
    for kind in LEAD:
        running.crm.add_picklist_value(kind, "Leadcycle_Grade__c", "B")
    running.pass_by(minutes=65)
    assert running.lead(NEXT)["Leadcycle_Grade__c"] == "B"
    assert running.shelf() == {}


def test_a_field_that_became_required_holds_creates_and_nothing_else(running: House) -> None:
    running.crm.add_field("Lead", "Budget__c", "double", required=True)
    running.crm.update("Lead", running.lead(FIRST)["Id"], {"Budget__c": 5})
    running.person(NEXT)
    running.ask(NEXT)
    running.pass_by(minutes=65)
    assert running.crm.find("Lead", "Email", NEXT) == []
    assert rows(running) == {("REQUIRED_FIELD", "salesforce/Lead.Budget__c")}
    running.hubspot.update("contacts", running.hubspot.find(FIRST), {"jobtitle": "Chief Buyer"})
    running.pass_by(minutes=11)
    assert running.lead(FIRST)["Title"] == "Chief Buyer"
    running.crm.require_field("Lead", "Budget__c", required=False)
    running.pass_by(minutes=65)
    lead = running.lead(NEXT)
    assert lead["Leadcycle_Stage__c"] == "SQL"
    assert len(running.tasks(lead["Id"])) == 1
    assert running.shelf() == {}


def test_a_kind_that_we_may_not_see_any_more(running: House) -> None:
    """Accounts are hidden: leads are read and written all the same, and what was known of companies stays."""
    running.crm.hide_kind("Account")
    running.pass_by(minutes=65)
    assert rows(running) == {("KIND_HIDDEN", "salesforce/Account")}
    assert running.handed_over(NEXT, firstname="Max")["Leadcycle_Stage__c"] == "SQL"
    running.crm.hide_kind("Account", hidden=False)
    running.pass_by(minutes=65)
    assert running.shelf() == {}


def test_nobodys_value_is_emptied_by_a_field_that_is_hidden(running: House) -> None:
    """The title is read and written. Hidden, it shows nothing; unhidden, an edit from meanwhile is seen."""
    lead = running.lead(FIRST)
    running.crm.update("Lead", lead["Id"], {"PostalCode": "80331"})
    running.pass_by(minutes=6)
    (number,) = running.store.find(FIRST)
    assert running.store.dossier(number, running.now).contact.value("postal_code") == "80331"
    crm("hide_field", "Lead", "PostalCode")(running)
    running.crm.update("Lead", lead["Id"], {"Phone": "+49 511 1234567"})
    running.pass_by(minutes=65)
    known = running.store.dossier(number, running.now).contact
    assert known.value("postal_code") == "80331"
    assert known.value("phone") == "+495111234567"
    running.crm.update("Lead", lead["Id"], {"PostalCode": "80333"})
    running.pass_by(minutes=65)
    crm("hide_field", "Lead", "PostalCode", hidden=False)(running)
    running.pass_by(minutes=65)
    assert running.store.dossier(number, running.now).contact.value("postal_code") == "80333"
    assert running.lead(FIRST)["PostalCode"] == "80333"
    assert running.shelf() == {}
    assert running.second_pass() == 0


def test_a_retyped_field_is_not_read_until_somebody_has_looked(running: House) -> None:
    """The postal code becomes a number; to read it as text is possible, and a person says whether it is right."""
    lead = running.lead(FIRST)
    (number,) = running.store.find(FIRST)
    crm("retype_field", "Lead", "PostalCode", "double")(running)
    running.pass_by(minutes=65)
    assert {code for code, _ in rows(running)} == {"FIELD_RETYPED"}
    running.crm.update("Lead", lead["Id"], {"PostalCode": 4711, "Phone": "+49 511 1234567"})
    running.pass_by(minutes=6)
    known = running.store.dossier(number, running.now).contact
    assert known.value("postal_code") == "30159"
    assert known.value("phone") == "+495111234567"
    crm("retype_field", "Lead", "PostalCode", "string", length=20)(running)
    running.pass_by(minutes=65)
    assert running.shelf() == {}
    assert running.store.dossier(number, running.now).contact.value("postal_code") == "4711.0"


HUBSPOT = {
    "removed": (
        portal("archive_property", "contacts", "leadcycle_band"),
        portal("restore_property", "contacts", "leadcycle_band"),
        "FIELD_REMOVED",
    ),
    "renamed": (
        portal("rename_property", "contacts", "leadcycle_band", "leadcycle_heat"),
        portal("restore_property", "contacts", "leadcycle_band"),
        "FIELD_REMOVED",
    ),
    "retyped": (
        portal("retype_property", "contacts", "leadcycle_band", "number", "number"),
        portal("retype_property", "contacts", "leadcycle_band", "string", "text"),
        "FIELD_RETYPED",
    ),
    "read-only": (
        portal("lock_property", "contacts", "leadcycle_band"),
        portal("lock_property", "contacts", "leadcycle_band", locked=False),
        "FIELD_READ_ONLY",
    ),
}


@pytest.mark.parametrize("case", HUBSPOT)
def test_a_changed_property_in_hubspot(running: House, case: str) -> None:
    change, repair, code = HUBSPOT[case]
    change(running)
    lead = running.handed_over(NEXT, firstname="Max")
    contact = running.hubspot.find(NEXT)
    assert lead["Leadcycle_Stage__c"] == "SQL"
    running.pass_by(minutes=65)
    assert rows(running) == {(code, "hubspot/contacts.leadcycle_band")}
    assert running.stage(contact) == "salesqualifiedlead"
    assert running.hubspot.get("contacts", contact)["leadcycle_grade"] == "B"
    assert running.second_pass() == 0
    repair(running)
    running.pass_by(minutes=65)
    assert running.hubspot.get("contacts", contact)["leadcycle_band"] == "warm"
    assert running.shelf() == {}
    assert running.second_pass() == 0


def test_a_stage_that_hubspot_does_not_offer_any_more(running: House) -> None:
    running.hubspot.remove_option("contacts", "lifecyclestage", "salesqualifiedlead")
    running.handed_over(NEXT, firstname="Max")
    running.pass_by(minutes=65)
    contact = running.hubspot.find(NEXT)
    assert rows(running) == {("VALUE_REMOVED", "hubspot/contacts.lifecyclestage")}
    assert running.hubspot.get("contacts", contact)["leadcycle_band"] == "warm"
    running.hubspot.add_option("contacts", "lifecyclestage", "salesqualifiedlead", "SQL")
    running.pass_by(minutes=65)
    assert running.stage(contact) == "salesqualifiedlead"
    assert running.shelf() == {}


def test_nobodys_value_is_emptied_by_a_property_that_is_archived(running: House) -> None:
    (number,) = running.store.find(FIRST)
    contact = running.hubspot.find(FIRST)
    running.hubspot.archive_property("contacts", "jobtitle")
    running.hubspot.update("contacts", contact, {"phone": "+49 511 1234567"})
    running.pass_by(minutes=65)
    known = running.store.dossier(number, running.now).contact
    assert known.value("job_title") == "Head of Purchasing"
    assert known.value("phone") == "+495111234567"
    assert running.lead(FIRST)["Title"] == "Head of Purchasing"
    running.hubspot.restore_property("contacts", "jobtitle")
    running.pass_by(minutes=65)
    assert running.shelf() == {}


def test_a_value_of_one_person_waits_alone(running: House) -> None:
    """Nobody else has this name; the row says which property, and the cure."""
    lead = running.handed_over(NEXT, firstname="Max")
    running.crm.update("Lead", lead["Id"], {"Phone": "+49 511 1234567"})
    for kind in LEAD:
        running.crm.resize_field(kind, "Phone", 12)
    running.pass_by(minutes=65)
    assert rows(running) == set()
    running.hubspot.update("contacts", running.hubspot.find(FIRST), {"phone": "+49 511 123456789"})
    running.pass_by(minutes=11)
    (row,) = running.store.shelf_rows()
    assert row.code == "TOO_LONG"
    assert "Lead.Phone takes no more than 12 characters" in row.message
    assert "mappings/salesforce.yaml:" in row.hint
    assert "511" not in f"{row.message}{row.hint}"


def test_describes_are_cheap(running: House) -> None:
    """One call an hour there, two in HubSpot; nothing else is asked because of shapes."""
    running.pass_by(minutes=65)
    before = running.crm.calls["composite/describe Lead"], running.hubspot.calls["list properties"]
    running.pass_by(hours=6)
    after = running.crm.calls["composite/describe Lead"], running.hubspot.calls["list properties"]
    assert after[0] - before[0] == 6
    assert after[1] - before[1] == 12


def test_a_crash_between_looking_and_noting_reads_again(running: House) -> None:
    """The stream goes back before the shape is noted, so a crash in between loses nothing."""
    lead = running.lead(FIRST)
    crm("hide_field", "Lead", "PostalCode")(running)
    running.pass_by(minutes=65)
    running.crm.update("Lead", lead["Id"], {"PostalCode": "80333"})
    running.pass_by(minutes=11)
    crm("hide_field", "Lead", "PostalCode", hidden=False)(running)

    def die(place: str) -> None:
        if place == "store: after rewind":
            raise KeyboardInterrupt

    running.boundary = die
    with pytest.raises(KeyboardInterrupt):
        running.pass_by(minutes=65)
    running.boundary = lambda _: None
    running.crash()
    running.pass_by(minutes=11)
    (number,) = running.store.find(FIRST)
    assert (
        running.store.dossier(number, running.now + timedelta()).contact.value("postal_code")
        == "80333"
    )
