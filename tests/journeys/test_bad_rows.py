"""Rows that a system refuses or nobody can read: on the shelf with cause and cure, and everything else goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from house import House

from connector.cli.example import example_root

EMAIL, OTHER = "ute@kern.example", "max@kern.example"


def other_goes_on(house: House) -> None:
    """Somebody else is handed over all the same."""
    lead = house.handed_over(OTHER, firstname="Max")
    assert lead["Leadcycle_Stage__c"] == "SQL"


def test_an_inactive_owner(house: House) -> None:
    """The person of a key account leaves: their leads wait for a colleague, others are handed over."""
    keller = next(each for each in house.company.staff.reps if each.email.startswith("s.keller"))
    house.crm.deactivate(keller.user)
    house.pass_by(minutes=70)
    house.person("ute@hansa-pumpen.example")
    house.ask("ute@hansa-pumpen.example")
    house.pass_by(minutes=11)
    found = house.crm.find("Lead", "Email", "ute@hansa-pumpen.example")
    assert all(lead["OwnerId"] != keller.user for lead in found)
    other_goes_on(house)
    if found:  # routing passed the leaver over
        assert house.crm.get("User", found[0]["OwnerId"])["IsActive"] is True


def test_an_owner_who_becomes_inactive_between_decision_and_write(house: House) -> None:
    house.person("ute@hansa-pumpen.example")
    house.pass_by(minutes=6)
    keller = next(each for each in house.company.staff.reps if each.email.startswith("s.keller"))
    house.ask("ute@hansa-pumpen.example")

    def leave(place: str) -> None:
        if place == "store: after lease" and house.store.counts()["handed_over"]:
            house.crm.deactivate(keller.user)

    house.boundary = leave
    house.pass_by(minutes=11)
    house.boundary = lambda _: None
    assert house.crm.find("Lead", "Email", "ute@hansa-pumpen.example") == []
    left, row = sorted(house.store.shelf_rows(), key=lambda each: each.code != "OWNER_LEFT")
    assert row.code in ("INACTIVE_OWNER_OR_USER", "OWNER_INACTIVE")
    assert row.hint
    assert left.message == "Stefan Keller has left and still owns 1 open lead, 1 of them unanswered"
    other_goes_on(house)
    house.crm.update("User", keller.user, {"IsActive": True})
    house.pass_by(minutes=70)
    for each in house.store.shelf_rows():
        house.store.retry(each.id, house.now)
    house.pass_by(minutes=11)
    assert house.lead("ute@hansa-pumpen.example")["OwnerId"] == keller.user
    assert house.shelf() == {}
    assert house.second_pass() == 0


def test_a_picklist_value_that_is_not_there(house: House) -> None:
    """The band's field is a restricted picklist without "warm": that field waits, the lead does not."""
    house.crm.remove_field("Lead", "Leadcycle_Band__c")
    house.crm.add_field(
        "Lead", "Leadcycle_Band__c", "picklist", values=["cold", "hot"], restricted=True
    )
    house.person(EMAIL)
    house.ask(EMAIL)
    house.pass_by(minutes=11)
    assert house.lead(EMAIL).get("Leadcycle_Band__c") is None
    assert house.lead(EMAIL)["Leadcycle_Grade__c"] == "B"
    (row,) = house.store.shelf_rows()
    assert (row.code, row.record) == ("VALUE_REMOVED", "salesforce/Lead.Leadcycle_Band__c")
    assert '"warm"' in row.message
    assert "mappings/salesforce.yaml:" in row.hint
    house.pass_by(hours=2)
    assert len(house.store.shelf_rows()) == 1
    house.crm.add_picklist_value("Lead", "Leadcycle_Band__c", "warm")
    house.pass_by(minutes=70)
    assert house.lead(EMAIL)["Leadcycle_Band__c"] == "warm"
    assert len(house.tasks(house.lead(EMAIL)["Id"])) == 1
    assert house.shelf() == {}
    assert house.second_pass() == 0


def test_an_unknown_picklist_value_in_a_source_is_kept_out_and_everything_else_read(
    house: House,
) -> None:
    contact = house.person(EMAIL, hs_language="zz")
    house.ask(EMAIL)
    house.pass_by(minutes=11)
    assert house.lead(EMAIL)["LastName"] == "Kern"
    assert house.stage(contact) == "salesqualifiedlead"


@pytest.fixture
def strict(tmp_path: Path) -> Path:
    """The example, but a title that is too long is refused instead of cut."""
    root = tmp_path / "project"
    shutil.copytree(example_root() / "mappings", root / "mappings")
    shutil.copytree(example_root() / "rules", root / "rules")
    shutil.copytree(example_root() / "values", root / "values")
    shutil.copy(example_root() / "leadcycle.yaml", root)
    path = root / "mappings" / "salesforce.yaml"
    before = "Title: {from: job_title, max_length: 128, too_long: cut}"
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, "Title: {from: job_title, max_length: 20}"), "utf-8")
    return root


def test_a_value_that_is_too_long(strict: Path, tmp_path: Path) -> None:
    house = House(tmp_path / "run", root=strict)
    contact = house.person(EMAIL, jobtitle="Head of Purchasing, pumps and valves")
    house.ask(EMAIL)
    house.pass_by(minutes=11)
    lead = house.lead(EMAIL)
    assert lead.get("Title") is None  # only this value waits, the lead does not
    (row,) = house.store.shelf_rows()
    assert (row.code, "20 characters" in row.message) == ("TOO_LONG", True)
    house.hubspot.update("contacts", contact, {"jobtitle": "Head of Purchasing"})
    house.pass_by(minutes=11)
    assert house.lead(EMAIL)["Title"] == "Head of Purchasing"
    assert house.shelf() == {}
    assert house.second_pass() == 0
    house.close()


def test_a_too_long_value_is_cut_where_the_mapping_says_so_and_stays_quiet(house: House) -> None:
    lead = house.handed_over(EMAIL, jobtitle="Head of Purchasing " + "ä" * 200)
    assert len(lead["Title"]) == 128
    assert house.second_pass() == 0
    house.pass_by(minutes=11)
    contact = house.hubspot.find(EMAIL) or ""
    assert house.hubspot.get("contacts", contact)["jobtitle"].endswith("ä" * 200)


def test_a_row_that_cannot_be_read(house: House) -> None:
    contact = house.person(EMAIL)
    house.hubspot.update("contacts", contact, {"country": "Atlantis", "phone": "call me"})
    house.ask(EMAIL)
    house.pass_by(minutes=11)
    codes = house.shelf()
    assert codes, "what cannot be read is told"
    assert all(row.hint or row.message for row in house.store.shelf_rows())
    assert not any("Atlantis" in row.message for row in house.store.shelf_rows())
    other_goes_on(house)
    house.hubspot.update("contacts", contact, {"country": "Schweiz", "phone": ""})
    house.pass_by(minutes=11)
    assert house.shelf() == {}
    assert house.lead(EMAIL)["CountryCode"] == "CH"
    assert house.second_pass() == 0


def test_a_validation_rule_stops_one_lead_only(house: House) -> None:
    house.crm.add_validation(
        "Lead", lambda row: row.get("PostalCode") == "30159" and row["LastName"] == "Kern", "No."
    )
    house.person(EMAIL)
    house.ask(EMAIL)
    house.person(OTHER, lastname="Meier")
    house.ask(OTHER)
    house.pass_by(minutes=11)
    assert [lead["LastName"] for lead in house.leads()] == ["Meier"]
    (row,) = house.store.shelf_rows()
    assert row.code == "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    contact = house.hubspot.find(EMAIL) or ""
    house.hubspot.update("contacts", contact, {"zip": "30160"})  # the cure comes from the source
    house.pass_by(minutes=11)
    assert len(house.leads()) == 2
    assert house.shelf() == {}
    assert house.second_pass() == 0


def test_a_shared_mailbox_is_one_person_at_most_and_never_two_leads(house: House) -> None:
    house.person("info@kern.example", lastname="Kern")
    house.ask("info@kern.example")
    house.pass_by(minutes=11)
    rep = house.company.staff.reps[1]
    house.crm.create("Contact", {"LastName": "Somebody", "Email": "info@kern.example"}, by=rep.user)
    house.pass_by(minutes=11)
    house.ask("info@kern.example", form="Demo request")
    house.pass_by(minutes=11)
    assert len(house.crm.find("Lead", "Email", "info@kern.example")) == 1


def test_one_platform_down_does_not_stop_the_other(house: House) -> None:
    lead = house.handed_over(EMAIL)
    house.faults.rate["hubspot.error500"] = 1.0
    house.crm.update(
        "Lead", lead["Id"], {"Leadcycle_Acceptance__c": "Accepted"}, by=house.rep(lead)
    )
    house.pass_by(minutes=11)
    assert house.lead(EMAIL)["Leadcycle_Stage__c"] == "SAL"
    house.faults.rate.clear()
    house.pass_by(hours=2)
    contact = house.hubspot.find(EMAIL) or ""
    assert house.stage(contact) == "94822001"
    assert house.second_pass() == 0


def test_a_revoked_app_stops_salesforce_and_says_so(house: House) -> None:
    lead = house.handed_over(EMAIL)
    house.crm.revoke()
    house.pass_by(minutes=11)
    from connector.daemon.worker import troubles

    assert "salesforce" in troubles(house.parts.workers)
    house.crm.update(
        "Lead", lead["Id"], {"Leadcycle_Acceptance__c": "Accepted"}, by=house.rep(lead)
    )
    house.crm.revoke(revoked=False)
    house.pass_by(minutes=40)
    assert troubles(house.parts.workers) == {}
    assert house.lead(EMAIL)["Leadcycle_Stage__c"] == "SAL"


@pytest.mark.parametrize(
    "fault",
    ["hubspot.after_commit_500", "hubspot.html503", "salesforce.html503", "salesforce.lock"],
)
def test_an_outage_of_half_an_hour_puts_nothing_on_the_shelf(house: House, fault: str) -> None:
    """Nothing is wrong with the records: they wait, and go out when the system is back."""
    house.person(EMAIL)
    house.pass_by(minutes=6)
    house.ask(EMAIL)
    house.faults.rate[fault] = 1.0
    house.pass_by(minutes=30)
    house.faults.rate.clear()
    assert house.faults.fired[fault] > 0
    house.pass_by(hours=2)
    assert house.shelf() == {}
    assert house.lead(EMAIL)["Leadcycle_Stage__c"] == "SQL"
    assert house.stage(house.hubspot.find(EMAIL) or "") == "salesqualifiedlead"
    assert len(house.tasks(house.lead(EMAIL)["Id"])) == 1
    assert house.second_pass() == 0
