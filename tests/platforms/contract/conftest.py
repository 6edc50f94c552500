"""The contract every platform keeps. A platform plugs in with a file `contract_side.py` in its test folder that defines a
class `Side` as described here; each test gets a new one, with a world of its own."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest

from connector.model.mapping.mappings import Mappings
from connector.model.systems.change import Change
from connector.model.systems.fact import Page, Sighting
from connector.model.systems.port import Source, Target
from connector.model.systems.ref import Ref
from connector.platforms.budget import Unmetered


class Side(Protocol):
    """One system with our fields installed, and our two ends on it. `clock` and `faults` are the sandbox's."""

    clock: Any
    faults: Any
    read_fault: str  # a fault that leaves a read without an answer
    lost_answer: str  # a fault that loses the answer of a write that was carried out
    reading_faults: Mapping[str, float]  # faults under which reading must miss nothing
    property: str  # which `edit` changes
    mappings: Mappings
    meter: Unmetered  # counts the calls of all sources

    def source(self) -> Source:
        """A new source, as after a restart."""
        ...

    def target(self) -> Target: ...

    def add(self, count: int) -> Sequence[Ref]:
        """So many people, made now."""
        ...

    def edit(self, ref: Ref, text: str) -> None:
        """Somebody changes a property that a mapping reads."""
        ...

    def text(self, sighting: Sighting) -> Any:
        """That property as a sighting shows it."""
        ...

    def delete(self, ref: Ref) -> None: ...

    def merge(self, winner: Ref, loser: Ref) -> Ref:
        """The record both continue as."""
        ...

    def change(self, ref: Ref, value: str) -> Change:
        """Our own property of this record should have this value (at most ten letters)."""
        ...

    def bad_change(self, ref: Ref) -> Change:
        """A change the system refuses for good."""
        ...

    def written(self, ref: Ref) -> Any:
        """Our own property as the system has it."""
        ...

    def rows_written(self) -> int:
        """Rows that came in by the API since the beginning."""
        ...

    def close(self) -> None: ...


class Reader:
    """Pulls as the daemon does: every page's cursor is kept before the next page is asked for."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.source = side.source()
        self.cursors: dict[str, str] = {}
        self.pages: list[Page] = []
        self.texts: dict[Ref, Any] = {}

    def take(self, stream: str, page: Page) -> None:
        self.cursors[stream] = page.cursor
        self.pages.append(page)
        for sighting in page.sightings:
            self.texts[sighting.ref] = self.side.text(sighting)

    def pull(self) -> list[Page]:
        before = len(self.pages)
        for stream in self.source.streams():
            for page in self.source.pages(stream, self.cursors.get(stream), self.side.clock.now()):
                self.take(stream, page)
        return self.pages[before:]


def _sides() -> Sequence[Path]:
    return sorted(Path(__file__).resolve().parent.parent.glob("*/contract_side.py"))


@pytest.fixture(params=_sides(), ids=lambda path: path.parent.name)
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    path: Path = request.param
    spec = importlib.util.spec_from_file_location(f"contract_side_{path.parent.name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.Side()
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def reader(side: Side) -> Reader:
    return Reader(side)
