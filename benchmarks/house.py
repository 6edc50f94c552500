"""The daemon's own parts around a canned or an emulated vendor."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connector.cli.running.assembly import budget
from connector.config import Loaded
from connector.model.systems.port import Source
from connector.platforms.connection import Connection, Secret
from connector.platforms.plugin import load as load_platform
from connector.store import Store
from connector.sync.rollout import Active, activate_first

TOKEN = "sandbox-hubspot"  # the sandbox's own
_STEP = timedelta(milliseconds=150)


class Ticking:
    """Time that goes on a little with every look, so that a budget's burst is never used up."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        self._now += _STEP
        return self._now


@dataclass(frozen=True, slots=True)
class House:
    """A store with rules in force."""

    store: Store
    active: Active
    database: Path

    def source(self, pool: Any, now: datetime) -> Source:
        """HubSpot's source over this pool, with the budget that the daemon asks before every call."""
        clock = Ticking(now)
        connection = Connection(
            "hubspot",
            "hubspot",
            {"edition": "enterprise", "daily_share": "1"},
            {"token": Secret(TOKEN)},
            transport=pool,
            clock=clock.now,
        )
        platform = load_platform("hubspot")
        zone = ZoneInfo("Europe/Berlin")
        meter = budget(platform, connection, self.store, clock, zone, burst=True)
        if platform.source is None:
            raise RuntimeError("HubSpot has no source")
        return platform.source(connection, self.active.mappings, meter)

    def size(self) -> int:
        """Bytes of the database with all its parts."""
        return sum(
            part.stat().st_size for part in self.database.parent.glob(f"{self.database.name}*")
        )


@contextmanager
def house(loaded: Loaded, now: datetime) -> Iterator[House]:
    """An empty SQLite file with this project in force, gone at the end."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "bench.db"
        with closing(Store.open(f"sqlite:///{database}")) as store:
            store.migrate()
            yield House(store, activate_first(store, loaded, now), database)


def until_read(unit: Callable[[], bool]) -> int:
    """Repeat a bounded unit while it says that more is left; how many."""
    count = 1
    while unit():
        count += 1
    return count
