"""apply and run: the first activation, and one cycle against the sandbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from prompt import EMAIL, NOBODY, ask_for_samples, lead, wait

from connector.platforms.budget import Burst
from connector.platforms.plugin import Platform, load
from connector.sandbox.world import World


def test_a_lead_is_handed_over_in_one_cycle(project: Path, world: World, sandbox: str) -> None:
    assert lead("apply", "--project", project).code == 0
    ask_for_samples(world)
    done = lead("run", "--project", project, "--json")
    assert done.code == 0
    assert done.json["status"] == "done"
    assert done.json["new"]["contacts"] == 1
    assert done.json["new"]["handed_over"] == 1
    (found,) = world.salesforce.find("Lead", "Email", EMAIL)
    assert found["Leadcycle_Stage__c"] == "SQL"
    again = lead("run", "--project", project, "--json").json
    assert (again["new"]["decisions"], again["new"]["written"]) == (0, 0)


def test_a_cycle_in_words(project: Path, world: World, sandbox: str) -> None:
    lead("apply", "--project", project)
    ask_for_samples(world)
    done = lead("run", "--project", project)
    assert (done.code, done.err) == (0, "")
    assert "1 new contacts, 1 activities, 0 outcomes" in done.out
    assert "1 handed over" in done.out


def test_a_merge_is_told_and_every_record_says_where_it_came_from(
    project: Path, world: World, sandbox: str
) -> None:
    lead("apply", "--project", project)
    ask_for_samples(world)
    other = world.hubspot.create("contacts", {"email": "u.kern@kern.example"})
    wait(world, minutes=5)
    assert lead("run", "--project", project).code == 0
    kept = world.hubspot.merge("contacts", world.hubspot.find(EMAIL) or "", other)
    wait(world, minutes=5)
    done = lead("run", "--project", project)
    assert "0 new contacts, 0 activities, 0 outcomes; 1 contacts merged" in done.out
    linked = lead("explain", EMAIL, "--project", project, "--json").json["linked_by"]
    (key,) = (one["Id"] for one in world.salesforce.find("Lead", "Email", EMAIL))
    assert linked[f"salesforce/Lead/{key}"] == "made"
    assert linked[f"hubspot/contacts/{kept}"] in ("redirect", "joined")


def test_an_explanation_says_since_when_somebody_objects(
    project: Path, world: World, sandbox: str
) -> None:
    lead("apply", "--project", project)
    key = world.salesforce.create(
        "Lead",
        {"LastName": "Kern", "Company": "Kern", "Email": EMAIL, "HasOptedOutOfEmail": True},
    )
    wait(world, minutes=5)
    lead("run", "--project", project)
    day = f"{world.clock.now():%d %b %Y}".lstrip("0")
    text = lead("explain", EMAIL, "--project", project).out
    assert f"refused by opted_out on salesforce/Lead/{key} since {day}" in " ".join(text.split())
    found = lead("explain", EMAIL, "--project", project, "--json").json
    assert found["consents"]["email"]["since"].startswith(f"{world.clock.now():%Y-%m-%d}")
    assert found["fields"]["company"]["since"] is None, "it was there before we looked"


def test_files_that_are_not_in_force_are_told(project: Path, world: World, sandbox: str) -> None:
    lead("apply", "--project", project)
    assert lead("run", "--project", project).err == ""
    owners = project / "mappings/owners.yaml"
    owners.write_text(
        owners.read_text("utf-8")
        + "  j.brandt@nordring.example: {substitute: a.wolff@nordring.example}\n"
    )
    assert "something else than what is in force" in lead("run", "--project", project).err


def test_apply_says_what_is_in_force(project: Path, sandbox: str) -> None:
    done = lead("apply", "--project", project, "--json")
    assert done.code == 0
    assert done.json["database"] == f"sqlite:///{project}/var/leadcycle.db"
    assert lead("status", "--project", project, "--json").json["rulebook"] == done.json["rulebook"]


def test_a_second_apply_is_refused_and_changes_nothing(project: Path, sandbox: str) -> None:
    before = lead("apply", "--project", project, "--json").json["rulebook"]
    path = project / "rules" / "scoring.yaml"
    path.write_text(path.read_text().replace("points: 10, cap: 20}", "points: 11, cap: 20}"))
    done = lead("apply", "--project", project)
    assert done.code == 2
    assert "a rulebook is active already" in done.err
    assert lead("status", "--project", project, "--json").json["rulebook"] == before


@pytest.mark.parametrize("verb", ["run", "serve", "status"])
def test_before_the_first_apply_the_cure_is_told(project: Path, sandbox: str, verb: str) -> None:
    done = lead(verb, "--project", project)
    assert done.code == 2
    assert "leadcycle apply" in done.err
    assert not (project / "var").exists()


@pytest.mark.parametrize("verb", ["apply", "run"])
def test_a_sandbox_that_is_not_there_is_one_sentence(
    project: Path, sandbox: str, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    if verb == "run":
        assert lead("apply", "--project", project).code == 0
    monkeypatch.setenv("LEADCYCLE_SANDBOX", NOBODY)
    done = lead(verb, "--project", project)
    assert (done.code, done.out) == (4, "")
    assert done.err == (
        f"sandbox: nothing that is a sandbox answers at {NOBODY}; start `leadcycle sandbox`\n"
    )


def test_a_cycle_in_which_a_system_was_out_of_reach_says_so(
    project: Path, world: World, sandbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HubSpot is read all the same, and what waits for Salesforce is kept."""
    lead("apply", "--project", project)
    ask_for_samples(world)
    path = project / "leadcycle.yaml"
    text = path.read_text().replace("type: hubspot", f"type: hubspot\n    url: {sandbox}/hubspot")
    path.write_text(text.replace("type: salesforce", f"type: salesforce\n    url: {NOBODY}"))
    monkeypatch.delenv("LEADCYCLE_SANDBOX")
    monkeypatch.setenv("HUBSPOT_TOKEN", "sandbox-hubspot")
    monkeypatch.setenv("SALESFORCE_KEY", "sandbox-client")
    monkeypatch.setenv("SALESFORCE_SECRET", "sandbox-secret")
    monkeypatch.setattr("connector.cli.running.cycle.time.sleep", lambda _: None)
    done = lead("run", "--project", project, "--json")
    assert done.code == 4
    assert done.json["status"] == "stopped"
    assert done.json["stopped"] == {"salesforce": "salesforce: the login did not answer"}
    assert done.json["new"]["contacts"] == 1
    assert world.salesforce.counts().get("Lead", 0) == 0


def test_missing_variables_stop_the_cycle_with_their_names(project: Path, world: World, sandbox: str, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    lead("apply", "--project", project)
    monkeypatch.delenv("LEADCYCLE_SANDBOX")
    done = lead("run", "--project", project, "--json")
    assert done.code == 4
    assert set(done.json["stopped"]) == {"hubspot", "salesforce"}


def test_a_burst_limit_is_waited_out(
    project: Path, world: World, sandbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading 300 contacts needs more calls than this account takes in ten seconds."""
    narrow = Burst(8, timedelta(seconds=10))

    def platform(name: str) -> Platform:
        return replace(load(name), burst=narrow)

    monkeypatch.setattr("connector.cli.running.assembly.load_platform", platform)
    for number in range(300):
        world.hubspot.create("contacts", {"email": f"p{number}@many.example"})
    wait(world, minutes=5)
    lead("apply", "--project", project)
    done = lead("run", "--project", project, "--json")
    assert done.code == 0
    assert "the burst limit is reached" in done.err
    assert done.json["new"]["contacts"] == 300
    status = lead("status", "--project", project, "--json").json
    assert (status["outbox"], len(status["streams"])) == (0, 11)
