"""Too much at once: the command line says that it waits, shows what, and lets it go by a number."""

from __future__ import annotations

from pathlib import Path

import pytest
from prompt import lead

from connector.cli.running.assembly import assemble
from connector.cli.running.cycle import clock_of
from connector.cli.running.serve import health
from connector.config import load
from connector.sandbox.world import World
from connector.store import Store

PEOPLE = 30


@pytest.fixture
def flooded(project: Path, world: World, sandbox: str) -> Path:
    """A project that has been running, and a list that somebody loads into HubSpot."""
    settings = project / "leadcycle.yaml"
    text = settings.read_text()
    assert "share: 5%}" in text
    settings.write_text(text.replace("share: 5%}", "share: 5%, least: 10}"))
    lead("apply", "--project", project)
    assert lead("run", "--project", project).code == 0
    for n in range(PEOPLE):
        world.hubspot.create("contacts", {"email": f"p{n}@import.example", "lastname": f"No{n}"})
    return project


def test_it_waits_until_somebody_lets_it_go(flooded: Path, world: World) -> None:
    done = lead("run", "--project", flooded)
    assert done.code == 1
    assert "leadcycle release" in done.err
    written = world.hubspot.writes_total
    shown = lead("release", "--project", flooded)
    assert shown.code == 1
    assert "routine and backfill changes wait since" in shown.out
    assert "would write hubspot/contacts" in shown.out
    assert f"release --allow {PEOPLE - 10}" in shown.err
    assert lead("status", "--project", flooded).code == 1
    status = lead("status", "--project", flooded, "--json").json["latched"]
    assert status["people"] == PEOPLE - 10
    refused = lead("release", "--project", flooded, "--allow", "3")
    assert refused.code == 2
    assert refused.err == (
        "release: 20 people wait; 3 are allowed, look at them once more, then: leadcycle release --allow 20\n"
    )
    again = lead("run", "--project", flooded)
    assert (again.code, world.hubspot.writes_total) == (1, written)
    freed = lead("release", "--project", flooded, "--allow", "20", "--json").json
    assert freed["released"] is True
    assert freed["people"] == 20
    assert sum(freed["causes"].values()) == 20
    assert lead("run", "--project", flooded).code == 0
    assert world.hubspot.writes_total == written + 20
    assert lead("release", "--project", flooded).out == "Nothing is latched.\n"


def test_the_daemon_says_so(flooded: Path, world: World) -> None:
    lead("run", "--project", flooded)
    loaded = load(flooded).project
    assert loaded is not None
    store = Store.open(f"sqlite:///{flooded / 'var' / 'leadcycle.db'}")
    try:
        found = health(assemble(loaded, store, clock_of(loaded)), clock_of(loaded))
    finally:
        store.close()
    assert not found.healthy
    assert found.figures["latched_people"] == PEOPLE - 10
    assert "leadcycle release" in found.alarms["patient"]
