"""Due contacts become decisions: fairly, once, and never from facts that were overtaken."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from desk import NORTH, SOUTH, Desk

from connector.model.systems.fact import Sighting
from connector.model.systems.ref import Ref
from connector.store import Store
from connector.store.sql.database import reading
from connector.sync.evaluate import Evaluated, evaluate


class Interrupted:
    """The store as one process has it; before its first recordings, somebody else does something."""

    def __init__(self, store: Store, *meanwhile: Any) -> None:
        self._store, self._meanwhile = store, list(meanwhile)
        self.refused = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def record(self, *given: Any, **more: Any) -> bool:
        if self._meanwhile:
            self._meanwhile.pop(0)()
        recorded = self._store.record(*given, **more)
        self.refused += not recorded
        return recorded


def owners(desk: Desk) -> Counter[str]:
    """Who got how many leads, by the ledger."""
    with reading(desk.store._engine) as tx:
        return Counter(owner for (owner,) in tx.rows("SELECT owner FROM assignment"))


def test_a_mass_of_sixty_is_shared_out_fairly(desk):
    desk.staff(*NORTH)
    desk.asks(*range(60))
    done = evaluate(desk.store, desk.book, desk.mappings, desk.now)
    assert (done.contacts, done.handed_over) == (60, 60)
    assert owners(desk) == dict.fromkeys(NORTH, 20)
    assert desk.store.roster().open == dict.fromkeys(NORTH, 20)


@pytest.mark.parametrize("limit", [1, 7, 200])
def test_whoever_counts_double_gets_double_at_every_moment(desk, limit):
    desk.staff(*SOUTH)
    desk.asks(*range(30), zip="70173")
    keller, lindner = SOUTH
    for _ in range(30):
        evaluate(desk.store, desk.book, desk.mappings, desk.now, limit=limit)
        shares = owners(desk)
        assert abs(shares[keller] / 2 - shares[lindner]) <= 1
    assert owners(desk) == {keller: 20, lindner: 10}


def test_two_evaluators_at_once_hand_over_each_contact_once(desk):
    desk.staff(*NORTH)
    desk.asks(*range(12))
    other = desk.another()

    def somebody_else() -> None:
        evaluate(other, desk.book, desk.mappings, desk.now, limit=4)

    racing: Any = Interrupted(desk.store, somebody_else, somebody_else)
    evaluate(racing, desk.book, desk.mappings, desk.now)
    desk.decide()
    other.close()
    assert racing.refused > 0
    assert sum(owners(desk).values()) == 12
    assert owners(desk) == dict.fromkeys(NORTH, 4)
    with reading(desk.store._engine) as tx:
        twice = tx.rows("SELECT contact FROM decision GROUP BY contact HAVING count(*) > 1")
        assert twice == []
        assert tx.rows("SELECT sum(turns) FROM turn") == [(12,)]


def test_decided_again_when_the_roster_moves_on(desk):
    """Somebody leaves between the decision and its recording: the lead goes to somebody who is there."""
    desk.staff(*NORTH)
    desk.asks(1)
    first = NORTH[0]

    def leaves() -> None:
        desk.merge(
            user(desk, first, active=False),
            platform="salesforce",
        )

    racing: Any = Interrupted(desk.store, leaves)
    assert evaluate(racing, desk.book, desk.mappings, desk.now).handed_over == 1
    assert racing.refused == 1
    assert desk.standing(1).owner == NORTH[1]
    assert owners(desk) == {NORTH[1]: 1}


def user(desk: Desk, email: str, *, active: bool) -> Any:
    shown = {"Email": email, "Name": "Jan Brandt", "IsActive": active}
    return Sighting(Ref("salesforce", "User", f"005{0:015d}"), shown, desk.now, desk.now)


def test_facts_that_arrive_meanwhile_keep_the_contact_due(desk):
    desk.staff(*NORTH)
    desk.merge(desk.contact(1))

    def asks() -> None:
        desk.merge(activities=(desk.act(1),))

    racing: Any = Interrupted(desk.store, asks)
    evaluate(racing, desk.book, desk.mappings, desk.now)
    assert desk.standing(1).stage == "Prospect"
    assert [found.contact.id for found in desk.store.due(desk.now, 10)] == [desk.number(1)]
    desk.decide()
    assert desk.standing(1).stage == "SQL"
    assert desk.store.due(desk.now, 10) == []


def test_hot_before_backfill(desk):
    desk.staff(*NORTH)
    desk.merge(*(desk.contact(number) for number in range(20)), backfill=True)
    desk.later(minutes=1).merge(activities=(desk.act(17),))
    evaluate(desk.store, desk.book, desk.mappings, desk.now, limit=1)
    assert desk.standing(17).stage == "SQL"
    assert [number for number in range(20) if desk.standing(number) is not None] == [17]


def test_nobody_due_costs_no_commit(desk):
    desk.merge(desk.contact(1))
    desk.decide()
    commits = desk.store.changes
    assert evaluate(desk.store, desk.book, desk.mappings, desk.now) == Evaluated()
    assert desk.store.changes == commits


def test_deciding_again_decides_nothing_new(desk):
    desk.staff(*NORTH)
    desk.asks(*range(5))
    assert desk.decide() == 5
    before = desk.store.counts()["decisions"]
    desk.store.mark_all_due(desk.now)
    assert desk.decide() == 0
    assert desk.store.counts()["decisions"] == before
