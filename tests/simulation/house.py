"""A whole company in one process: both systems, a store file, and daemons that may die at any boundary."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event

from connector.cli.example import example_root
from connector.cli.running.assembly import Parts, assemble
from connector.config import Loaded, Settings, load
from connector.daemon import until_quiet, virtual_run
from connector.model.systems.blast import Blast
from connector.sandbox.company import furnish
from connector.sandbox.transport import SandboxAdapter, SandboxPool
from connector.sandbox.wire import Request, Response, Vendor
from connector.sandbox.world import World
from connector.store import Store
from connector.sync.rollout import activate_first

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday, nine o'clock in Berlin
NOWHERE = "http://127.0.0.1:9"  # never called: transports take the network's place
Boundary = Callable[[str], None]

HEAD_OF_PURCHASING = {
    "firstname": "Ute",
    "lastname": "Kern",
    "jobtitle": "Head of Purchasing",
    "company": "Pumpen Kern",
    "country": "Deutschland",
    "zip": "30159",
}


def newsletter(now: datetime) -> dict[str, str]:
    """A consent that has been confirmed."""
    at = now.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {"newsletter": "yes", "newsletter_at": at, "newsletter_confirmed_at": at}


class Crash(BaseException):
    """The process is gone: nothing of ours may catch it."""


class Tap:
    """A vendor whose every request passes a boundary before and after; a crash after it loses the answer."""

    def __init__(self, name: str, vendor: Vendor, boundary: Boundary) -> None:
        self._name, self._vendor, self._boundary = name, vendor, boundary

    def handle(self, request: Request) -> Response:
        self._boundary(f"{self._name}: before {request.method}")
        response = self._vendor.handle(request)
        self._boundary(f"{self._name}: after {request.method}")
        return response


class MailTap:
    """A target for e-mails whose every call passes a boundary before and after."""

    def __init__(self, target: Any, boundary: Boundary) -> None:
        self._target, self._boundary = target, boundary

    def write(self, changes: Any, now: datetime) -> Any:
        self._boundary("mail: before write")
        receipts = self._target.write(changes, now)
        self._boundary("mail: after write")
        return receipts

    def look_up(self, changes: Any, now: datetime) -> Any:
        return self._target.look_up(changes, now)

    def check(self) -> Any:
        return self._target.check()


FACETS = ("told", "described", "outbox", "first", "plans")


class BrittleStore:
    """A store whose every call passes a boundary before (nothing is committed) and after (nobody learns that it is).

    What the store hands out to be asked further is just as brittle.
    """

    def __init__(self, store: Any, boundary: Boundary) -> None:
        self._store, self._boundary = store, boundary

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if name in FACETS:
            return BrittleStore(found, self._boundary)
        if not callable(found) or name in ("close", "use"):
            return found

        def call(*args: Any, **words: Any) -> Any:
            self._boundary(f"store: before {name}")
            answer = found(*args, **words)
            self._boundary(f"store: after {name}")
            return answer

        return call


class Time:
    """The world's clock as the daemon knows it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> datetime:
        return self._world.clock.now()

    def advance(self, to: datetime) -> None:
        self._world.advance(max(to, self.now()))


def _hasty(raw: Any, _: object) -> None:
    """Processes die here, never the machine: nothing needs to reach the disk."""
    raw.execute("PRAGMA synchronous = OFF")


class Daemon:
    """One process of ours: everything it holds in memory is lost with it."""

    def __init__(self, house: House, boundary: Boundary) -> None:
        self.store = Store.open(house.url, house.mint)
        event.listen(self.store._engine, "connect", _hasty)
        brittle: Any = BrittleStore(self.store, boundary)
        transports = {} if house.address else self._transports(house.world, boundary)
        if house.mail is not None:
            transports["mail"] = MailTap(house.mail, boundary)
        try:
            self.parts: Parts = assemble(
                house.project, brittle, house.time, pull=house.pull, transports=transports
            )
        except BaseException:
            self.store.close()
            raise
        for worker in self.parts.platforms:
            worker.schedule = replace(worker.schedule, blast=house.blast)

    def _transports(self, world: World, boundary: Boundary) -> dict[str, Any]:
        taps = {name: Tap(name, each, boundary) for name, each in world.vendors().items()}
        return {
            "hubspot": SandboxPool(taps["hubspot"], prefix="/hubspot"),
            "salesforce": SandboxAdapter(taps["salesforce"]),
        }

    def close(self) -> None:
        self.store.close()


class House:
    """`work` lets the daemon finish what is due now, `pass_by` lets it live through a span; hands are the world's own."""

    def __init__(
        self,
        folder: Path,
        seed: int = 0,
        *,
        pull: timedelta = timedelta(minutes=5),
        root: Path | None = None,
        boundary: Boundary = lambda _: None,
        mail: Any = None,
        **switches: Any,
    ) -> None:
        self.world = World.build(seed, START, **switches)
        self.company = furnish(self.world.hubspot, self.world.salesforce, seed, content=False)
        self.hubspot, self.crm, self.faults = (
            self.world.hubspot,
            self.world.salesforce,
            self.world.faults,
        )
        self.time, self.pull, self.boundary = Time(self.world), pull, boundary
        self.blast: Blast | None = (
            None  # crowds act at once here, and nobody is there to release them
        )
        self.mail = mail  # a target for e-mails; by default a rehearsal's, which sends none
        self._keys = random.Random(f"{seed}:keys")
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "store.db"
        self.url = f"sqlite:///{self.file}"
        self.address = ""
        self.root = root or example_root()
        self.loaded = self._load()
        with_store = Store.open(self.url, self.mint)
        with_store.migrate()
        activate_first(with_store, self.loaded, self.now)
        with_store.close()
        self.sleepers: list[Daemon] = []
        self.daemon = self.boot()

    def _load(self) -> Loaded:
        where = self.address or NOWHERE
        loaded = load(self.root, settings=Settings(sandbox=where, database=self.url))
        assert loaded.ok, [str(problem) for problem in loaded.errors]
        assert loaded.project is not None
        self.project = loaded.project
        return loaded

    def mint(self) -> str:
        """Keys from the seed, so that a history can be played again."""
        return f"{self._keys.getrandbits(80):020x}"

    def boot(self) -> Daemon:
        return Daemon(self, self._passed)

    def _passed(self, place: str) -> None:
        self.boundary(place)  # looked up anew each time: tests change it while the daemon lives

    def move_to(self, address: str) -> None:
        """From now on the daemon talks to a server at this address."""
        self.daemon.close()
        self.address = address
        self._load()
        self.daemon = self.boot()

    def crash(self) -> None:
        """Everything in memory is gone; a new process starts on the same file, its predecessor's lease run out."""
        self.bury_sleepers()
        self.daemon.close()
        self.time.advance(self.now + timedelta(seconds=61))
        self.daemon = self.boot()

    def bury_sleepers(self) -> None:
        """Processes that were fenced off have ended."""
        while self.sleepers:
            self.sleepers.pop().close()

    @property
    def now(self) -> datetime:
        return self.time.now()

    @property
    def parts(self) -> Parts:
        return self.daemon.parts

    @property
    def store(self) -> Store:
        return self.daemon.store

    def work(self) -> int:
        return until_quiet(self.parts.workers, self.now, 5_000)

    def pass_by(self, **span: float) -> int:
        return self.pass_to(self.now + timedelta(**span))

    def pass_to(self, moment: datetime) -> int:
        return virtual_run(self.parts.workers, self.time, moment)

    def idle(self, **span: float) -> int:
        """A long time in which nobody does anything, with rare polls."""
        often, self.pull = self.pull, timedelta(hours=6)
        self.crash()
        done = self.pass_by(**span)
        self.pull = often
        self.crash()
        return done

    def second_pass(self) -> int:
        """Everything read from the beginning and decided again; how many rows the vendors were asked to write."""
        before = self.written()
        self.parts.start_over(self.now)
        self.work()
        return self.written() - before

    def written(self) -> int:
        return sum(int(vendor.writes_total) for vendor in (self.hubspot, self.crm))

    # What people do and see

    def person(self, email: str = "ute@kern.example", **properties: str) -> str:
        """A contact in HubSpot who fits; its id."""
        given = {"email": email, **HEAD_OF_PURCHASING, **newsletter(self.now), **properties}
        return self.hubspot.create("contacts", given)

    def ask(self, email: str = "ute@kern.example", form: str = "Sample order") -> str:
        """The person fills a form in; the contact's id."""
        found = self.hubspot.submit_form(self.company.forms[form], {"email": email})
        assert found is not None
        return found

    def handed_over(self, email: str = "ute@kern.example", **properties: str) -> Mapping[str, Any]:
        """A person who asked for samples, and the lead that came of it."""
        self.person(email, **properties)
        self.ask(email)
        self.pass_by(minutes=10)
        return self.lead(email)

    def lead(self, email: str = "ute@kern.example") -> Mapping[str, Any]:
        """The one living lead with this address."""
        found = self.crm.find("Lead", "Email", email)
        assert len(found) == 1, f"{len(found)} leads have this address"
        return found[0]

    def leads(self) -> list[Mapping[str, Any]]:
        return list(self.crm.rows("Lead"))

    def tasks(self, who: str) -> list[Mapping[str, Any]]:
        return self.crm.find("Task", "WhoId", who)

    def rep(self, lead: Mapping[str, Any]) -> str:
        """The user who owns the lead."""
        return str(lead["OwnerId"])

    def stage(self, contact: str) -> str:
        """The lifecycle stage that HubSpot shows."""
        return self.hubspot.get("contacts", contact)["lifecyclestage"]

    def streams(self, contact: str) -> set[str]:
        """Names of the lists the contact is in."""
        lists = self.hubspot.portal.lists.by_id.values()
        return {each.name for each in lists if int(contact) in each.members}

    def shelf(self) -> Counter[str]:
        return Counter(row.code for row in self.store.shelf_rows())

    def standing(self, email: str) -> Any:
        """Where the store thinks the person stands."""
        (number,) = self.store.find(email)
        return self.store.dossier(number, self.now).standings["main"]

    def close(self) -> None:
        self.bury_sleepers()
        self.daemon.close()
