"""Owners over both systems: one person with two addresses, leavers and substitutes, and reps who choose for themselves."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from house import House

from connector.cli.example import example_files, example_root

BRANDT, PETERSEN = "j.brandt@nordring.example", "l.petersen@nordring.example"
EMAIL = "ute@kern.example"
HUBSPOT_OWNER = "hubspot_owner_id: {from: owner}"
Begin = Callable[..., House]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """A house with edits of its mappings: {file: [(old, new)]}; a new file for `None`."""
    houses: list[House] = []

    def begin(edits: dict[str, Any], seed: int = 1) -> House:
        root = tmp_path / f"project-{len(houses)}"
        for name in example_files():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(example_root() / name, root / name)
        for name, changes in edits.items():
            file = root / "mappings" / f"{name}.yaml"
            text = changes if isinstance(changes, str) else file.read_text("utf-8")
            for old, new in [] if isinstance(changes, str) else changes:
                assert old in text, old
                text = text.replace(old, new, 1)
            file.write_text(text, "utf-8")
        houses.append(House(tmp_path / f"house-{len(houses)}", seed, root=root))
        return houses[-1]

    yield begin
    for house in houses:
        house.close()


def both_ways() -> dict[str, Any]:
    """HubSpot shows and gets the owner, too; who changed it last is right."""
    return {
        "fields": [("owner:       {type: owner, wins: [salesforce]}", "owner: {type: owner, wins: newest}")],
        "hubspot": [
            ("      opted_out: hs_email_optout\n", "      opted_out: hs_email_optout\n      owner: hubspot_owner_id\n"),
            ("      leadcycle_grade:", f"      {HUBSPOT_OWNER}\n      leadcycle_grade:"),
            ("owners: {is: owner, read: {email: email}}", "owners: {is: owner, read: {email: email, active: active}}"),
        ],
    }  # fmt: skip


def user(house: House, email: str) -> str:
    (found,) = (row for row in house.crm.rows("User") if row["Email"] == email)
    return str(found["Id"])


def owner_of(house: House, email: str) -> str:
    """The id of this person's record among HubSpot's owners."""
    owners = house.hubspot.portal.owners.listed(archived=False, email=email)
    return str(owners[0].id) if owners else house.hubspot.add_owner(email, "Jana", "Brandt")


def shown(house: House, email: str = EMAIL) -> str:
    """The owner that HubSpot shows."""
    found = house.hubspot.find(email)
    assert found is not None
    return str(house.hubspot.get("contacts", found)["hubspot_owner_id"])


def give(house: House, owner: str, email: str = EMAIL) -> None:
    """Somebody changes the owner in HubSpot."""
    found = house.hubspot.find(email)
    assert found is not None
    house.hubspot.update("contacts", found, {"hubspot_owner_id": owner})


def test_the_owner_reaches_the_other_system_by_its_own_id(begin: Begin) -> None:
    table = f"version: 1\nowners:\n  {BRANDT}: {{aliases: [jana@old.example]}}\n"
    house = begin({**both_ways(), "owners": table})
    house.hubspot.archive_owner(owner_of(house, BRANDT))
    jana = owner_of(house, "jana@old.example")
    house.handed_over()
    house.pass_by(minutes=15)
    assert house.lead()["OwnerId"] == user(house, BRANDT)
    assert shown(house) == jana
    assert house.second_pass() == 0


def test_an_owner_nobody_knows_there_waits_on_the_shelf_with_the_line_to_add(begin: Begin) -> None:
    edits = both_ways()
    edits["hubspot"].pop()  # nobody reads who is archived there
    house = begin(edits)
    house.hubspot.archive_owner(owner_of(house, BRANDT))
    house.handed_over()
    house.pass_by(minutes=15)
    (row,) = house.store.shelf_rows()
    assert (row.code, row.message) == (
        "OWNER_UNMAPPED",
        "the lead's owner is nobody we know in hubspot",
    )
    line = f"{BRANDT}: {{ids: {{hubspot: their id there}}}}"
    assert row.hint == f'add to mappings/owners.yaml: "{line}"'
    assert house.lead()["OwnerId"] == user(house, BRANDT), "Salesforce goes on"
    assert shown(house) in ("", "None")


def test_who_waits_for_an_owner_goes_on_as_soon_as_that_one_is_there(begin: Begin) -> None:
    edits = both_ways()
    edits["hubspot"].pop()
    house = begin(edits)
    house.hubspot.archive_owner(owner_of(house, BRANDT))
    house.handed_over()
    house.pass_by(hours=3)
    assert [row.code for row in house.store.shelf_rows()] == ["OWNER_UNMAPPED"]
    jana = house.hubspot.add_owner(BRANDT, "Jana", "Brandt")
    house.pass_by(hours=2)
    assert shown(house) == jana
    assert not house.store.shelf_rows()


def test_a_change_of_owner_in_either_system_stands_and_reaches_the_other(begin: Begin) -> None:
    house = begin(both_ways())
    brandt, petersen = owner_of(house, BRANDT), owner_of(house, PETERSEN)
    house.handed_over()
    house.pass_by(minutes=15)
    assert shown(house) == brandt
    give(house, petersen)
    house.pass_by(minutes=15)
    assert house.lead()["OwnerId"] == user(house, PETERSEN)
    house.crm.update("Lead", house.lead()["Id"], {"OwnerId": user(house, BRANDT)})
    house.pass_by(minutes=15)
    assert shown(house) == brandt
    assert house.standing(EMAIL).owner == BRANDT
    assert house.second_pass() == 0


def test_an_unanswered_lead_of_a_leaver_goes_to_the_substitute(begin: Begin) -> None:
    house = begin({"owners": f"version: 1\nowners:\n  {BRANDT}: {{substitute: {PETERSEN}}}\n"})
    house.handed_over()
    assert house.rep(house.lead()) == user(house, BRANDT)
    due = house.standing(EMAIL).handover.answer_due
    house.crm.deactivate(user(house, BRANDT))
    house.pass_by(minutes=15)
    assert house.rep(house.lead()) == user(house, PETERSEN)
    assert house.standing(EMAIL).handover.answer_due == due
    assert house.shelf() == {}
    assert house.second_pass() == 0


def test_without_a_substitute_the_leaver_is_told_until_sales_gives_the_lead_away(
    begin: Begin,
) -> None:
    house = begin({})
    house.handed_over()
    house.crm.deactivate(user(house, BRANDT))
    house.pass_by(minutes=15)
    assert house.shelf() == {"OWNER_LEFT": 1}
    assert house.rep(house.lead()) == user(house, BRANDT)
    house.crm.update("Lead", house.lead()["Id"], {"OwnerId": user(house, PETERSEN)})
    house.pass_by(minutes=15)
    assert house.shelf() == {}
    assert house.standing(EMAIL).owner == PETERSEN


def test_a_lead_given_by_hand_to_somebody_who_leaves_goes_on_too(begin: Begin) -> None:
    house = begin(
        {"owners": f"version: 1\nowners:\n  a.wolff@nordring.example: {{substitute: {PETERSEN}}}\n"}
    )
    house.handed_over()
    house.crm.update(
        "Lead", house.lead()["Id"], {"OwnerId": user(house, "a.wolff@nordring.example")}
    )
    house.pass_by(minutes=15)
    assert house.standing(EMAIL).owner == "a.wolff@nordring.example"
    house.crm.deactivate(user(house, "a.wolff@nordring.example"))
    house.pass_by(minutes=15)
    assert house.rep(house.lead()) == user(house, PETERSEN)
