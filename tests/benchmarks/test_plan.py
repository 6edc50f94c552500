"""How a plan grows: it reads no activity where sums are kept, and its memory does not depend on how many people there are."""

from __future__ import annotations

import gc
import sqlite3
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.plan import edited
from benchmarks.population import populate
from benchmarks.portal import START, project
from connector.store import Store
from connector.sync.rollout import Active, active
from connector.sync.rollout.plan import Request, plan
from connector.sync.rollout.survey import PIECE

FEW, MANY = PIECE + 50, 8 * PIECE
SETTLED = 2  # after so many pieces what is made once has been made
A_PERSON = 128  # bytes: one effect that is kept takes fifty times that
LOG = frozenset({"activity", "activity_detail"})


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path_factory.mktemp('people') / 'few.db'}"
    with closing(Store.open(url, lasting=False)) as store:
        store.migrate()
        populate(url, store, project(), FEW, 5, START)
        yield store


def request_of(store: Store, name: str, folder: Path) -> Request:
    found = edited(name, folder)
    assert found.book is not None
    assert found.mappings is not None
    return Request(active(store), Active(found.book, found.mappings), START)


@pytest.mark.parametrize(("name", "reads"), [("thresholds", set()), ("signal", {"activity"})])
def test_activities_are_read_only_for_sums_that_nobody_keeps(people, tmp_path, name, reads):
    seen: set[str] = set()

    def watch(raw: sqlite3.Connection, *_: object) -> None:
        def note(action: int, table: str | None, *_: object) -> int:
            if action == sqlite3.SQLITE_READ and table in LOG:
                seen.add(table)
            return sqlite3.SQLITE_OK

        raw.set_authorizer(note)

    request = request_of(people, name, tmp_path)
    url = str(people._engine.url)
    with closing(Store.open(url)) as store:
        event.listen(store._engine, "connect", watch)
        made = plan(store, request)
    assert made.people == FEW
    assert seen >= reads
    assert bool(seen) == bool(reads)


class Watched:
    """What a plan holds after each piece of people, and the most it held on the way there."""

    def __init__(self) -> None:
        self.held: list[int] = []
        self.peaks: list[int] = []

    def tell(self, _done: int, _all: int) -> None:
        if tracemalloc.is_tracing():
            gc.collect()
            held, peak = tracemalloc.get_traced_memory()
            self.held.append(held)
            self.peaks.append(peak)
            tracemalloc.reset_peak()


def test_memory_does_not_grow_with_the_population(tmp_path):
    """The caches of what people answer are bounded, and full after a first run; the second is watched piece by piece."""
    url, watched = f"sqlite:///{tmp_path / 'many.db'}", Watched()
    with closing(Store.open(url, lasting=False)) as store:
        store.migrate()
        populate(url, store, project(), MANY, 2, START)
        asked = replace(request_of(store, "thresholds", tmp_path), tell=watched.tell)
        plan(store, asked)
        gc.collect()
        tracemalloc.start()
        try:
            plan(store, asked)
        finally:
            tracemalloc.stop()
    assert len(watched.held) == MANY // PIECE
    early, late = SETTLED, -1
    between = MANY - PIECE * (SETTLED + 1)
    assert (watched.held[late] - watched.held[early]) / between < A_PERSON
    assert watched.peaks[late] < 1.1 * watched.peaks[early]
