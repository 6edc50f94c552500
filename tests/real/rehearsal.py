"""A project run against a world over HTTP, with the daemon's own parts, in the test's own process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from connector.cli.running.assembly import Parts, assemble, connections
from connector.config import Loaded, Settings, load
from connector.daemon import until_quiet, virtual_run
from connector.daemon.worker import troubles
from connector.platforms.plugin import load as load_platform
from connector.report.explain import explain
from connector.sandbox.server import serving
from connector.sandbox.world import World
from connector.store import Store
from connector.sync.rollout import activate_first

MEMORY = Path("/dev/shm")
"""A disk in memory, where there is one: half a year of commits in some minutes is more than a busy disk can take."""
MINUTES = timedelta(minutes=5)  # enough for a portal to be read again under its burst limit


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The daemon in virtual time beside the world it works in."""

    world: World
    store: Store
    parts: Parts

    def poll(self, now: datetime) -> None:
        """One cycle: everything is read, decided, written and settled."""
        until_quiet(self.parts.workers, now)

    def live(self, span: timedelta) -> None:
        """The daemon's loop for a while, the clock jumping to what is due next: also past a burst limit."""
        clock = self.world.clock
        virtual_run(self.parts.workers, clock, clock.now() + span)

    def second_pass(self) -> dict[str, int]:
        """Every stream from its beginning, every contact decided again; the rows that each system was asked to write."""
        before = self._written()
        self.parts.start_over(self.world.clock.now())
        self.live(MINUTES)
        return {name: count - before[name] for name, count in self._written().items()}

    def troubles(self) -> dict[str, str]:
        return dict(troubles(self.parts.workers))

    def _written(self) -> dict[str, int]:
        return {name: vendor.writes_total for name, vendor in self.world.vendors().items()}


@contextmanager
def rehearsing(root: Path, world: World) -> Iterator[Rehearsal]:
    """Installs what the project's mappings name, puts its rules into force and assembles the daemon."""
    with (
        TemporaryDirectory(prefix="leadcycle-", dir=MEMORY if MEMORY.is_dir() else None) as folder,
        serving(world) as address,
        closing(Store.open(url := f"sqlite:///{folder}/leadcycle.db")) as store,
    ):
        loaded = load(root, settings=Settings(sandbox=address, database=url))
        assert loaded.problems == (), "\n".join(map(str, loaded.problems))
        _install(loaded)
        store.migrate()
        activate_first(store, loaded, world.clock.now())
        assert loaded.project is not None
        parts = assemble(loaded.project, store, world.clock)
        for worker in parts.platforms:  # years of a data set pass in hours
            worker.schedule = replace(worker.schedule, blast=None)
        yield Rehearsal(world, store, parts)


def _install(loaded: Loaded) -> None:
    """As `leadcycle install` does."""
    assert loaded.project is not None
    assert loaded.mappings is not None
    assert loaded.book is not None
    for connection in connections(loaded.project).values():
        installer = load_platform(connection.type).installer
        assert installer is not None
        reasons = ";".join(dict(loaded.book.lifecycle.rejection_reasons))
        values = {**connection.values, "rejection_reasons": reasons}
        installer(replace(connection, values=values), loaded.mappings).install()


def explained(rehearsal: Rehearsal, contact: int, at: datetime | None = None) -> dict[str, Any]:
    """What `leadcycle explain --json` says of a contact, now or at a past moment."""
    now = rehearsal.world.clock.now()
    book = rehearsal.parts.active.book
    return explain(rehearsal.store, book, contact, at, now).as_json()


def figures(rehearsal: Rehearsal) -> str:
    """What is stored, and what it cost in API calls."""
    vendors = rehearsal.world.vendors().items()
    calls = ", ".join(f"{name} {vendor.total_calls:,}" for name, vendor in vendors)
    stored = ", ".join(f"{name} {count:,}" for name, count in rehearsal.store.counts().items())
    return f"{stored}; API calls: {calls}"
