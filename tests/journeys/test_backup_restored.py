"""Last night's backup comes back (failure catalogue 58): the store goes back in time, the CRM and HubSpot do not."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from house import House

OLD, NEW = "ute@kern.example", "neu@kern.example"
KEY = "Leadcycle_Key__c"


def backup(house: House, to: Path) -> None:
    with closing(sqlite3.connect(house.file)) as ours, closing(sqlite3.connect(to)) as copy:
        ours.backup(copy)


def restore(house: House, copy: Path) -> None:
    """As an operator does it: the daemon stopped, the file put back, a new daemon."""
    house.bury_sleepers()
    house.daemon.close()
    for name in ("-wal", "-shm"):
        Path(f"{house.file}{name}").unlink(missing_ok=True)
    house.file.write_bytes(copy.read_bytes())
    house.daemon = house.boot()


def crm(house: House) -> dict[str, list[Any]]:
    """What sales sees of us, without texts that say when they were made."""
    names = (
        "OwnerId",
        "Leadcycle_Stage__c",
        "Leadcycle_Handed_Over__c",
        "Leadcycle_Answer_Due__c",
        "Leadcycle_Overdue__c",
        "Leadcycle_Acceptance__c",
        KEY,
    )
    found: dict[str, list[Any]] = {}
    for kind in ("Lead", "Contact"):
        rows = [row for row in house.crm.rows(kind) if not row.get("IsConverted")]
        found[kind] = sorted([row["Email"], *(row.get(name) for name in names)] for row in rows)
    found["Task"] = sorted(
        [str(task["Subject"]), str(task["WhoId"]), str(task["Status"])]
        for task in house.crm.rows("Task")
    )
    return found


def nothing(house: House) -> None:
    """Nobody did anything with the lead."""


def late(house: House) -> None:
    house.pass_by(days=2)


def accepted(house: House) -> None:
    for email in (OLD, NEW):
        lead = house.lead(email)
        house.crm.update(
            "Lead", lead["Id"], {"Leadcycle_Acceptance__c": "Accepted"}, by=house.rep(lead)
        )


def rejected(house: House) -> None:
    for email in (OLD, NEW):
        lead = house.lead(email)
        fields = {
            "Leadcycle_Acceptance__c": "Rejected",
            "Leadcycle_Rejection_Reason__c": "Too early",
        }
        house.crm.update("Lead", lead["Id"], fields, by=house.rep(lead))


def converted(house: House) -> None:
    for email in (OLD, NEW):
        lead = house.lead(email)
        house.crm.convert(lead["Id"], by=house.rep(lead))


def passed_on(house: House) -> None:
    lead = house.lead(NEW)
    other = next(rep.user for rep in house.company.staff.reps if rep.user != lead["OwnerId"])
    house.crm.update("Lead", lead["Id"], {"OwnerId": other}, by=other)


@pytest.mark.parametrize("after", [nothing, late, accepted, rejected, converted, passed_on])
def test_what_was_handed_over_since_is_not_handed_over_again(
    house: House, tmp_path: Path, after: Callable[[House], None]
) -> None:
    house.person(OLD)
    house.pass_by(minutes=10)
    backup(house, tmp_path / "copy.db")
    house.ask(OLD)
    house.person(NEW, lastname="Neu")
    house.ask(NEW)
    house.pass_by(minutes=10)
    after(house)
    house.pass_by(hours=2)
    before = crm(house)
    restore(house, tmp_path / "copy.db")
    house.pass_by(hours=1)
    assert crm(house) == before
    assert house.crm.duplicate_leads() == 0
    assert house.second_pass() == 0
    assert {house.standing(email).stage for email in (OLD, NEW)} == {
        row[2] for kind in ("Lead", "Contact") for row in before[kind]
    }


def test_what_waited_then_and_was_sent_since_is_not_sent_twice(
    house: House, tmp_path: Path
) -> None:
    """The backup was made between the decision and the sending: creates wait in it that have been made since."""
    house.person(OLD)
    house.pass_by(minutes=10)
    house.ask(OLD)
    taken: list[str] = []

    def just_before(place: str) -> None:
        if place == "store: before lease" and not taken and house.store.counts()["handed_over"]:
            taken.append(place)
            backup(house, tmp_path / "copy.db")

    house.boundary = just_before
    house.pass_by(hours=3)
    assert taken
    before = crm(house)
    restore(house, tmp_path / "copy.db")
    house.pass_by(hours=1)
    assert crm(house) == before
    assert house.second_pass() == 0
