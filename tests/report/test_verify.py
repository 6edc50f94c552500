"""Every kind of damage, done to a real store behind our back, is found and named; an undamaged one holds."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "simulation"))

from house import House

from connector.report.verify import Verified, verify
from connector.store import Store
from connector.sync.rollout import active


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A lead that was handed over, a title that both sides edited, and a change that still waits."""
    house = House(tmp_path_factory.mktemp("lived"))
    lead = house.handed_over()
    contact = house.hubspot.find("ute@kern.example") or ""
    house.crm.update("Lead", lead["Id"], {"Title": "Einkauf"}, by=house.rep(lead))
    house.pass_by(minutes=10)
    house.hubspot.occurrence("e_visited_page", contact, {"path": "/preise/a"})
    house.hubspot.update("contacts", contact, {"jobtitle": "CPO"})
    house.pass_by(minutes=10)
    assert house.lead()["Title"] == "CPO"
    house.hubspot.update("contacts", contact, {"jobtitle": "Managing Director"})
    house.time.advance(house.now + house.pull)
    hubspot = house.parts.platforms[0]
    while hubspot.step(house.now) or house.parts.evaluator.step(house.now):
        pass
    assert house.store.status(house.now)["outbox"] == 1
    yield house
    house.close()


@pytest.fixture
def prove(lived: House, tmp_path: Path) -> Callable[..., Verified]:
    """What is proved of a copy after these statements."""

    def proved(*damage: str) -> Verified:
        lived.store.close()  # so that everything is in the one file
        shutil.copy(lived.file, tmp_path / "copy.db")
        with closing(sqlite3.connect(tmp_path / "copy.db")) as connection:
            touched = [connection.execute(sql).rowcount for sql in damage]
            connection.commit()
        assert all(touched), f"some of the damage touched nothing: {touched}"
        store = Store.open(f"sqlite:///{tmp_path / 'copy.db'}")
        try:
            active(store)
            return verify(store, lived.now)
        finally:
            store.close()

    return proved


def test_an_undamaged_store_holds(prove: Callable[..., Verified]) -> None:
    found = prove()
    assert found.holds, [one for proof in found.proofs for one in proof.broken]
    counts = {proof.name: proof.counts for proof in found.proofs}
    assert counts["edits"]["lost_by_rule"] >= 1
    assert counts["writes"]["pending"] == 1
    assert counts["decisions"]["replayed"] == counts["decisions"]["decisions"] > 2


FIRST = "(SELECT min(id) FROM decision)"
DAMAGES = {
    "a lost conflict row": ("DELETE FROM conflict", "edits", "Title that sighting"),
    "a tampered value": ("UPDATE observed SET body = replace(body, 'Pumpen', 'Lampen')", "projections", "observed: body (company"),
    "a lost sighting": ("DELETE FROM sighting WHERE id = (SELECT max(id) FROM sighting WHERE written = 0)", "projections", "observed"),
    "a changed strength": ("UPDATE strength SET sum = sum + 0.5", "strengths", "is kept as"),
    "a lost strength": ("DELETE FROM strength", "strengths", "no strength of"),
    "a lost activity": ("DELETE FROM activity", "strengths", "without any activity"),
    "a strength that nobody tells": ("UPDATE strength SET last = last + 1", "projections", "strength: last"),
    "a lost decision": (f"DELETE FROM decision WHERE id = {FIRST}", "writes", "has no decision on record"),
    "a missing link of the chain": (f"DELETE FROM decision WHERE id = {FIRST}", "decisions", "one is missing"),
    "a forged reason": ("UPDATE decision SET body = replace(body, '\"points\":', '\"points\":1')", "decisions", "the reasons sum to"),
    "a forged score": ("UPDATE decision SET body = replace(body, '\"profile\":', '\"profile\":1')", "decisions", "reasons sum to"),
    "a forged step": ("UPDATE decision SET body = replace(body, '\"steps\":[[\"', '\"steps\":[[\"x')", "decisions", "comes out otherwise: steps"),
    "a forged strength": ("UPDATE decision SET body = replace(body, '\"sample_order\":[', '\"sample_order\":[9')", "decisions", "comes out otherwise"),
    "a decision about somebody else": ("UPDATE decision SET stage = 'Customer'", "decisions", "its row says something else"),
    "a decision from other facts": ("UPDATE decision SET known = 1 WHERE known > 0", "decisions", "was not"),
    "a forged standing": ("UPDATE standing SET body = replace(body, '\"SQL\"', '\"SAL\"')", "projections", "standing: body (peak, stage)"),
    "a forged turn": ("UPDATE turn SET turns = turns + 1", "projections", "turn: turns"),
    "a forged count of open leads": ("UPDATE unanswered SET leads = leads + 1", "projections", "unanswered: leads"),
    "a forged version of the roster": ("UPDATE meta SET value = '1' WHERE name = 'roster'", "projections", "stands at version 1"),
    "a record given to somebody else": ("UPDATE ref SET contact = 77 WHERE contact IS NOT NULL", "projections", "ref: contact"),
    "a lost key of identity": ("DELETE FROM identity", "projections", "identity: a row is missing"),
    "a lost due mark": ("DELETE FROM look", "projections", "look: a row is missing"),
    "a lost change": ("DELETE FROM outbox", "writes", "is lost: it neither waits"),
    "a lost receipt": ("DELETE FROM receipt WHERE id = (SELECT min(id) FROM receipt WHERE attempt > 0)", "writes", "has no receipt"),
    "a receipt for no attempt": ("UPDATE receipt SET attempt = 999999", "writes", "that is not on record"),
    "two receipts for one attempt": ("INSERT INTO receipt SELECT 900001, wanted, attempt, 'refused', ref, '', '', NULL, at FROM receipt WHERE attempt > 0 LIMIT 1", "writes", "2 receipts for one attempt"),
    "a write nobody wanted": ("DELETE FROM wanted WHERE id = (SELECT min(id) FROM wanted)", "writes", "no decision wanted it"),
    "a write nobody answered for": ("UPDATE receipt SET at = at + 1", "writes", "no receipt says so"),
    "a second create": ("INSERT INTO receipt SELECT 900001, r.wanted, NULL, 'written', (SELECT min(id) FROM ref), '', '', NULL, r.at FROM receipt r JOIN wanted w ON w.id = r.wanted WHERE w.record LIKE 'new:%' LIMIT 1", "writes", "created twice"),
    "an edit passed off as ours": ("UPDATE sighting SET written = 1 WHERE id = (SELECT max(id) FROM sighting WHERE written = 0)", "writes", "noted as our write"),
}  # fmt: skip


@pytest.mark.parametrize(("sql", "proof", "cause"), DAMAGES.values(), ids=list(DAMAGES))
def test_damage_is_found_and_named(
    prove: Callable[..., Verified], sql: str, proof: str, cause: str
) -> None:
    found = next(one for one in prove(sql).proofs if one.name == proof)
    assert any(cause in one.cause for one in found.broken), found.broken
    assert all(one.record for one in found.broken)


def test_what_is_told_holds_no_values(prove: Callable[..., Verified]) -> None:
    found = prove("UPDATE observed SET body = replace(body, 'Pumpen', 'Lampen')").as_json()
    assert "Lampen" not in str(found)
    assert "Pumpen" not in str(found)
    assert not found["holds"]


def test_one_person_only(prove: Callable[..., Verified], lived: House) -> None:
    (ute,) = lived.store.find("ute@kern.example")
    found = prove("UPDATE look SET at = 0", "UPDATE turn SET turns = turns + 1")
    assert {one.contact for proof in found.of(ute).proofs for one in proof.broken} == {ute}
    assert found.of(ute + 1).holds
