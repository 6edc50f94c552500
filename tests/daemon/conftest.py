"""The desk of the tests of `sync` with workers around it; and a small town: both emulated vendors, wired as the command does it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "sync"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from desk import Desk
from town import Town

from connector.config import Loaded, load
from connector.daemon import Evaluator, Lease, Schedule, Worker


@pytest.fixture(scope="session")
def example() -> Loaded:
    return load(Path(__file__).parents[2])


@pytest.fixture
def desk(tmp_path: Path, example: Loaded) -> Iterator[Desk]:
    made = Desk.made(tmp_path, example)
    yield made
    made.store.close()


@pytest.fixture
def lease(desk: Desk) -> Lease:
    return Lease(desk.store, "here:1:a")


@pytest.fixture
def worker(desk: Desk, lease: Lease) -> Callable[..., Worker]:
    """A worker with these ports; `pages` and the like are settings of its schedule."""

    def make(source: Any = None, target: Any = None, name: str = "hubspot", **more: Any) -> Worker:
        schedule = Schedule(**more)
        return Worker(name, source, target, desk.store, desk.mappings, lease, schedule)

    return make


@pytest.fixture
def evaluator(desk: Desk, lease: Lease) -> Evaluator:
    return Evaluator(desk.store, desk.book, desk.mappings, lease)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    built = Town(tmp_path)
    yield built
    built.store.close()
