"""Journeys stand on the house of the simulation; `served` is the same company over real HTTP."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "simulation"))

from house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = House(tmp_path)
    yield built
    built.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[House]:
    """Sockets instead of transports: the doors talk HTTP to a server on the loopback."""
    from connector.sandbox.server import serving

    built = House(tmp_path)
    with serving(built.world) as url:
        built.move_to(url)
        yield built
        built.close()
