"""shelf: what waits for a person, from the refusal to the cure."""

from __future__ import annotations

from pathlib import Path

import pytest
from prompt import EMAIL, Done, ask_for_samples, lead

from connector.sandbox.world import World

CODE = "FIELD_CUSTOM_VALIDATION_EXCEPTION"


@pytest.fixture
def refused(project: Path, world: World, sandbox: str, monkeypatch: pytest.MonkeyPatch) -> Done:
    """A validation rule of the CRM wants a telephone number that nobody has: the lead cannot be created. How the cycle ended."""
    monkeypatch.chdir(project)
    world.salesforce.add_validation("Lead", lambda row: not row.get("Phone"), "Phone is missing.")
    lead("apply")
    ask_for_samples(world)
    return lead("run")


def test_a_refusal_asks_for_attention(refused: Done) -> None:
    assert refused.code == 1
    assert "1 on the shelf   (leadcycle shelf list)" in refused.out
    assert lead("status").code == 1


def test_the_list_groups_by_cause_and_tells_the_cure(refused: Done) -> None:
    done = lead("shelf", "list", "--json")
    assert done.code == 1
    (cause,) = done.json["causes"]
    assert (cause["platform"], cause["code"], cause["count"]) == ("salesforce", CODE, 1)
    assert cause["hint"]
    text = lead("shelf", "list")
    assert text.code == 1
    assert CODE in text.out


def test_a_row_in_full_names_no_person(refused: Done) -> None:
    (row,) = lead("shelf", "list", "--json").json["causes"][0]["rows"]
    shown = lead("shelf", "show", row, "--json")
    assert (shown.code, shown.json["row"], shown.json["state"]) == (0, row, "open")
    assert shown.json["record"].startswith("salesforce/Lead/")
    assert EMAIL not in shown.out + lead("shelf", "show", row).out


def test_cure_and_retry(refused: Done, world: World) -> None:
    (row,) = lead("shelf", "list", "--json").json["causes"][0]["rows"]
    (contact,) = world.hubspot.portal.tables["contacts"].records
    world.hubspot.update("contacts", str(contact), {"phone": "+49 511 123456"})
    assert lead("shelf", "retry", row, "--json").json == {"retried": [row]}
    assert lead("run").code == 0
    (found,) = world.salesforce.find("Lead", "Email", EMAIL)
    assert found["Phone"] == "+49511123456"
    empty = lead("shelf", "list")
    assert (empty.code, empty.out) == (0, "The shelf is empty.\n")
    assert lead("shelf", "show", row, "--json").json["state"] == "cured"


def test_a_retry_without_a_cure_comes_back(refused: Done) -> None:
    assert lead("shelf", "retry", "--all").out == "1 retried\n"
    assert lead("run").code == 1
    (cause,) = lead("shelf", "list", "--json").json["causes"]
    assert cause["code"] == CODE


def test_what_is_skipped_is_not_shown_again(refused: Done, world: World) -> None:
    assert lead("shelf", "skip", "--all", "--json").json["skipped"]
    assert lead("shelf", "list").code == 0
    assert lead("run").code == 0
    assert lead("status").code == 0
    assert world.salesforce.find("Lead", "Email", EMAIL) == []


@pytest.mark.parametrize("verb", ["retry", "skip"])
def test_which_rows_must_be_said(refused: Done, verb: str) -> None:
    for words in ((), (1, "--all")):
        done = lead("shelf", verb, *words)
        assert done.code == 2
        assert "give row numbers, or --all" in done.err


@pytest.mark.parametrize("words", [("show", 4711), ("retry", 4711), ("skip", 4711)])
def test_an_unknown_row(refused: Done, words: tuple[str, int]) -> None:
    done = lead("shelf", *words)
    assert done.code == 2
    assert "there is no row 4711" in done.err


def test_values_that_were_left_out_are_warnings(
    project: Path, world: World, sandbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A country nobody knows is left out; the rest of the record goes on, and nobody is bothered."""
    monkeypatch.chdir(project)
    lead("apply")
    world.hubspot.create("contacts", {"email": EMAIL, "country": "Middle-earth"})
    assert lead("run").code == 0
    assert lead("shelf", "list").out == "The shelf is empty.\n"
    found = lead("shelf", "list", "--warnings", "--json")
    assert found.code == 0
    (cause,) = found.json["causes"]
    assert cause["level"] == "warning"
    assert "country" in cause["message"]
