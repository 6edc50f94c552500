"""Both emulated vendors in this process, and the parts that `assemble` builds; `calls` tells what was asked in which order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from connector.cli.example import example_root
from connector.cli.running.assembly import assemble
from connector.config import Settings, load
from connector.daemon import Worker, until_quiet, virtual_run
from connector.sandbox.company import furnish
from connector.sandbox.transport import SandboxAdapter, SandboxPool
from connector.sandbox.wire import Dropped, Request, Response, Vendor
from connector.sandbox.world import World
from connector.store import Store
from connector.sync.rollout import activate_first

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday, nine o'clock in Berlin
FITS = {
    "firstname": "Ute",
    "lastname": "Kern",
    "jobtitle": "Head of Purchasing",
    "company": "Pumpen Kern",
    "country": "Deutschland",
    "zip": "30159",
}


class Wire:
    """Between a client and a vendor: notes every request; cut, nobody answers (connection refused)."""

    def __init__(self, vendor: Vendor) -> None:
        self._vendor = vendor
        self.calls: list[Request] = []
        self.cut = False

    def handle(self, request: Request) -> Response:
        self.calls.append(request)
        if self.cut:
            raise Dropped("connection refused")
        return self._vendor.handle(request)


class Town:
    """`pass_by` lets the daemon live through a span of virtual time."""

    def __init__(self, folder: Path) -> None:
        self.world = World.build(0, START)
        self.hubspot, self.crm = self.world.hubspot, self.world.salesforce
        self.company = furnish(self.hubspot, self.crm, 0, content=False)
        self.wires = {name: Wire(vendor) for name, vendor in self.world.vendors().items()}
        url = f"sqlite:///{folder / 'store.db'}"
        loaded = load(example_root(), settings=Settings(sandbox="http://127.0.0.1:9", database=url))
        assert loaded.project is not None
        self.store = Store.open(url)
        self.store.migrate()
        activate_first(self.store, loaded, START)
        self.project = loaded.project
        self.reassemble()

    def reassemble(self) -> None:
        """Another process: what was in memory is gone."""
        transports = {
            "hubspot": SandboxPool(self.wires["hubspot"], prefix="/hubspot"),
            "salesforce": SandboxAdapter(self.wires["salesforce"], prefix="/salesforce"),
        }
        self.parts = assemble(
            self.project, self.store, self, pull=timedelta(minutes=5), transports=transports
        )

    def now(self) -> datetime:
        return self.world.clock.now()

    def advance(self, to: datetime) -> None:
        self.world.advance(max(to, self.now()))

    def worker(self, name: str) -> Worker:
        (found,) = [each for each in self.parts.platforms if each.name == name]
        return found

    def work(self) -> int:
        return until_quiet(self.parts.workers, self.now(), 5_000)

    def pass_by(self, **span: float) -> int:
        return virtual_run(self.parts.workers, self, self.now() + timedelta(**span))

    def person(self, email: str) -> str:
        return self.hubspot.create("contacts", {"email": email, **FITS})

    def ask(self, email: str) -> None:
        assert self.hubspot.submit_form(self.company.forms["Sample order"], {"email": email})

    def leads(self) -> list[str]:
        return sorted(str(row["Email"]) for row in self.crm.rows("Lead"))
