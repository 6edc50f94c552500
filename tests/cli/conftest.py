"""Projects, sandboxes and a demo for the tests of the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from prompt import DEMO, Done, lead, process

from connector.sandbox.company import furnish
from connector.sandbox.server import serving
from connector.sandbox.world import World

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday, nine o'clock in Berlin


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's environment decides what these tests see."""
    for name in [*os.environ]:
        if name.startswith(("LEADCYCLE_", "HUBSPOT_", "SALESFORCE_")):
            monkeypatch.delenv(name)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project as `leadcycle init` leaves it."""
    assert lead("init", tmp_path / "nordring").code == 0
    return tmp_path / "nordring"


@pytest.fixture
def world() -> World:
    """Both systems as an administrator set them up for us; nobody lives in them."""
    made = World.build(seed=1, start=START)
    furnish(made.hubspot, made.salesforce, 1, content=False)
    return made


@pytest.fixture
def bare() -> World:
    """Both systems before any `leadcycle install`."""
    made = World.build(seed=1, start=START)
    furnish(made.hubspot, made.salesforce, 1, installed=False, content=False)
    return made


@pytest.fixture
def rehearse(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[World], str]]:
    """Serves a world and points the commands at it; returns its address."""
    with ExitStack() as stack:

        def serve(world: World) -> str:
            url = stack.enter_context(serving(world))
            monkeypatch.setenv("LEADCYCLE_SANDBOX", url)
            return url

        yield serve


@pytest.fixture
def sandbox(world: World, rehearse: Callable[[World], str]) -> str:
    """The address of `world`, and the commands pointed at it."""
    return rehearse(world)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """A few days of the example company; its store is shared by all who only look."""
    return process(*DEMO, cwd=tmp_path_factory.mktemp("demo"))


@pytest.fixture
def store(demo: Done) -> str:
    """The demo's database, to be looked at."""
    return str(demo.json["database"])
