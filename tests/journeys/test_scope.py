"""Selective sync: who is written on a platform, what happens to records of those who leave, and that they may come back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from house import House

from connector.cli.example import example_files, example_root
from connector.report.explain import explain

OURS = ("Leadcycle_Stage__c", "Leadcycle_Grade__c", "Leadcycle_Why__c", "Leadcycle_Answer_Due__c")
Begin = Callable[..., House]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """A house whose Salesforce has a scope."""
    houses = []

    def begin(scope: str, platform: str = "salesforce", seed: int = 1) -> House:
        root = tmp_path / f"project-{len(houses)}"
        for name in example_files():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(example_root() / name, root / name)
        file = root / "mappings" / f"{platform}.yaml"
        text = file.read_text("utf-8").replace(
            f"platform: {platform}\n", f"platform: {platform}\nscope: {scope}\n"
        )
        file.write_text(text, "utf-8")
        house = House(tmp_path / f"house-{len(houses)}", seed, root=root)
        houses.append(house)
        return house

    yield begin
    for house in houses:
        house.close()


def explained(house: House, email: str = "ute@kern.example") -> Any:
    (number,) = house.store.find(email)
    active = house.parts.active
    return explain(house.store, active.book, number, None, house.now, active.mappings)


def move(house: House, country: str, email: str = "ute@kern.example") -> None:
    """The person moves to another country; HubSpot knows it."""
    contact = house.hubspot.find(email)
    assert contact is not None
    house.hubspot.update("contacts", contact, {"country": country})
    house.pass_by(minutes=15)


def test_out_of_scope_nobody_is_handed_over_and_nothing_is_written(begin: Begin) -> None:
    house = begin("{when: {country: {in: [AT, CH]}}}")
    house.person()
    house.ask()
    house.pass_by(minutes=15)
    assert house.leads() == []
    standing = house.standing("ute@kern.example")
    assert (standing.stage, standing.owner, standing.handover) == ("Lead", "", None)
    found = explained(house)
    assert found.waits == ("not in scope of salesforce: country is not one of AT, CH",)
    assert found.outside == ("salesforce: country is not one of AT, CH",)
    contact = house.hubspot.find("ute@kern.example")
    assert contact is not None
    assert house.stage(contact) == "lead", "HubSpot has no scope"
    assert house.second_pass() == 0


def test_who_comes_into_scope_is_handed_over_then(begin: Begin) -> None:
    house = begin("{when: {country: {in: [AT, CH]}}}")
    house.person()
    house.ask()
    house.pass_by(minutes=15)
    move(house, "Austria")
    lead = house.lead()
    assert lead["Leadcycle_Stage__c"] == "SQL"
    assert explained(house).outside == ()


def test_freeze_leaves_everything_as_it_stands(begin: Begin) -> None:
    house = begin("{when: {country: {in: [DE]}}}")
    before = dict(house.handed_over())
    move(house, "France")
    house.crm.update("Lead", before["Id"], {"Title": "Director"})
    house.pass_by(minutes=15)
    after = house.lead()
    assert [after[name] for name in OURS] == [before[name] for name in OURS]
    assert (after["OwnerId"], after["CountryCode"]) == (before["OwnerId"], "DE")
    assert explained(house).outside == ("salesforce: country is not one of DE",)
    assert house.second_pass() == 0


def test_an_objection_reaches_a_frozen_record(begin: Begin) -> None:
    house = begin("{when: {country: {in: [DE]}}}")
    house.handed_over()
    move(house, "France")
    house.hubspot.unsubscribe("ute@kern.example")
    house.pass_by(minutes=15)
    assert house.lead()["HasOptedOutOfEmail"] is True


def test_clear_empties_what_only_we_write_and_only_once(begin: Begin) -> None:
    house = begin("{when: {country: {in: [DE]}}, leaving: clear}")
    before = dict(house.handed_over())
    move(house, "France")
    after = house.lead()
    assert [after[name] for name in OURS] == [None] * len(OURS)
    kept = (
        "OwnerId",
        "Email",
        "LastName",
        "Company",
        "CountryCode",
        "Leadcycle_Key__c",
    )
    assert [after[name] for name in kept] == [before[name] for name in kept]
    assert len(house.tasks(before["Id"])) == 1, "the task is somebody's work"
    house.crm.update("Lead", before["Id"], {"Leadcycle_Grade__c": "Z"})
    house.pass_by(minutes=15)
    assert house.lead()["Leadcycle_Grade__c"] == "Z", "what somebody writes there now is theirs"
    assert house.second_pass() == 0


def test_who_comes_back_is_written_again(begin: Begin) -> None:
    house = begin("{when: {country: {in: [DE]}}, leaving: clear}")
    before = dict(house.handed_over())
    move(house, "France")
    move(house, "Deutschland")
    after = house.lead()
    assert [after[name] for name in OURS[:3]] == [before[name] for name in OURS[:3]]
    assert (after["Id"], after["OwnerId"]) == (before["Id"], before["OwnerId"])
    assert house.second_pass() == 0


def typed_in_by_a_clerk(house: House) -> tuple[str, str]:
    """A lead that was there before us, and is handed over to somebody; who typed it in, and its id."""
    clerk = house.crm.add_user("Inge Innen", "i.innen@nordring.example")
    typed = {"LastName": "Kern", "Company": "Kern", "Email": "ute@kern.example"}
    lead = house.crm.create("Lead", typed, by=clerk)
    house.pass_by(minutes=10)
    house.person()
    house.ask()
    house.pass_by(minutes=15)
    return clerk, lead


def test_hand_back_gives_the_record_to_whoever_had_it(begin: Begin) -> None:
    house = begin("{when: {country: {in: [DE]}}, leaving: hand_back}")
    clerk, old = typed_in_by_a_clerk(house)
    given = house.lead()["OwnerId"]
    assert (house.lead()["Id"], given != clerk) == (old, True)
    move(house, "France")
    assert house.lead()["OwnerId"] == clerk
    assert house.lead()["Leadcycle_Stage__c"] is None
    assert house.second_pass() == 0
    move(house, "Deutschland")
    assert house.lead()["OwnerId"] == given, "the hand-over goes on where it stopped"
    assert house.lead()["Leadcycle_Stage__c"] == "SQL"


def test_hand_back_takes_nothing_from_a_rep_who_was_chosen_by_hand(begin: Begin) -> None:
    house = begin("{when: {country: {in: [DE]}}, leaving: hand_back}")
    _, lead = typed_in_by_a_clerk(house)
    other = house.crm.add_user("Otto Andere", "o.andere@nordring.example")
    house.crm.update("Lead", lead, {"OwnerId": other})
    house.pass_by(minutes=15)
    move(house, "France")
    assert house.lead()["OwnerId"] == other


def test_a_record_that_began_as_ours_has_nobody_to_go_back_to(begin: Begin) -> None:
    house = begin("{when: {country: {in: [DE]}}, leaving: hand_back}")
    before = dict(house.handed_over())
    move(house, "France")
    assert house.lead()["OwnerId"] == before["OwnerId"]
    assert house.lead()["Leadcycle_Stage__c"] is None


@pytest.mark.parametrize("leaving", ["freeze", "clear"])
def test_a_list_is_left_as_soon_as_nobody_may_be_on_it(begin: Begin, leaving: str) -> None:
    house = begin(f"{{when: {{country: {{in: [DE]}}}}, leaving: {leaving}}}", "hubspot")
    contact = house.person()
    house.hubspot.submit_form(house.company.forms["Kontakt"], {"email": "ute@kern.example"})
    house.hubspot.occurrence("e_visited_page", contact, {"path": "/produkte/dichtungen"})
    house.pass_by(minutes=10)
    assert house.streams(contact)
    move(house, "France")
    assert bool(house.streams(contact)) == (leaving == "freeze")
    house.hubspot.unsubscribe("ute@kern.example")
    house.pass_by(minutes=15)
    assert house.streams(contact) == set()
