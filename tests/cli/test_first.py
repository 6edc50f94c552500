"""First contact: nothing is written to a system with people in it before somebody has seen what would be."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from prompt import EMAIL, ask_for_samples, lead, wait

from connector.cli.running.assembly import assemble
from connector.cli.running.cycle import clock_of
from connector.cli.running.serve import health
from connector.config import load
from connector.daemon import Lease, this_process, until_quiet
from connector.sandbox.world import World
from connector.store import Store
from connector.sync.first import FirstContact, holds
from connector.sync.rollout import active

ASK = "see what would be written, and allow it: leadcycle run --first"


def people(world: World, count: int = 3) -> list[str]:
    """Leads that sales typed in long before us."""
    return [
        world.salesforce.create(
            "Lead",
            {"LastName": f"Alt{n}", "Company": "Altbau", "Email": f"alt{n}@altbau.example"},
        )
        for n in range(count)
    ]


def written(world: World) -> int:
    return int(world.salesforce.writes_total)


def leads(world: World) -> int:
    return world.salesforce.counts()["Lead"]


@pytest.fixture
def filled(project: Path, world: World, sandbox: str) -> Path:
    """A project whose Salesforce has people in it, and somebody who is to be handed over."""
    people(world)
    lead("apply", "--project", project)
    ask_for_samples(world)
    return project


def store_of(project: Path) -> Store:
    return Store.open(f"sqlite:///{project / 'var' / 'leadcycle.db'}")


def decide(project: Path, world: World) -> None:
    """Everything is read and decided, and nothing sent: Salesforce is away."""
    loaded = load(project).project
    assert loaded is not None
    with closing(store_of(project)) as store:
        parts = assemble(loaded, store, clock_of(loaded))
        for worker in parts.platforms:
            worker.target = None
        until_quiet(parts.workers, world.clock.now())
        parts.lease.release(world.clock.now())


def test_a_filled_system_is_not_written_before_somebody_has_looked(
    filled: Path, world: World
) -> None:
    before = written(world)
    done = lead("run", "--project", filled)
    assert done.code == 1
    assert done.err == f"salesforce: 3 people are there already; nothing is written yet: {ASK}\n"
    assert "1 handed over" in done.out
    assert "5 wait" in done.out, "a lead, its task, and what we would say of three people"
    assert (written(world), leads(world)) == (before, 3)
    shown = lead("status", "--project", filled, "--json")
    assert shown.code == 1
    assert shown.json["held"]["salesforce"].startswith("3 people are there already")
    assert "salesforce is held" in lead("status", "--project", filled).out
    again = lead("run", "--project", filled, "--json")
    assert (again.code, again.json["status"], list(again.json["held"])) == (
        1,
        "held",
        ["salesforce"],
    )
    assert (written(world), leads(world)) == (before, 3)


def test_yes_lets_it_go_on(filled: Path, world: World) -> None:
    world.salesforce.update(
        "Lead", people(world, 1)[0], {"Email": EMAIL.upper(), "LastName": "Kern"}
    )
    wait(world, minutes=5)
    done = lead("run", "--first", "--project", filled, said="y\n")
    assert done.code == 0, done.err
    for shown in (
        "First contact with salesforce",
        "people there already 4",
        "would update 4 records",
        "would create tasks 1",
        "Lead.Leadcycle_Stage__c",
        "j.brandt@nordring.example",
        "Ute Kern",
        "Write this to salesforce? [y/N]:",
    ):
        assert shown in " ".join(done.out.split())
    assert leads(world) == 4
    (found,) = world.salesforce.find("Lead", "Email", EMAIL.upper())
    assert found["Leadcycle_Stage__c"] == "SQL"
    wait(world, minutes=5)
    assert lead("status", "--project", filled, "--json").json["held"] == {}
    again = lead("run", "--first", "--project", filled)
    assert (again.code, "First contact" in again.out) == (0, False)


def test_no_leaves_everything_as_it_is(filled: Path, world: World) -> None:
    before = written(world)
    for said in ("n\n", "\n"):
        done = lead("run", "--first", "--project", filled, said=said)
        assert done.code == 1
        assert "would create Lead" in done.out
    assert (written(world), leads(world)) == (before, 3)


def test_machines_see_first_and_allow_then(filled: Path, world: World) -> None:
    seen = lead("run", "--first", "--json", "--project", filled)
    assert (seen.code, seen.json["status"]) == (1, "held")
    preview = seen.json["first"]["salesforce"]
    assert preview["creates"] == {"Lead": 1}
    assert (preview["updates"], preview["tasks"], preview["strangers"]) == (3, 1, 3)
    assert preview["properties"]["Lead.Leadcycle_Stage__c"] == {"filled": 3, "changed": 0}
    assert preview["owners"] == {"j.brandt@nordring.example": 1}
    sample = preview["samples"][0]
    assert (sample["who"], sample["create"]) == ("Ute Kern", True)
    assert "Leadcycle_Stage__c" in sample["fields"]
    assert leads(world) == 3
    done = lead("run", "--first", "--yes", "--json", "--project", filled)
    assert (done.code, done.json["status"], done.json["held"]) == (0, "done", {})
    assert leads(world) == 4


def test_an_empty_system_asks_nothing_now_or_later(
    project: Path, world: World, sandbox: str
) -> None:
    lead("apply", "--project", project)
    assert lead("run", "--project", project).code == 0
    people(world)
    ask_for_samples(world)
    done = lead("run", "--project", project)
    assert (done.code, done.err) == (0, "")
    assert leads(world) == 4


def test_a_yes_covers_what_was_shown(filled: Path, world: World) -> None:
    lead("run", "--project", filled)
    with closing(store_of(filled)) as store:
        store.first.allow("salesforce", world.clock.now(), creates=1)
    for number in range(3):
        world.hubspot.create("contacts", {"email": f"p{number}@kern{number}.example", "lastname": "K", "country": "DE", "zip": "30159"})  # fmt: skip
        forms = {form.name: form.guid for form in world.hubspot.portal.forms.by_guid.values()}
        world.hubspot.submit_form(
            forms["Sample order"], {"email": f"p{number}@kern{number}.example"}
        )
    wait(world, minutes=5)
    decide(filled, world)
    before = leads(world)
    done = lead("run", "--project", filled)
    assert done.code == 1
    assert f"4 new records would be made where 1 were allowed; {ASK}" in done.err
    assert leads(world) == before
    done = lead("run", "--first", "--yes", "--project", filled)
    assert done.code == 0
    assert leads(world) == before + 4


def test_beside_a_daemon_it_shows_and_allows(filled: Path, world: World) -> None:
    lead("run", "--project", filled)
    with closing(store_of(filled)) as store:
        lease = Lease(store, this_process())
        lease.epoch(world.clock.now())
        refused = lead("run", "--project", filled)
        assert refused.code == 1
        done = lead("run", "--first", "--yes", "--json", "--project", filled)
        assert done.json["first"]["salesforce"]["creates"] == {"Lead": 1}
        assert leads(world) == 3, "the daemon does the work"
        lease.release(world.clock.now())
        assert store.first.allowed("salesforce") is not None
    assert lead("run", "--project", filled).code == 0
    assert leads(world) == 4


def test_words_that_belong_to_first(project: Path) -> None:
    done = lead("run", "--yes", "--project", project)
    assert done.code == 2
    assert "--yes and --people belong to --first" in done.err


def test_outside_a_rehearsal_marketing_is_asked_about_too(filled: Path, world: World) -> None:
    decide(filled, world)
    told: list[tuple[str, str]] = []
    with closing(store_of(filled)) as store:
        mappings, now = active(store).mappings, world.clock.now()
        gate = FirstContact(store, "hubspot", creating=False, tell=lambda *said: told.append(said))
        gate.look(read=False, now=now, epoch=lambda _: 0)
        assert gate.cause == "not read to its end yet"
        gate.look(read=True, now=now, epoch=lambda _: 0)
        assert gate.cause == f"one person is there already; nothing is written yet: {ASK}"
        assert told == [("hubspot", gate.cause)]
        assert set(holds(store, mappings, rehearsal=False)) == {"hubspot", "salesforce"}
        assert set(holds(store, mappings, rehearsal=True)) == {"salesforce"}
        store.first.allow("hubspot", now)
        lease = Lease(store, this_process())
        gate.look(read=True, now=now, epoch=lease.epoch)
        assert gate.cause == ""
        assert set(holds(store, mappings, rehearsal=False)) == {"salesforce"}


def test_the_daemon_says_what_it_holds_back_and_does_not_spin(filled: Path, world: World) -> None:
    loaded = load(filled).project
    assert loaded is not None
    with closing(store_of(filled)) as store:
        clock = clock_of(loaded)
        parts = assemble(loaded, store, clock, ask_first=True)
        (worker,) = (one for one in parts.platforms if one.name == "salesforce")
        assert worker.held == "not read to its end yet"
        assert health(parts, clock).troubles == {}, "which is no trouble"
        until_quiet(parts.workers, clock.now())
        found = health(parts, clock)
        assert not found.healthy
        assert found.troubles == {"salesforce": worker.held}
        due = worker.next_at(clock.now())
        assert due is None or due > clock.now()
        store.first.allow("salesforce", clock.now(), creates=1)
        until_quiet(parts.workers, clock.now())
        assert (health(parts, clock).healthy, leads(world)) == (True, 4)
        parts.lease.release(clock.now())
