"""The desk stands beside these tests; the daemon's tests use it, too."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from desk import Desk

from connector.config import Loaded, load


@pytest.fixture(scope="session")
def example() -> Loaded:
    return load(Path(__file__).parents[2])


@pytest.fixture
def desk(tmp_path: Path, example: Loaded) -> Iterator[Desk]:
    made = Desk.made(tmp_path, example)
    yield made
    made.store.close()
