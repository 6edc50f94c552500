"""What is proved of a store holds whatever has happened to it, on both databases, and proving leaves no trace."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from test_rebuild import Life, dump

from connector.report.verify import verify
from connector.store.sql.database import reading, writing


@pytest.mark.parametrize("seed", range(2))
def test_everything_holds_whatever_happens(house, seed):
    Life(house, seed).live(100)
    found = verify(house.store, house.now)
    assert [(proof.name, proof.broken) for proof in found.proofs if not proof.holds] == []
    counts = {proof.name: proof.counts for proof in found.proofs}
    assert counts["decisions"]["replayed"] == counts["decisions"]["decisions"] > 0
    assert counts["writes"]["wanted"] > 0
    assert counts["strengths"]["activities"] > 0


@pytest.mark.parametrize("seed", [3])
def test_everything_holds_when_people_say_who_is_who(house, seed):
    life = Life(house, seed)
    ruled = 0
    for _ in range(25):
        life.live(6)
        people = life.people("contacts", "Lead", "Contact")
        try:
            if life.chance.random() < 0.7:
                house.store.unlink(life.chance.choice(people), house.now)
            else:
                contact = life.chance.choice(house.store.contacts())
                house.store.link(life.chance.choice(people), contact, house.now)
            ruled += 1
        except (LookupError, ValueError):
            continue  # nobody to choose from, or it stands already
    found = verify(house.store, house.now)
    assert [(proof.name, proof.broken) for proof in found.proofs if not proof.holds] == []
    assert ruled >= 5


def test_proving_changes_nothing_and_hinders_nobody(house):
    Life(house, 9).live(30)
    before, commits = dump(house.store), house.store.changes
    with house.store.proofs() as proofs:
        proofs.projections(house.now, lambda _: None)
        house.page(house.contact(99, email="new@kern.example"))  # somebody writes meanwhile
        assert proofs.projections(house.now, lambda _: None).holds
    assert house.store.find("new@kern.example")
    with writing(house.store._engine) as tx:
        left = tx.rows("SELECT count(*) FROM contact")
    assert left[0][0] > len(before["contact"])
    assert house.store.changes == commits + 1


def test_a_rebuilt_row_that_differs_is_named(house):
    house.page(house.contact(1, email="a@kern.example", jobtitle="CPO"))
    with writing(house.store._engine) as tx:
        tx.run("UPDATE observed SET body = replace(body, 'CPO', 'CEO')")
    found = verify(house.store, house.now).proofs[0]
    assert [(one.record, one.cause) for one in found.broken] == [
        ("hubspot/contacts/1", "observed: body (jobtitle) is not what the ledgers tell")
    ]
    with reading(house.store._engine) as tx:
        assert tx.rows("SELECT count(*) FROM observed WHERE body LIKE ?", "%CEO%") == [(1,)]
