"""A month-end batch: fifty thousand records of one moment, read while the system lags, moves and fails. Nothing is missed."""

from __future__ import annotations

import contextlib
import math
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from connector.errors import TryLater
from connector.model.systems.fact import Page
from connector.model.systems.ref import Ref
from connector.store import Store
from connector.store.sql.database import reading
from connector.sync.pull import read, readers

MANY = 50_000
PAGE = 200  # the smallest page of any system's searches (api-contracts A.7)
ALL_LAGS = timedelta(minutes=10)


class Keeper:
    """Pulls into a store, as the daemon does; the process may end between any two pages."""

    def __init__(self, side: Any, store: Store) -> None:
        self.side, self.store = side, store
        (self.platform,) = side.mappings.platforms
        self.by_kind = readers(side.mappings, self.platform)
        self.restart()

    def restart(self) -> None:
        self.source = self.side.source()

    def pulled(self) -> Iterator[Page]:
        """Every page, after it has been merged."""
        for stream in self.source.streams():
            cursor = self.store.cursor(self.platform, stream)
            for page in self.source.pages(stream, cursor, self.side.clock.now()):
                now = self.side.clock.now()
                self.store.merge(self.platform, stream, page, read(page, self.by_kind), now)
                yield page

    def pull(self) -> None:
        """To the end, through answers that do not come."""
        for _ in range(500):
            with contextlib.suppress(TryLater):
                for _page in self.pulled():
                    pass
                return
            self.side.clock.advance(timedelta(seconds=1))
        raise AssertionError("the pull never came to its end")

    def texts(self) -> dict[Ref, Any]:
        """The property that people edit, of every living record, as the store knows it."""
        with reading(self.store._engine) as tx:
            rows = tx.rows(
                "SELECT h.platform, h.kind, r.key, o.body FROM observed o JOIN ref r ON r.id = o.ref JOIN home h ON h.id = r.home"
                " WHERE r.gone_at IS NULL AND r.target IS NULL"
            )
        found = {}
        for platform, kind, key, body in rows:
            shown = orjson.loads(body).get(self.side.property)
            found[Ref(platform, kind, key)] = shown and shown[0]
        return found


@pytest.fixture
def keeper(side: Any, tmp_path: Path) -> Iterator[Keeper]:
    store = Store.open(f"sqlite:///{tmp_path / 'store.db'}", lasting=False)
    store.migrate()
    store._keeping.mappings = side.mappings
    yield Keeper(side, store)
    store.close()


def test_fifty_thousand_records_of_one_moment(side: Any, keeper: Keeper) -> None:
    """Stamped alike, visible late, edited and deleted while they are paged; afterwards the store shows what the system has."""
    dice = random.Random(7)
    side.faults.rate.update(side.reading_faults)
    people = list(side.add(MANY))
    keeper.pull()
    latest: dict[Ref, str] = {}
    side.clock.advance(timedelta(hours=1))
    for person in people:
        side.edit(person, "All")
        latest[person] = "All"
    side.clock.advance(timedelta(seconds=2))
    turn = 0
    for _ in range(400):
        with contextlib.suppress(TryLater):
            for _page in keeper.pulled():
                turn += 1
                for person in dice.sample(people, 5):
                    if person in latest:
                        side.edit(person, f"T{turn}")
                        latest[person] = f"T{turn}"
                if turn % 25 == 0 and (loser := dice.choice(people)) in latest:
                    side.delete(loser)
                    del latest[loser]
                side.clock.advance(timedelta(milliseconds=300))
            break
        keeper.restart()
    side.faults.rate.clear()
    side.clock.advance(ALL_LAGS)
    keeper.restart()
    keeper.pull()
    shown = keeper.texts()
    assert {person: shown.get(person) for person in latest} == latest
    assert not {person for person in people if person not in latest} & shown.keys()
    assert all(side.faults.fired[name] for name in side.reading_faults)


def test_reading_a_batch_goes_on_and_comes_to_an_end(side: Any, reader: Any) -> None:
    """As many calls as there are pages, and a few: no page of one stamp is asked for again and again."""
    people = side.add(MANY)
    reader.pull()
    side.clock.advance(timedelta(hours=1))
    for person in people:
        side.edit(person, "All")
    side.clock.advance(timedelta(seconds=10))
    before = side.meter.calls
    reader.pull()
    assert {reader.texts[person] for person in people} == {"All"}
    assert side.meter.calls - before <= math.ceil(MANY / PAGE) + math.ceil(MANY / 10_000) + 10


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_meanwhile(side: Any, keeper: Keeper, seed: int) -> None:
    """Many small pulls, all read faults on, restarts at any page; the records edited, added, deleted and merged all the while."""
    dice = random.Random(seed)
    people = list(side.add(230))
    latest: dict[Ref, str] = {}
    side.faults.rate.update(side.reading_faults)
    for turn in range(12):
        for step in range(dice.randrange(25)):
            _act(side, dice, people, latest, f"{turn}.{step}")
        side.clock.advance(timedelta(seconds=dice.choice((0, 0, 1, 30, 400))))
        with contextlib.suppress(TryLater):
            for _page in keeper.pulled():
                if dice.random() < 0.2:
                    break
                _act(side, dice, people, latest, f"{turn}")
        if dice.random() < 0.3:
            keeper.restart()
    side.faults.rate.clear()
    side.clock.advance(ALL_LAGS)
    keeper.pull()
    shown = keeper.texts()
    assert {person: shown.get(person) for person in latest} == latest
    assert set(people) <= shown.keys()


def _act(
    side: Any, dice: random.Random, people: list[Ref], latest: dict[Ref, str], text: str
) -> None:
    chance = dice.random()
    if chance < 0.05:
        people += side.add(1)
    elif chance < 0.1:
        gone = people.pop(dice.randrange(len(people)))
        latest.pop(gone, None)
        side.delete(gone)
    elif chance < 0.14:
        winner, loser = dice.sample(people, 2)
        people.remove(loser)
        people.remove(winner)
        survivor = side.merge(winner, loser)
        people.append(survivor)
        for one in (winner, loser):
            latest.pop(one, None)
        side.edit(survivor, f"M{text}")
        latest[survivor] = f"M{text}"
    else:
        person = dice.choice(people)
        side.edit(person, text)
        latest[person] = text
