"""report conflicts and shelf choose: what a person sees of two edits of one field, and does about them."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from prompt import EMAIL, ask_for_samples, lead

from connector.sandbox.world import World

LINE = "job_title:   {type: text, wins: newest}"


def begin(project: Path, world: World, words: str) -> str:
    """Both systems may edit the title, who wins is as said; a lead of somebody who asked for samples. Its id."""
    fields, hubspot = project / "mappings/fields.yaml", project / "mappings/hubspot.yaml"
    assert LINE in fields.read_text("utf-8")
    fields.write_text(fields.read_text("utf-8").replace(LINE, f"job_title: {words}"), "utf-8")
    told = hubspot.read_text("utf-8").replace(
        "    write:\n", "    write:\n      jobtitle: {from: job_title}\n", 1
    )
    hubspot.write_text(told, "utf-8")
    assert lead("apply").code == 0
    ask_for_samples(world)
    assert lead("run").code in (0, 1)
    (found,) = world.salesforce.find("Lead", "Email", EMAIL)
    return str(found["Id"])


def edit(world: World, key: str) -> None:
    """In one interval a form says one thing and a rep another."""
    world.advance(world.clock.now() + timedelta(minutes=10))
    world.hubspot.update("contacts", world.hubspot.find(EMAIL) or "", {"jobtitle": "=Form()"})
    world.advance(world.clock.now() + timedelta(seconds=30))
    world.salesforce.update("Lead", key, {"Title": "Rep"})
    world.advance(world.clock.now() + timedelta(minutes=10))


@pytest.fixture
def here(project: Path, world: World, sandbox: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(project)
    return project


def test_an_edit_that_lost_is_reported_without_its_value(here: Path, world: World) -> None:
    key = begin(here, world, "{type: text, wins: newest}")
    assert lead("report", "conflicts").out == "No edit lost.\n"
    edit(world, key)
    assert lead("run").code in (0, 1)
    contact = world.hubspot.find(EMAIL) or ""
    assert world.hubspot.get("contacts", contact)["jobtitle"] == "Rep"
    found = lead("report", "conflicts", "--field", "job_title", "--json").json
    assert (found["total"], found["unseen"]) == (1, 1)
    (row,) = found["edits"]
    assert (row["record"], row["winner"], row["rule"]) == (
        f"hubspot/contacts/{contact}",
        f"salesforce/Lead/{key}",
        "newest",
    )
    text = lead("report", "conflicts")
    assert "newest" in text.out
    assert "Form" not in text.out + str(found)
    assert "=Form()" in lead("report", "conflicts", "--values").out
    assert lead("report", "conflicts", "--until", "2026-03-01").out == "No edit lost.\n"


def test_a_table_for_spreadsheets_holds_no_formula(here: Path, world: World) -> None:
    key = begin(here, world, "{type: text, wins: newest}")
    edit(world, key)
    lead("run")
    text = lead("report", "conflicts", "--csv", "--values").out
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["field"], row["lost"], row["put"]) == ("job_title", "'=Form()", "Rep")


def test_explain_shows_what_lost(here: Path, world: World) -> None:
    key = begin(here, world, "{type: text, wins: newest}")
    edit(world, key)
    lead("run")
    (row,) = lead("explain", EMAIL, "--json").json["conflicts"]
    assert (row["lost"], row["put"]) == ("=Form()", "Rep")
    assert "'=Form()' gave way to 'Rep'; newest" in lead("explain", EMAIL).out


def test_two_edits_wait_until_somebody_chooses(here: Path, world: World) -> None:
    key = begin(here, world, "{type: text, wins: manual}")
    edit(world, key)
    assert lead("run").code == 1
    (cause,) = lead("shelf", "list", "--json").json["causes"]
    assert (cause["code"], "job_title" in cause["message"]) == ("CONFLICT", True)
    assert "shelf choose" in cause["hint"]
    (row,) = cause["rows"]
    shown = lead("explain", EMAIL, "--json").json["contested"]["job_title"]
    assert sorted(shown.values()) == ["=Form()", "Rep"]
    assert f"'Rep' in salesforce/Lead/{key}" in lead("explain", EMAIL).out
    wrong = lead("shelf", "choose", row, "--from", "marketo")
    assert wrong.code == 2
    assert "choose one of: hubspot, salesforce" in wrong.err
    done = lead("shelf", "choose", row, "--from", "hubspot")
    assert done.out.startswith("job_title: the value of hubspot/contacts/")
    lead("run")
    assert world.salesforce.get("Lead", key)["Title"] == "=Form()"
    assert lead("shelf", "list").out == "The shelf is empty.\n"
    again = lead("shelf", "choose", row, "--from", "hubspot")
    assert (again.code, "waits for a choice any more" in again.err) == (2, True)


def test_a_row_that_is_no_conflict(here: Path, world: World) -> None:
    begin(here, world, "{type: text, wins: newest}")
    assert lead("shelf", "choose", 99, "--from", "hubspot").code == 2
