"""verify and reconcile at the command line: what they say, what they return, and that the cures they name work."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from prompt import EMAIL, Done, ask_for_samples, lead

from connector.sandbox.world import World


@pytest.fixture
def lived(project: Path, world: World, sandbox: str) -> Path:
    """A project whose first lead was handed over."""
    lead("apply", "--project", project)
    ask_for_samples(world)
    assert lead("run", "--project", project).code == 0
    world.advance(world.clock.now() + timedelta(hours=1))
    assert lead("run", "--project", project).code == 0
    return project


def said(project: Path, *verb: str) -> Done:
    return lead(*verb, "--project", project)


def damage(project: Path, sql: str) -> None:
    with closing(sqlite3.connect(project / "var" / "leadcycle.db")) as connection:
        assert connection.execute(sql).rowcount
        connection.commit()


def test_a_store_that_holds(lived: Path) -> None:
    done = said(lived, "verify")
    assert (done.code, done.err) == (0, "")
    assert done.out.count("holds") == 5
    assert "every decision replays" in done.out
    found = said(lived, "verify", "--json")
    assert found.code == 0
    assert found.json["holds"] is True
    assert {proof["name"] for proof in found.json["proofs"]} == {
        "projections",
        "strengths",
        "decisions",
        "edits",
        "writes",
    }


def test_a_store_that_does_not_hold(lived: Path) -> None:
    damage(lived, "UPDATE strength SET sum = sum + 1")
    done = said(lived, "verify")
    assert done.code == 1
    assert "(contact/1)" in done.out
    assert "is kept as" in done.out
    assert said(lived, "verify", "--contact", EMAIL).code == 1
    found = said(lived, "verify", "--contact", EMAIL, "--json").json
    assert not found["holds"]
    nobody = said(lived, "verify", "--contact", "nobody@example.com")
    assert nobody.code == 2
    assert "nobody is known" in nobody.err


def test_systems_that_agree_with_the_ledger(lived: Path, world: World) -> None:
    written = world.hubspot.writes_total + world.salesforce.writes_total
    done = said(lived, "reconcile")
    assert done.code == 0
    assert "hubspot: 11 records there, 11 here, 11 the same" in done.out
    one = said(lived, "reconcile", "salesforce", "--json")
    assert list(one.json["platforms"]) == ["salesforce"]
    assert one.json["explained"] is True
    assert one.json["platforms"]["salesforce"]["calls"] > 0
    assert world.hubspot.writes_total + world.salesforce.writes_total == written


def test_an_edit_that_was_missed_is_found_and_cured(lived: Path, world: World) -> None:
    contact = world.hubspot.find(EMAIL) or ""
    world.hubspot.update("contacts", contact, {"company": "Andere"})
    late = int((world.clock.now() + timedelta(hours=2)).timestamp() * 1000)
    damage(lived, f"UPDATE cursor SET cursor = '{{\"from\": {late}}}' WHERE stream = 'contacts'")
    world.advance(world.clock.now() + timedelta(hours=1))
    done = said(lived, "reconcile", "hubspot")
    assert done.code == 1
    assert "no reading has brought it" in done.out
    assert "leadcycle run --from-start hubspot/contacts" in done.out
    assert f"contacts/{contact}: company" in done.out
    assert said(lived, "run", "--from-start", "hubspot/contacts").code == 0
    assert said(lived, "reconcile", "hubspot").code == 0
    assert said(lived, "verify").code == 0


def test_what_was_erased_is_found_and_buried(lived: Path, world: World) -> None:
    world.hubspot.erase(EMAIL)
    world.advance(world.clock.now() + timedelta(hours=1))
    assert said(lived, "run").code == 0  # nothing daily can see it
    done = said(lived, "reconcile", "hubspot")
    assert done.code == 1
    assert "erased for good" in done.out
    buried = said(lived, "reconcile", "hubspot", "--bury")
    assert buried.code == 1
    assert "1 erased records are noted as gone" in buried.out
    assert said(lived, "reconcile", "hubspot").code == 0
    assert said(lived, "verify").code == 0


def test_a_lost_change_is_wanted_again(lived: Path, world: World) -> None:
    lead_id = str(world.salesforce.find("Lead", "Email", EMAIL)[0]["Id"])
    damage(lived, f"UPDATE observed SET body = replace(body, '\"SQL\"', '\"MQL\"') WHERE ref = (SELECT id FROM ref WHERE key = '{lead_id}')")  # fmt: skip
    done = said(lived, "reconcile", "salesforce")
    assert done.code == 1
    assert "leadcycle run --decide-all" in done.out
    assert said(lived, "run", "--from-start", "salesforce/crm", "--decide-all").code == 0
    assert said(lived, "reconcile", "salesforce").code == 0


@pytest.mark.parametrize(
    ("verb", "said_"),
    [
        (("run", "--from-start", "hubspot/contracts"), "no stream 'hubspot/contracts', streams are: hubspot/contacts"),
        (("reconcile", "marketo"), "there is no connection 'marketo', connections are: hubspot, salesforce"),
    ],
)  # fmt: skip
def test_names_that_do_not_exist(lived: Path, verb: tuple[str, ...], said_: str) -> None:
    done = said(lived, *verb)
    assert done.code == 2
    assert said_ in done.err
