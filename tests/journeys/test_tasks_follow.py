"""The open task of a hand-over is with whoever has the lead, unless a person has put a hand to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from house import Crash, House

SUBJECT = "Answer this lead"


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[House]:
    """The same company, read twice an hour only: days pass here."""
    built = House(tmp_path, pull=timedelta(minutes=30))
    yield built
    built.close()


def _tasks(house: House, lead: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Those of hand-overs: reminders say something else."""
    return [one for one in house.tasks(lead["Id"]) if one["Subject"] == SUBJECT]


def _another(house: House, owner: str) -> str:
    """Somebody else of sales."""
    users = [row["Id"] for row in house.crm.rows("User") if row["IsActive"]]
    return next(user for user in users if user != owner and house.crm.get("User", user)["Email"])


def _given(house: House, lead: Mapping[str, Any]) -> str:
    """Somebody gives the lead to a colleague in the CRM."""
    rep = house.rep(lead)
    other = _another(house, rep)
    house.crm.update("Lead", lead["Id"], {"OwnerId": other}, by=rep)
    return other


def test_a_lead_given_to_a_colleague_takes_its_task_along(house: House) -> None:
    lead = house.handed_over()
    other = _given(house, lead)
    house.pass_by(minutes=15)
    assert [one["OwnerId"] for one in _tasks(house, lead)] == [other]
    assert house.second_pass() == 0


@pytest.mark.parametrize(
    "edit", [{"Status": "Completed"}, {"ActivityDate": "2026-03-20"}, {"Subject": SUBJECT}]
)
def test_what_a_rep_has_put_a_hand_to_stays(house: House, edit: dict[str, str]) -> None:
    lead = house.handed_over()
    (task,) = _tasks(house, lead)
    rep = house.rep(lead)
    house.crm.update("Task", task["Id"], edit, by=rep)
    _given(house, lead)
    house.pass_by(minutes=15)
    assert [one["OwnerId"] for one in _tasks(house, lead)] == [rep]
    assert house.second_pass() == 0


def test_a_task_somebody_has_deleted_is_no_trouble(house: House) -> None:
    lead = house.handed_over()
    (task,) = _tasks(house, lead)
    house.crm.delete("Task", task["Id"], by=house.rep(lead))
    _given(house, lead)
    house.pass_by(minutes=15)
    assert _tasks(house, lead) == []
    assert not house.shelf()
    assert house.second_pass() == 0


def test_a_task_of_the_reps_own_is_not_ours(house: House) -> None:
    lead = house.handed_over()
    rep = house.rep(lead)
    own = house.crm.create("Task", {"WhoId": lead["Id"], "OwnerId": rep, "Subject": "Mine"}, by=rep)
    _given(house, lead)
    house.pass_by(minutes=15)
    assert house.crm.get("Task", own)["OwnerId"] == rep


def _unanswered(house: House, lead: Mapping[str, Any]) -> None:
    """Nobody answers, until somebody else has the lead."""
    for _ in range(12):
        house.pass_by(hours=12)
        if house.lead()["OwnerId"] != lead["OwnerId"]:
            return


def test_a_lead_the_ladder_gives_to_somebody_else_has_one_open_task(patient: House) -> None:
    house, lead = patient, patient.handed_over()
    _unanswered(house, lead)
    owner = house.lead()["OwnerId"]
    assert owner != lead["OwnerId"]
    (task,) = _tasks(house, lead)
    assert task["OwnerId"] == owner
    assert str(task["Leadcycle_Key__c"]).endswith("-2")
    assert house.second_pass() == 0


def test_one_that_was_touched_stays_and_a_new_one_is_made(patient: House) -> None:
    house, lead = patient, patient.handed_over()
    house.pass_by(hours=1)
    (task,) = _tasks(house, lead)
    house.crm.update("Task", task["Id"], {"Description": "tried twice"}, by=house.rep(lead))
    _unanswered(house, lead)
    owners = {str(one["Leadcycle_Key__c"])[-2:]: one["OwnerId"] for one in _tasks(house, lead)}
    assert owners == {"-1": lead["OwnerId"], "-2": house.lead()["OwnerId"]}


def test_a_crash_at_any_boundary_passes_it_on_once(tmp_path: Path) -> None:
    crashes, place = 0, 0
    while True:
        house = House(tmp_path / str(place))
        lead = house.handed_over()
        other = _given(house, lead)
        left = [place]

        def boundary(where: str, left: list[int] = left) -> None:
            if where.startswith("salesforce: after P") or where == "store: after lease":
                left[0] -= 1
                if left[0] == -1:
                    raise Crash

        house.boundary = boundary
        try:
            house.pass_by(minutes=15)
            crashed = False
        except Crash:
            crashed = True
            house.crash()
            house.pass_by(minutes=15)
        house.boundary = lambda _: None
        assert [one["OwnerId"] for one in _tasks(house, lead)] == [other]
        assert house.second_pass() == 0
        house.close()
        crashes, place = crashes + crashed, place + 1
        if not crashed:
            break
    assert crashes >= 2
