"""A mass import at the source, as the daemon lives through it: latched, seen, let go once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from town import START, Town

from connector.daemon import virtual_run
from connector.model.systems.blast import Blast
from connector.store import Store

BLAST = Blast(contacts=10, share=0.05, least=10, hot=6, window=timedelta(hours=1))


@pytest.fixture
def guarded(town: Town) -> Town:
    """A town that has been read and decided, with a small limit."""
    for worker in town.parts.platforms:
        worker.schedule = replace(worker.schedule, blast=BLAST)
    town.person("first@kern.example")
    town.pass_by(minutes=20)
    assert town.store.guard.begun()
    return town


def _import(town: Town, count: int, *, asking: int = 0) -> list[str]:
    """A list somebody loads into HubSpot; some of them ask for samples, too."""
    made = [
        town.hubspot.create("contacts", {"email": f"p{n}@import.example", "lastname": f"No{n}"})
        for n in range(count)
    ]
    for n in range(asking):
        town.person(f"ripe{n}@import.example")
        town.ask(f"ripe{n}@import.example")
    return made


def _written(town: Town, contacts: list[str]) -> int:
    return sum(bool(town.hubspot.get("contacts", c)["leadcycle_grade"]) for c in contacts)


def test_a_mass_import_is_latched_and_let_go_once(guarded: Town) -> None:
    town = guarded
    imported = _import(town, 100, asking=4)
    with capture_logs() as logs:
        town.pass_by(minutes=30)
    assert 0 < _written(town, imported) <= 10
    assert len(town.leads()) == 4  # hand-overs go on
    told = [one for one in logs if one["event"] == "latched"]
    assert [(one["what"], one["limit"]) for one in told] == [("patient", 10)]
    calls = town.hubspot.writes_total
    town.pass_by(days=2)
    assert town.hubspot.writes_total == calls
    waiting = town.store.guard.people()
    assert waiting >= 90
    assert town.store.guard.release(town.now(), waiting) == (True, waiting)
    town.pass_by(minutes=30)
    assert _written(town, imported) == 100
    assert town.store.guard.latches() == ()
    calls = town.hubspot.writes_total
    town.parts.start_over(town.now())
    town.work()
    assert town.hubspot.writes_total == calls


def test_hand_overs_go_up_to_their_own_limit(guarded: Town) -> None:
    town = guarded
    _import(town, 0, asking=20)
    town.pass_by(minutes=30)
    assert len(town.leads()) == 6
    town.pass_by(days=2)
    assert len(town.leads()) == 6
    tasks = Counter(row["WhoId"] for row in town.crm.rows("Task"))
    assert len(tasks) == 6  # nobody is reminded of a lead that is held back
    assert town.store.guard.release(town.now(), town.store.guard.people())[0]
    town.pass_by(minutes=30)
    assert len(town.leads()) == 20
    assert len(set(town.leads())) == 20


def test_a_new_daemon_finds_it_shut(guarded: Town, tmp_path: Path) -> None:
    """Whatever was in memory is gone, and the store says the same."""
    town = guarded
    _import(town, 60)
    town.pass_by(minutes=30)
    before = town.store.guard.latches()
    assert before
    town.store.close()
    town.store = Store.open(f"sqlite:///{tmp_path / 'store.db'}")
    town.advance(
        town.now() + timedelta(seconds=61)
    )  # the lease of the one that is gone has run out
    town.reassemble()
    written = town.hubspot.writes_total
    town.pass_by(hours=3)
    assert town.store.guard.latches() == before
    assert town.hubspot.writes_total == written


def test_a_first_load_is_no_storm(town: Town) -> None:
    for worker in town.parts.platforms:
        worker.schedule = replace(worker.schedule, blast=BLAST)
    imported = _import(town, 50)
    virtual_run(town.parts.workers, town, START + timedelta(minutes=30))
    assert _written(town, imported) == 50
    assert town.store.guard.latches() == ()
