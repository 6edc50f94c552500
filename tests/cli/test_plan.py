"""plan, apply HASH and undo: seen before it is done, done as it was seen, taken back."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prompt import Done, lead, wait

from connector.cli.rollout.planned import listed
from connector.sandbox.world import World
from connector.store import Store
from connector.sync.rollout import active
from connector.sync.rollout.apply import start
from connector.sync.rollout.undo import last_applied, plan_undo, started

PEOPLE = 12
ALL = ("--allow", str(PEOPLE))


def edit(root: Path, file: str, before: str, after: str) -> None:
    path = root / file
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def cause(root: Path) -> str:
    """The edited rule as it is told, at the line where it stands."""
    lines = (root / "rules" / "lifecycle.yaml").read_text("utf-8").splitlines()
    (line,) = [n for n, text in enumerate(lines, start=1) if "{name: interested," in text]
    return f"rules/lifecycle.yaml:{line} interested: activity at least 35 -> 8"


def lower(root: Path) -> None:
    """Whoever has read a white paper is an MQL."""
    edit(root, "rules/lifecycle.yaml", "activity: {at_least: 35}", "activity: {at_least: 8}")


@pytest.fixture
def house(project: Path, world: World, sandbox: str) -> Path:
    """A dozen people who read something, decided and written."""
    forms = {form.name: form.guid for form in world.hubspot.portal.forms.by_guid.values()}
    for number in range(PEOPLE):
        email = f"p{number}@firma{number}.example"
        who = {
            "email": email,
            "jobtitle": "Head of Purchasing",
            "country": "Deutschland",
            "zip": f"{10000 + 3000 * number}",
        }
        world.hubspot.create("contacts", who)
        world.hubspot.submit_form(forms["Whitepaper Hydraulikdichtungen"], {"email": email})
    shutil.rmtree(project / "rules" / "cases")  # they hold for the rules as they are shipped
    assert lead("apply", "--project", project).code == 0
    wait(world, minutes=10)
    assert lead("run", "--project", project).code == 0
    return project


def stages(world: World) -> list[str]:
    hubspot = world.hubspot
    return sorted(hubspot.get("contacts", one)["lifecyclestage"] for one in hubspot.ids("contacts"))


def planned(project: Path, *more: str) -> Done:
    return lead("plan", "--project", project, "--json", *more)


def test_files_that_say_what_is_in_force_plan_nothing(house):
    done = lead("plan", "--project", house)
    assert done.code == 0
    assert "The files say what is in force" in done.out


def test_a_plan_says_who_moves_and_why_and_changes_nothing(house, world):
    before = world.hubspot.writes_total
    lower(house)
    done = lead("plan", "--project", house, "--detailed-exit-code")
    assert done.code == 3
    said = " ".join(done.out.split())
    assert cause(house) in said
    assert f"{PEOPLE} people of {PEOPLE} would move or be written (100.0%)" in said
    assert f"Lead MQL {PEOPLE}" in said
    assert f"hubspot/contacts lifecyclestage {PEOPLE}" in said
    assert "API calls to hubspot 1" in said
    assert "That is more than the limit of 0 (leadcycle.yaml, limits: blast)" in said
    assert world.hubspot.writes_total == before
    assert lead("run", "--project", house).code == 0
    assert world.hubspot.writes_total == before


def test_a_bound_of_a_band_is_told_as_the_cause(house):
    edit(house, "rules/scoring.yaml", "B: {hot: 50, warm: 20}", "B: {hot: 50, warm: 9}")
    said = " ".join(lead("plan", "--project", house).out.split())
    assert "rules/scoring.yaml:" in said
    assert f"warm activity at least 20 -> 9: {PEOPLE} people" in said
    assert "mapping of" not in said


def test_a_plan_is_applied_as_it_was_seen_and_taken_back(house, world):
    assert stages(world) == ["lead"] * PEOPLE
    lower(house)
    made = planned(house).json
    refused = lead("apply", made["plan"][:12], "--project", house)
    assert refused.code == 2
    assert f"apply: it would move {PEOPLE} people; 0 are allowed" in refused.err
    assert f"--allow {PEOPLE}" in refused.err
    done = lead("apply", made["plan"][:12], *ALL, "--project", house)
    assert done.code == 0, done.err
    assert f"is in force, for {PEOPLE} people." in done.out
    assert lead("run", "--project", house).code == 0
    assert stages(world) == ["marketingqualifiedlead"] * PEOPLE
    again = lead("apply", made["plan"][:12], "--project", house)
    assert "has been applied already" in again.out
    refused = lead("undo", "--yes", "--project", house)
    assert refused.code == 2
    assert f"undo: it would move {PEOPLE} people; 0 are allowed" in refused.err
    assert f"--allow {PEOPLE}" in refused.err
    asked = lead("undo", *ALL, "--project", house, said="n\n")
    assert asked.code == 130
    assert f"MQL Lead {PEOPLE}" in " ".join(asked.out.split())
    unasked = lead("undo", *ALL, "--project", house)
    assert unasked.code == 2
    said = "undo: nobody can answer here, look at what it would do, then add --yes\n"
    assert unasked.err.endswith(said)
    undone = lead("undo", *ALL, "--yes", "--project", house)
    assert undone.code == 0, undone.err
    assert f"is taken back, for {PEOPLE} people." in undone.out
    assert "edited since" not in undone.out
    why = " ".join(lead("explain", "p3@firma3.example", "--project", house).out.split())
    assert "Lead to MQL by interested, taken back" in why
    assert "stage Lead since" in why
    run = lead("run", "--project", house)
    assert "leadcycle plan shows what they would change" in run.err
    assert stages(world) == ["lead"] * PEOPLE
    assert lead("verify", "--project", house).code == 0


def read_more(world: World, project: Path, *numbers: int) -> None:
    """Something reaches these between plan and apply."""
    forms = {form.name: form.guid for form in world.hubspot.portal.forms.by_guid.values()}
    for number in numbers:
        email = {"email": f"p{number}@firma{number}.example"}
        world.hubspot.submit_form(forms["Whitepaper Hydraulikdichtungen"], email)
    wait(world, minutes=10)
    assert lead("run", "--project", project).code == 0


def keys(project: Path) -> dict[str, str]:
    """Everybody's key, by address."""
    with closing(Store.open(f"sqlite:///{database(project)}")) as store:
        active(store)
        found = [store.dossier(who, datetime.now(UTC)).contact for who in store.contacts()]
    return {str(one.value("email")): one.key for one in found}


def database(project: Path) -> Path:
    (found,) = project.rglob("*.db")
    return found


def test_whoever_was_touched_is_listed_and_taken_back(house, world):
    lower(house)
    made = planned(house).json["plan"]
    read_more(world, house, 1, 4)
    done = lead("apply", made, *ALL, "--json", "--project", house)
    assert done.code == 0, done.err
    known = keys(house)
    assert done.json["again"] == [known["p1@firma1.example"], known["p4@firma4.example"]]
    assert lead("run", "--project", house).code == 0
    assert stages(world) == ["marketingqualifiedlead"] * PEOPLE
    wait(world, minutes=10)
    undone = lead("undo", *ALL, "--yes", "--project", house, "--json")
    assert undone.code == 0, undone.err
    assert (undone.json["people"], undone.json["remains"]["moved_on"]) == (PEOPLE, [])
    assert lead("run", "--project", house).code == 0
    assert stages(world) == ["lead"] * PEOPLE
    assert lead("verify", "--project", house).code == 0


def test_another_mapping_says_what_its_figures_leave_out(house):
    edit(
        house,
        "mappings/hubspot.yaml",
        "job_title: jobtitle",
        "job_title: {property: jobtitle, values: {CPO: Einkauf}, unknown: keep}",
    )
    told = " ".join(lead("plan", "--project", house).out.split())
    assert "Not in these figures: hubspot is read once more from its beginning" in told


def test_touched_people_are_told_one_a_line(house, world):
    lower(house)
    made = planned(house).json["plan"]
    read_more(world, house, 1, 4)
    done = lead("apply", made, *ALL, "--yes", "--project", house)
    assert "2 people were no longer as planned, decided as they are now:" in done.out
    shown = [line.strip() for line in done.out.splitlines() if line.startswith("  ")]
    assert shown == ["p1@firma1.example", "p4@firma4.example"]


def test_many_are_told_by_the_first_and_how_many_more():
    names = [str(number) for number in range(1_021)]
    assert listed(names[:20]) == names[:20]
    assert listed(names) == [*names[:20], "and 1,001 more"]


def test_an_undo_is_taken_back_by_its_name_only_and_says_so_before(house, world):
    lower(house)
    made = planned(house).json["plan"]
    assert lead("undo", "--list", "--project", house).out == "No plan has been applied yet.\n"
    assert lead("apply", made, *ALL, "--project", house).code == 0
    assert lead("run", "--project", house).code == 0
    undone = lead("undo", *ALL, "--yes", "--project", house)
    back = undone.out.split("To have it in force again: leadcycle undo ")[1].split()[0]
    assert lead("run", "--project", house).code == 0
    twice = lead("undo", *ALL, "--yes", "--project", house)
    assert twice.code == 2
    assert f"undo: what was applied last took plan {made[:12]} back already" in twice.err
    assert f"to have that plan in force again: leadcycle undo {back}" in twice.err
    assert stages(world) == ["lead"] * PEOPLE
    asked = lead("undo", back, *ALL, "--project", house, said="y\n")
    assert asked.code == 0, asked.err
    assert f"Put plan {made[:12]} into force again, which {back} took back?" in asked.out
    assert f"Plan {made[:12]} is in force again, for {PEOPLE} people." in asked.out
    assert lead("run", "--project", house).code == 0
    assert stages(world) == ["marketingqualifiedlead"] * PEOPLE
    listed_ = lead("undo", "--list", "--project", house, "--json").json["applied"]
    assert [(one["people"], one["in_force"]) for one in listed_] == [
        (PEOPLE, True),
        (PEOPLE, False),
        (PEOPLE, False),
    ]
    assert [one["undoes"] for one in listed_] == [listed_[1]["plan"], made, None]
    told = lead("undo", "--list", "--project", house).out
    assert f"takes {back} back, in force" in told
    third = lead("undo", *ALL, "--yes", "--project", house)  # the plan is in force: an undo again
    assert third.code == 0, third.err
    assert lead("run", "--project", house).code == 0
    assert stages(world) == ["lead"] * PEOPLE
    assert lead("verify", "--project", house).code == 0


def test_what_was_not_sent_yet_is_taken_back_for_as_many_people(house, world):
    """Nothing has to be recorded of anybody then: who stood there before stands there again."""
    lower(house)
    made = planned(house).json["plan"]
    assert lead("apply", made, *ALL, "--project", house).code == 0
    why = lead("explain", "p3@firma3.example", "--project", house).out
    assert "Lead to MQL by interested; waits to be written: hubspot contacts" in why
    warum = lead("explain", "p3@firma3.example", "--project", house, "--lang", "de").out
    assert "; noch nicht geschrieben: hubspot contacts" in warum
    assert "; geschrieben: hubspot contacts" in warum  # of the decision before
    undone = lead("undo", *ALL, "--yes", "--project", house, "--json")
    assert undone.code == 0, undone.err
    assert (undone.json["people"], undone.json["now"]["exact"]) == (PEOPLE, PEOPLE)
    listed_ = lead("undo", "--list", "--project", house, "--json").json["applied"]
    assert [one["people"] for one in listed_] == [PEOPLE, PEOPLE]
    why = " ".join(lead("explain", "p3@firma3.example", "--project", house).out.split())
    assert "Lead to MQL by interested, taken back" in why
    assert "; no longer wanted: hubspot contacts" in why
    assert lead("run", "--project", house).code == 0
    assert stages(world) == ["lead"] * PEOPLE
    assert lead("verify", "--project", house).code == 0


def test_planned_twice_it_is_the_same_plan(project, store, tmp_path):
    """The store's own time stands still, and to look at it changes nothing."""
    database = Path(shutil.copy(store, tmp_path / "demo.db"))
    where = ("--project", project, "--database", database, "--json")
    lower(project)
    first = lead("plan", *where).json
    assert lead("plan", *where).json == first
    edit(project, "rules/lifecycle.yaml", "activity: {at_least: 8}", "activity: {at_least: 9}")
    other = lead("plan", *where).json
    assert other["plan"] != first["plan"]
    edit(project, "rules/lifecycle.yaml", "activity: {at_least: 9}", "activity: {at_least: 8}")
    assert lead("plan", *where).json == first


def test_an_undo_that_was_interrupted_goes_on_with_the_same_line(house, world):
    lower(house)
    made = planned(house).json["plan"]
    assert lead("apply", made, *ALL, "--project", house).code == 0
    assert lead("run", "--project", house).code == 0
    with closing(Store.open(f"sqlite:///{database(house)}")) as store:
        active(store)
        done, now = last_applied(store), world.clock.now()
        rules = started(store, done)
        start(store, plan_undo(store, done, now), rules, PEOPLE, now)
        assert store.plans.left() > 0
    again = lead("undo", made, *ALL, "--yes", "--project", house)
    assert again.code == 0, again.err
    assert f"Plan {made[:12]} is taken back, for {PEOPLE} people." in again.out
    more = lead("undo", made, *ALL, "--yes", "--project", house)
    assert more.code == 0
    assert f"Plan {made[:12]} has been taken back already, for {PEOPLE} people." in more.out
    assert lead("run", "--project", house).code == 0
    assert stages(world) == ["lead"] * PEOPLE


def test_without_a_plan_only_the_first_rules_come_into_force(house):
    lower(house)
    done = lead("apply", "--project", house)
    assert done.code == 2
    assert "see what the files would change with `leadcycle plan`" in done.err


def test_everybody_is_told_one_a_line(house):
    lower(house)
    lines = lead("plan", "--people", "--project", house).out.splitlines()
    told = [line for line in lines if line.startswith("p3@firma3.example: stage Lead -> MQL")]
    assert told[0].endswith(f"; one property written ({cause(house)})")
    assert sum("stage Lead -> MQL" in line for line in lines if line.startswith("p")) == PEOPLE
    data = planned(house, "--people").json
    every = {f"p{number}@firma{number}.example" for number in range(PEOPLE)}
    assert {one["who"] for one in data.pop("everybody")} == every
    assert {one["who"] for one in data["samples"]} <= every
    assert data["affected"] == PEOPLE


def test_where_nobody_moves_everybody_is_an_empty_list(house):
    """Nobody has as many points as the bound that moves."""
    edit(house, "rules/scoring.yaml", "B: {hot: 50, warm: 20}", "B: {hot: 51, warm: 20}")
    data = planned(house, "--people").json
    assert (data["everybody"], data["affected"], data["samples"]) == ([], 0, [])


def test_edited_files_and_other_rules_refuse_a_plan(house):
    lower(house)
    made = planned(house).json["plan"]
    edit(house, "rules/lifecycle.yaml", "activity: {at_least: 8}", "activity: {at_least: 9}")
    done = lead("apply", made, *ALL, "--project", house)
    assert done.code == 2
    assert (
        "the files say something else than when this plan was made, run leadcycle plan" in done.err
    )
    other = planned(house).json["plan"]
    assert lead("apply", other, *ALL, "--project", house).code == 0
    edit(house, "rules/lifecycle.yaml", "activity: {at_least: 9}", "activity: {at_least: 8}")
    done = lead("apply", made, *ALL, "--project", house)
    assert "other rules came into force since this plan was made" in done.err


def test_an_old_plan_is_refused(house, world):
    lower(house)
    made = planned(house).json["plan"]
    wait(world, hours=5)
    done = lead("apply", made, *ALL, "--project", house)
    assert done.code == 2
    assert "this plan is older than 4 h" in done.err


def test_an_unknown_plan_is_refused(house):
    done = lead("apply", "abc", "--project", house)
    assert done.code == 2
    assert "apply: no plan, or more than one, is known as 'abc'" in done.err
    assert lead("undo", "abc", "--project", house).code == 2


def test_nothing_to_take_back(house):
    done = lead("undo", "--project", house)
    assert done.code == 2
    assert "undo: no plan has been applied: there is nothing to take back" in done.err


def moment(project: Path, database: Path) -> str:
    return str(lead("status", "--project", project, "--database", database, "--json").json["now"])


def test_a_store_of_virtual_time_is_planned_in_its_own_time(project, store, tmp_path):
    """The demo's store after the demo: its sandbox is gone, its days lie months away from ours."""
    database = Path(shutil.copy(store, tmp_path / "demo.db"))
    where = ("--project", project, "--database", database)
    at = moment(project, database)
    lower(project)
    made = lead("plan", *where, "--json").json
    assert made["now"] == at
    assert made["affected"] > 0
    hint = lead("plan", *where).out.splitlines()[-2]
    assert hint.endswith(f"--project {project} --database {database}")
    done = lead("apply", made["plan"], "--allow", 100_000, "--yes", *where, "--json")
    assert done.code == 0, done.err
    assert done.json["again"] == []
    undone = lead("undo", "--allow", 100_000, "--yes", *where, "--json")
    assert undone.code == 0, undone.err
    with sqlite3.connect(database) as raw:
        moments = raw.execute("SELECT max(at) FROM decision UNION SELECT at FROM restored")
        latest = max(row[0] for row in moments)
    raw.close()
    assert latest == datetime.fromisoformat(at).timestamp() * 1000
    assert moment(project, database) == at
    assert lead("verify", *where).code == 0


def test_a_store_that_never_was_in_a_rehearsal_is_planned_in_real_time(project, monkeypatch):
    monkeypatch.setenv("LEADCYCLE_DATABASE", str(project / "real.db"))
    assert lead("apply", "--project", project).code == 0
    lower(project)
    before = datetime.now(UTC)
    made = lead("plan", "--project", project, "--json").json
    assert before <= datetime.fromisoformat(made["now"]) <= datetime.now(UTC)
