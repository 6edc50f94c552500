"""How a plan grows: it reads no activity where sums are kept, and its memory does not depend on how many people there are."""

from __future__ import annotations

import gc
import sqlite3
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
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

FEW, MANY = PIECE + 50, 5 * PIECE
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


def peak(store: Store, request: Request) -> int:
    gc.collect()
    tracemalloc.start()
    try:
        plan(store, request)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_population(people, tmp_path):
    url = f"sqlite:///{tmp_path / 'many.db'}"
    with closing(Store.open(url, lasting=False)) as store:
        store.migrate()
        populate(url, store, project(), MANY, 5, START)
        few = peak(people, request_of(people, "thresholds", tmp_path))
        many = peak(store, request_of(store, "thresholds", tmp_path / "again"))
    assert many < 1.25 * few
