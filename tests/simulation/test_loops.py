"""What systems and the automations inside them make of our values: the same said otherwise, or something else again and again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import orjson
from click.testing import CliRunner
from house import House

from connector.cli import leadcycle
from connector.sandbox.automation import national, reformats, sets_back
from connector.store import Shelved

STAGE, WHY = "Leadcycle_Stage__c", "Leadcycle_Why__c"
SOON = timedelta(minutes=2)


def stopped(house: House) -> list[Shelved]:
    return [row for row in house.store.shelf_rows() if row.code == "PING_PONG"]


def writes_of(house: House, key: str, name: str) -> int:
    """How often we have written this property of this record, by the ledger."""
    (number,) = house.store.find(key)
    seen = house.store.told.sightings(number)
    return sum(one.written and name in one.delta and one.ref.kind != "Task" for one in seen)


def flow_user(house: House) -> str:
    return house.crm.add_user("Flow Runner", "flows@nordring.example")


# Another spelling of what we wrote


def test_what_a_trigger_makes_of_our_write_is_ours_and_written_once(house: House) -> None:
    house.crm.triggers.extend(
        (
            reformats("Lead", "FirstName", str.upper),
            reformats("Lead", "Phone", national),
            reformats("Lead", WHY, lambda text: text.replace("\n", " ")),
        )
    )
    lead = house.handed_over(phone="+49 511 123456")
    assert lead["FirstName"] == "UTE"
    assert lead["Phone"] == "(0511) 123456"
    house.idle(hours=12)
    assert [writes_of(house, "ute@kern.example", name) for name in ("FirstName", "Phone", WHY)] == [
        1,
        1,
        1,
    ]
    assert house.second_pass() == 0
    assert not stopped(house)


def test_a_re_cased_name_does_not_travel_and_an_edit_after_it_does(house: House) -> None:
    """Salesforce comes first for names; what its trigger made of ours is no word of Salesforce's."""
    house.crm.triggers.append(reformats("Lead", "FirstName", str.upper))
    lead = house.handed_over()
    (number,) = house.store.find("ute@kern.example")
    assert house.store.dossier(number, house.now).contact.value("first_name") == "Ute"
    house.crm.update("Lead", lead["Id"], {"FirstName": "Uta"}, by=house.rep(lead))
    house.pass_by(minutes=10)
    assert house.store.dossier(number, house.now).contact.value("first_name") == "UTA"


def test_the_portals_own_form_of_our_value_is_written_once(house: House) -> None:
    house.hubspot.formats.append(reformats("contacts", "leadcycle_band", str.upper))
    house.handed_over()
    house.idle(hours=12)
    assert writes_of(house, "ute@kern.example", "leadcycle_band") == 1
    assert house.second_pass() == 0


# Something else, again and again


def test_a_scheduled_flow_that_sets_our_value_back_is_named_and_given_in_to(house: House) -> None:
    user = flow_user(house)
    house.crm.schedule(sets_back("Lead", STAGE, "MQL"), after=SOON, by=user)
    lead = house.handed_over()
    house.pass_by(hours=3)
    (row,) = stopped(house)
    assert row.record == f"salesforce/Lead/{lead['Id']}/{STAGE}"
    assert "Flow Runner" in row.message
    assert STAGE in row.message
    assert "mappings/salesforce.yaml:" in row.hint
    assert writes_of(house, "ute@kern.example", STAGE) == 3
    house.idle(days=7)
    assert writes_of(house, "ute@kern.example", STAGE) == 3


def test_the_rest_of_the_record_goes_on(house: House) -> None:
    house.crm.schedule(sets_back("Lead", STAGE, "MQL"), after=SOON, by=flow_user(house))
    lead = house.handed_over()
    house.pass_by(hours=3)
    house.hubspot.update("contacts", house.hubspot.find("ute@kern.example"), {"jobtitle": "CPO"})
    house.pass_by(minutes=15)
    assert house.crm.get("Lead", lead["Id"])["Title"] == "CPO"
    assert house.crm.get("Lead", lead["Id"])[STAGE] == "MQL"


def test_a_trigger_that_writes_as_ourselves_is_called_an_automation(house: House) -> None:
    house.crm.triggers.append(sets_back("Lead", STAGE, "Prospect"))
    house.handed_over()
    house.pass_by(hours=3)
    (row,) = stopped(house)
    assert "an automation running as" in row.message
    assert "our own user" in row.message


def test_a_job_that_runs_every_night_is_found_as_well(house: House) -> None:
    house.crm.schedule(
        sets_back("Lead", STAGE, "MQL"), after=timedelta(hours=24), by=flow_user(house)
    )
    house.handed_over()
    house.idle(days=6)
    assert len(stopped(house)) == 1
    assert writes_of(house, "ute@kern.example", STAGE) == 3


def test_a_workflow_that_sets_our_value_back(house: House) -> None:
    house.hubspot.add_workflow(sets_back("contacts", "leadcycle_band", "cold"), after=SOON)
    house.handed_over()
    house.pass_by(hours=3)
    (row,) = stopped(house)
    assert row.platform == "hubspot"
    assert "leadcycle_band" in row.message
    assert "that hubspot does not name" in row.message
    house.idle(days=2)
    assert writes_of(house, "ute@kern.example", "leadcycle_band") == 3


def test_a_user_whom_the_portal_named_before_is_not_accused(house: House) -> None:
    """HubSpot goes on naming the last person although a workflow came after."""
    house.hubspot.add_workflow(sets_back("contacts", "leadcycle_band", "cold"), after=SOON)
    house.person()
    house.hubspot.update(
        "contacts", house.hubspot.find("ute@kern.example"), {"city": "Emden"}, by="77"
    )
    house.ask()
    house.pass_by(hours=3)
    (row,) = stopped(house)
    assert "hubspot/users/77, the last user that hubspot names, or an automation" in row.message


def test_two_systems_that_each_reformat_the_others_value_come_to_rest(
    two_way: House,
) -> None:
    two_way.crm.schedule(reformats("Lead", "Title", str.upper), after=SOON, by=flow_user(two_way))
    two_way.hubspot.add_workflow(reformats("contacts", "jobtitle", str.title), after=SOON)
    two_way.handed_over()
    two_way.pass_by(hours=6)
    assert 1 <= len(stopped(two_way)) <= 2
    names = ("Title", "jobtitle")
    before = [writes_of(two_way, "ute@kern.example", name) for name in names]
    assert max(before) == 3
    two_way.idle(days=2)
    assert [writes_of(two_way, "ute@kern.example", name) for name in names] == before


# People are not automations


def test_one_edit_is_one_round(house: House) -> None:
    lead = house.handed_over()
    for _ in range(2):
        house.crm.update("Lead", lead["Id"], {STAGE: "MQL"}, by=house.rep(lead))
        house.pass_by(minutes=15)
        assert house.crm.get("Lead", lead["Id"])[STAGE] == "SQL"
    assert not stopped(house)


def test_many_different_edits_of_one_field_are_no_loop(two_way: House) -> None:
    lead = two_way.handed_over()
    contact = two_way.hubspot.find("ute@kern.example")
    for number in range(6):
        two_way.hubspot.update("contacts", contact, {"jobtitle": f"Buyer {number}"})
        two_way.pass_by(minutes=15)
        two_way.crm.update("Lead", lead["Id"], {"Title": f"Head {number}"}, by=two_way.rep(lead))
        two_way.pass_by(minutes=15)
    assert two_way.hubspot.get("contacts", contact)["jobtitle"] == "Head 5"
    assert not stopped(two_way)


def test_an_owner_who_was_taken_back_stands(house: House) -> None:
    """By the rule for owners: whoever changes the owner after the hand-over, keeps it."""
    boss = flow_user(house)
    house.crm.schedule(sets_back("Lead", "OwnerId", boss), after=SOON, by=boss)
    lead = house.handed_over()
    house.pass_by(hours=2)
    assert house.crm.get("Lead", lead["Id"])["OwnerId"] == boss
    assert writes_of(house, "ute@kern.example", "OwnerId") == 1
    assert not stopped(house)


# The cure


def test_retry_starts_again_and_stops_again_while_it_goes_on(house: House) -> None:
    house.crm.schedule(sets_back("Lead", STAGE, "MQL"), after=SOON, by=flow_user(house))
    house.handed_over()
    house.pass_by(hours=3)
    (row,) = stopped(house)
    house.store.retry(row.id, house.now)
    house.pass_by(hours=3)
    (again,) = stopped(house)
    assert (again.id, again.state) == (row.id, "open")
    assert writes_of(house, "ute@kern.example", STAGE) == 6


def test_retry_cures_once_the_automation_is_gone(house: House) -> None:
    house.crm.schedule(sets_back("Lead", STAGE, "MQL"), after=SOON, by=flow_user(house))
    lead = house.handed_over()
    house.pass_by(hours=3)
    (row,) = stopped(house)
    house.crm._org.scheduled.clear()
    house.store.retry(row.id, house.now)
    house.pass_by(minutes=15)
    assert house.crm.get("Lead", lead["Id"])[STAGE] == "SQL"
    assert house.second_pass() == 0
    assert not stopped(house)


def test_the_row_leaves_when_somebody_puts_right_what_was_wanted(house: House) -> None:
    house.crm.schedule(sets_back("Lead", STAGE, "MQL"), after=SOON, by=flow_user(house))
    lead = house.handed_over()
    house.pass_by(hours=3)
    house.crm._org.scheduled.clear()
    house.crm.update("Lead", lead["Id"], {STAGE: "SQL"})
    house.pass_by(minutes=15)
    assert not stopped(house)


# Many records


def test_five_records_stop_the_property_for_all_of_its_kind(house: House) -> None:
    house.crm.schedule(sets_back("Lead", STAGE, "MQL"), after=SOON, by=flow_user(house))
    for number in range(5):
        house.handed_over(f"p{number}@kern.example", lastname=f"Kern {number}")
    house.pass_by(hours=3)
    rows = stopped(house)
    assert len(rows) == 6
    (every,) = [row for row in rows if row.contact is None]
    assert every.record == f"salesforce/Lead/*/{STAGE}"
    late = house.handed_over("late@kern.example", lastname="Spaet")
    house.pass_by(hours=3)
    assert writes_of(house, "late@kern.example", STAGE) == 1  # created with it, as the mapping says
    assert len(stopped(house)) == 6
    assert len([cause for cause in house.store.shelf() if cause.code == "PING_PONG"]) == 2
    house.crm._org.scheduled.clear()
    house.store.retry(every.id, house.now)
    house.pass_by(minutes=15)
    assert house.crm.get("Lead", late["Id"])[STAGE] == "SQL"
    assert {lead[STAGE] for lead in house.leads()} == {"SQL"}


def test_what_was_observed_is_rebuilt_to_the_same_bytes(house: House) -> None:
    house.crm.triggers.append(reformats("Lead", "FirstName", str.upper))
    house.crm.triggers.append(sets_back("Lead", STAGE, "Prospect"))
    house.handed_over()
    house.pass_by(hours=3)
    assert stopped(house)
    before = observed(house)
    assert any(b'"UTE"' in body.encode() and b'1,"Ute"]' in body.encode() for body in before)
    house.store.rebuild("observed", house.now)
    assert observed(house) == before
    where = ["--project", str(house.root), "--database", house.url]
    proved = CliRunner().invoke(leadcycle, ["verify", *where])
    assert proved.exit_code == 0, proved.output


def observed(house: House) -> list[str]:
    with house.store._engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT body FROM observed ORDER BY ref")
        return [body for (body,) in rows]


def test_how_many_rounds_is_a_setting(tmp_path: Path, example_copy: Path) -> None:
    project = example_copy / "leadcycle.yaml"
    project.write_text(project.read_text("utf-8").replace("rounds: 3", "rounds: 1"), "utf-8")
    house = House(tmp_path / "house", root=example_copy)
    house.crm.schedule(sets_back("Lead", STAGE, "MQL"), after=SOON, by=flow_user(house))
    house.handed_over()
    house.pass_by(hours=1)
    assert len(stopped(house)) == 1
    assert writes_of(house, "ute@kern.example", STAGE) == 1
    house.close()


def test_the_shelf_says_it_in_words(house: House) -> None:
    house.crm.schedule(sets_back("Lead", STAGE, "MQL"), after=SOON, by=flow_user(house))
    lead = house.handed_over()
    house.pass_by(hours=3)
    where = ["--project", str(house.root), "--database", house.url]
    listed = CliRunner().invoke(leadcycle, ["shelf", "list", "--json", *where])
    assert listed.exit_code == 1, listed.output
    causes = orjson.loads(listed.stdout)["causes"]
    (cause,) = [each for each in causes if each["code"] == "PING_PONG"]
    assert cause["message"].startswith(
        f"{STAGE} is changed back each time we write it, by Flow Runner"
    )
    (row,) = cause["rows"]
    shown = CliRunner().invoke(leadcycle, ["shelf", "show", str(row), *where])
    assert f"salesforce/Lead/{lead['Id']}/{STAGE}" in shown.output
    again = CliRunner().invoke(leadcycle, ["shelf", "retry", str(row), *where])
    assert again.exit_code == 0, again.output
    house.pass_by(minutes=10)
    assert writes_of(house, "ute@kern.example", STAGE) > 3
