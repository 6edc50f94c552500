"""Both systems, the store and the daemon of the example project, in virtual time."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

from connector.cli.example import example_files, example_root
from connector.cli.running.assembly import Parts, assemble
from connector.config import Settings, load
from connector.daemon import virtual_run
from connector.sandbox.company import furnish
from connector.sandbox.transport import SandboxAdapter, SandboxPool
from connector.sandbox.world import World
from connector.store import Store
from connector.sync.rollout import activate_first

START = datetime(2026, 3, 3, 8, tzinfo=UTC)  # a Tuesday, nine o'clock in Berlin
NOWHERE = "http://127.0.0.1:9"  # never called: the transports take the network's place
TOLD = ("leadcycle_grade", "leadcycle_band")
Calls = Counter[str]


@dataclass(frozen=True, slots=True)
class Company:
    """Both systems, the store and the daemon, in virtual time."""

    world: World
    store: Store
    parts: Parts
    forms: dict[str, str]

    def now(self) -> datetime:
        return self.world.clock.now()

    def live(self, **span: float) -> Calls:
        """The daemon lives through this span; the calls it made."""
        before = self.calls()
        virtual_run(self.parts.workers, Time(self.world), self.now() + timedelta(**span))
        return self.calls() - before

    def calls(self) -> Calls:
        """All calls so far, by system and resource; what rides in a composite is no call."""
        found: Calls = Counter()
        for name, vendor in self.world.vendors().items():
            shown: Any = vendor
            for what, count in shown.calls.items():
                if not what.startswith("composite/"):
                    found[f"{name}: {what}"] += count
        return found


class Time:
    """The world's clock, as the daemon's loop moves it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> datetime:
        return self._world.clock.now()

    def advance(self, to: datetime) -> None:
        self._world.advance(max(to, self.now()))


@contextmanager
def company(*, quiet_grades: bool) -> Iterator[Company]:
    """The example project at work. `quiet_grades`: HubSpot is told the stage, but neither grade nor band."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _copy(root, quiet_grades)
        url = f"sqlite:///{root / 'bench.db'}"
        loaded = load(root, settings=Settings(sandbox=NOWHERE, database=url))
        if loaded.project is None or loaded.book is None:
            raise RuntimeError("\n".join(map(str, loaded.problems)))
        world = World.build(start=START)
        furnished = furnish(world.hubspot, world.salesforce, content=False)
        transports = {
            "hubspot": SandboxPool(world.hubspot, prefix="/hubspot"),
            "salesforce": SandboxAdapter(world.salesforce),
        }
        with closing(Store.open(url)) as store:
            store.migrate()
            activate_first(store, loaded, START)
            parts = assemble(loaded.project, store, Time(world), transports=transports, burst=False)
            for worker in parts.platforms:  # a thousand at once is what is measured
                worker.schedule = replace(worker.schedule, blast=None)
            yield Company(world, store, parts, furnished.forms)


def _copy(root: Path, quiet_grades: bool) -> None:
    for file in example_files():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        copyfile(example_root() / file, root / file)
    mapping = root / "mappings" / "hubspot.yaml"
    lines = mapping.read_text().splitlines(keepends=True)
    if quiet_grades:
        lines = [line for line in lines if not line.strip().startswith(TOLD)]
    mapping.write_text("".join(lines))


def meet(house: Company, leads: int) -> list[str]:
    """So many contacts that asked for a demo and were handed over; their ids in HubSpot."""
    hubspot = house.world.hubspot
    for number in range(leads):
        answers = {
            "email": f"lead{number}@kunde{number}.example",
            "firstname": "Uwe",
            "lastname": f"Lead {number}",
            "jobtitle": "Head of Purchasing",
            "country": "Germany",
            "zip": f"{number % 90000 + 10000}",
            "company": f"Kunde {number}",
        }
        hubspot.submit_form(house.forms["Demo request"], answers)
    house.live(minutes=30)
    made = house.world.report()["salesforce"]["records"]["Lead"]
    if made != leads:
        raise RuntimeError(f"{made} leads of {leads} were handed over")
    return list(hubspot.ids("contacts"))
