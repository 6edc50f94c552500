"""Live windows: what news moves beyond the limit waits for a person, in the store, whoever leads the process."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connector.model.systems.blast import Blast
from connector.model.systems.change import Change
from connector.model.systems.fact import Gone
from connector.model.systems.ref import Ref
from connector.store import Store
from connector.store.rollout.kept import note_applied
from connector.store.sql.database import reading
from connector.store.sql.moment import to_ms

BLAST = Blast(contacts=20, share=0.05, least=4, hot=3, window=timedelta(hours=1))


def _come(house: Any, first: int, count: int, **more: str) -> None:
    """So many people are there, or are there otherwise than before."""
    given = {"country": "DE", "jobtitle": "Clerk", **more}
    shown = [
        house.contact(n, email=f"p{n}@kern.example", **given) for n in range(first, first + count)
    ]
    house.page(*shown)
    house.decide()


def _lease(house: Any, platform: str = "hubspot", blast: Blast | None = BLAST) -> list[Change]:
    """Everything that may be sent, written at once; new records get an id."""
    sent: list[Change] = []
    while changes := house.store.lease(platform, 100, house.now, blast=blast):
        for change in changes:
            house.settle(change, "written")
        sent += changes
    return sent


def _people(changes: list[Change]) -> set[int]:
    return {change.contact for change in changes}


def _waiting(house: Any) -> int:
    with reading(house.store._engine) as tx:
        return tx.number("SELECT count(*) FROM outbox WHERE attempt IS NULL")


def test_a_first_load_is_no_news(house):
    _come(house, 1, 30)
    assert len(_people(_lease(house))) == 30
    assert house.store.guard.latches() == ()


def test_what_is_beyond_the_limit_waits_whoever_asks_and_however_late(house, url):
    house.store.guard.begin()
    _come(house, 1, 40)
    assert len(_people(_lease(house))) == 4  # the first ones
    (latch,) = house.store.guard.latches()
    assert (latch.group, latch.people, latch.limit) == ("patient", 40, 4)
    house.later(days=3)
    assert _lease(house) == []
    assert house.store.outbox.next_send("hubspot") is None
    other = Store.open(url)  # a second process; one without any limits, even
    try:
        assert other.lease("hubspot", 100, house.now) == []
        assert other.guard.people() == 36
    finally:
        other.close()
    assert _waiting(house) == 36


def test_the_share_counts_in_a_large_house(house):
    _come(house, 1, 200)
    _lease(house)
    house.store.guard.begin()
    house.later(minutes=1)
    _come(house, 1, 10, jobtitle="Head of Purchasing")  # 5 % of 200 people
    assert len(_people(_lease(house))) == 10
    assert house.store.guard.latches() == ()
    house.later(minutes=1)
    _come(house, 21, 1, jobtitle="Head of Purchasing")
    assert _lease(house) == []
    assert [one.limit for one in house.store.guard.latches()] == [10]


def test_a_window_slides(house):
    house.store.guard.begin()
    for batch in range(5):
        _come(house, 1 + 4 * batch, 4)
        assert len(_people(_lease(house))) == 4
        house.later(minutes=61)
    assert house.store.guard.latches() == ()
    _come(house, 100, 3)
    house.later(minutes=30)
    _come(house, 200, 3)
    assert len(_people(_lease(house))) == 4
    assert len(house.store.guard.latches()) == 1


def test_news_about_the_same_people_counts_once(house):
    house.store.guard.begin()
    for place in range(6):
        _come(house, 1, 4, firstname=f"Name {place}")
        _lease(house)
        house.later(minutes=1)
    assert house.store.guard.latches() == ()


def test_a_release_lets_it_go_once_and_counts_anew(house):
    house.store.guard.begin()
    _come(house, 1, 40)
    _lease(house)
    assert house.store.guard.release(house.now, 35) == (False, 36)
    assert _lease(house) == []
    assert house.store.guard.release(house.now, 36) == (True, 36)
    assert house.store.guard.release(house.now, 36) == (False, 0)  # there is nothing to release
    assert house.store.guard.latches() == ()
    house.later(minutes=1)
    _come(house, 50, 10)  # the storm goes on before anything was sent
    assert len(_people(_lease(house))) == 36 + 4
    assert house.store.guard.people() == 6
    assert _lease(house) == []


def test_what_is_taken_back_at_the_source_waits_no_more(house):
    house.store.guard.begin()
    _come(house, 1, 10)
    _lease(house)
    assert house.store.guard.people() == 6
    house.later(minutes=1)
    house.page(gone=[Gone(Ref("hubspot", "contacts", str(n)), house.now) for n in range(1, 11)])
    house.decide()
    assert house.store.guard.people() == 0
    assert house.store.guard.release(house.now, 0) == (True, 0)


@pytest.fixture
def selling(house: Any) -> Any:
    house.users("j.brandt@nordring.example", "l.petersen@nordring.example")
    return house


def _ripe(house: Any, first: int, count: int) -> None:
    """People who fit and ask for a demo: each is handed over."""
    shown = [
        house.contact(
            n,
            email=f"p{n}@kern.example",
            jobtitle="Head of Purchasing",
            country="DE",
            zip="30159",
            company=f"Kern {n}",
            lastname="Kern",
        )
        for n in range(first, first + count)
    ]
    acts = [house.act(f"form-{n}", n) for n in range(first, first + count)]
    house.page(*shown, activities=acts)
    house.decide()


def test_hand_overs_have_a_limit_of_their_own(selling):
    house = selling
    house.store.guard.begin()
    _come(house, 1, 40)
    _lease(house)
    assert [one.group for one in house.store.guard.latches()] == ["patient"]
    _ripe(house, 101, 2)
    leads = [c for c in house.store.lease("salesforce", 100, house.now, blast=BLAST) if c.create]
    assert len(_people(leads)) == 2
    house.later(minutes=1)
    _ripe(house, 111, 5)
    more = house.store.lease("salesforce", 100, house.now, blast=BLAST)
    assert len(_people([c for c in more if c.create])) == 1
    assert {one.group: one.limit for one in house.store.guard.latches()} == {"hot": 3, "patient": 4}


def test_what_a_surge_shows(selling):
    house = selling
    house.store.guard.begin()
    _ripe(house, 1, 9)
    house.store.lease("salesforce", 100, house.now, blast=BLAST)
    found = house.store.guard.surge(house.now, 2)
    assert found.people == 6
    assert found.changes["new salesforce/Lead"] == 6
    assert sum(found.causes.values()) == 6
    (cause,) = found.causes
    assert " to SQL: " in cause
    assert len(found.samples) == 2
    assert found.samples[0].who == "Kern"
    assert found.samples[0].create
    assert len(house.store.guard.surge(house.now, None).samples) == 6


def test_what_a_plan_has_decided_does_not_count(house):
    house.store.guard.begin()
    with reading(house.store._engine) as tx:
        since = tx.last_entry()
    _come(house, 1, 40)
    with house.store._writing(None) as tx:
        note_applied(tx, 1, dict.fromkeys(house.store.contacts(), False), since, to_ms(house.now))
    assert len(_people(_lease(house))) == 40
    assert house.store.guard.latches() == ()
    house.later(minutes=1)
    _come(house, 101, 5)
    assert len(_people(_lease(house))) == 4


def test_nobody_is_reminded_of_what_is_held_back(selling):
    house = selling
    house.store.guard.begin()
    _ripe(house, 1, 9)
    house.store.lease("salesforce", 100, house.now, blast=BLAST)
    behind = {one.contact for one in house.store.guard.surge(house.now, None).samples}
    assert len(behind) == 6
    with reading(house.store._engine) as tx:
        tasks = {c for (c,) in tx.rows("SELECT contact FROM outbox WHERE kind = 'Task'")}
    assert behind <= tasks
    house.later(hours=1)
    sent = house.store.lease("salesforce", 100, house.now, blast=BLAST)
    assert not behind & _people(list(sent))
