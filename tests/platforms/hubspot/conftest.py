"""A HubSpot of the sandbox behind a real HTTP server, our connection to it, and the mappings of a small house."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.model.mapping.property import Read, Write
from connector.model.mapping.record import ActivityRead, Record
from connector.model.systems.change import Change, Lane
from connector.model.systems.fact import Page
from connector.model.systems.ref import Ref
from connector.platforms.budget import Unmetered
from connector.platforms.connection import Connection, Secret
from connector.platforms.hubspot import FORM, platform
from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.hubspot import HubSpot
from connector.sandbox.server import serving
from connector.sandbox.wire import Request, Response
from connector.sandbox.world import World

START = datetime(2026, 1, 5, 7, tzinfo=UTC)
STAGES = {
    "Prospect": "subscriber",
    "Lead": "lead",
    "MQL": "marketingqualifiedlead",
    "SQL": "salesqualifiedlead",
    "SAL": "custom:Sales accepted",
    "Customer": "customer",
}


def activity(kind: str, ours: str, asset: str = "", *detail: str) -> tuple[str, ActivityRead]:
    return kind, ActivityRead(kind, ours, asset, detail)


def house(**changes: Any) -> Mappings:
    """Mappings as in the example project, shortened."""
    contacts = Record(
        "contacts",
        "contact",
        read=(
            Read("email", "email", "email"),
            Read("first_name", "firstname", "text"),
            Read("country", "country", "country"),
        ),
        write=(
            Write("lifecyclestage", "stage", "text", values=STAGES, backward="clear_then_set"),
            Write("leadcycle_grade", "score.grade", "text"),
            Write("leadcycle_due", "follow_up.answer_due", "datetime"),
        ),
        account="associatedcompanyid",
    )
    companies = Record("companies", "account", read=(Read("domain", "domain", "text"),))
    owners = Record("owners", "owner", read=(Read("email", "email", "email"),))
    mapping = PlatformMapping(
        "hubspot",
        FORM,
        {"contacts": contacts, "companies": companies, "owners": owners},
        dict(
            [
                activity("form_submission", "form_submitted", "form_name", "topic"),
                activity("email_open", "email_opened", "campaign"),
                activity("email_click", "email_clicked", "campaign"),
                activity("e_visited_page", "page_viewed", "path"),
                activity("e_attended_webinar", "webinar_attended", "webinar", "minutes"),
                activity("meeting", "meeting_held", "title"),
                activity("call", "call_made", "disposition"),
            ]
        ),
        {"de": "Nurture DE", "en": "Nurture EN"},
    )
    return Mappings("digest", {}, {"hubspot": mapping}, {}, **changes)


class Switchboard:
    """One server for all tests; every test has a HubSpot of its own behind it."""

    def __init__(self) -> None:
        self.vendor: HubSpot | None = None
        self.seen: list[Request] = []
        self.watch: Callable[[Request], None] = lambda request: None

    def handle(self, request: Request) -> Response:
        assert self.vendor is not None
        self.seen.append(request)
        self.watch(request)
        return self.vendor.handle(request)


@pytest.fixture(scope="session")
def exchange() -> Iterator[tuple[Switchboard, str]]:
    board = Switchboard()
    world = World(Clock(START), Faults(), board)  # type: ignore[arg-type]  # anything with `handle`
    with serving(world) as url:
        yield board, f"{url}/hubspot"


@dataclass
class Portal:
    """What a test works with. `pull` reads one stream to its end and keeps the cursor."""

    hubspot: HubSpot
    clock: Clock
    faults: Faults
    board: Switchboard
    url: str
    mappings: Mappings = field(default_factory=house)
    meter: Unmetered = field(default_factory=Unmetered)
    cursors: dict[str, str] = field(default_factory=dict)

    def connection(self, **values: Any) -> Connection:
        extra = {name: values.pop(name) for name in ("sleep", "secrets") if name in values}
        secrets = extra.pop("secrets", {"token": Secret("sandbox-hubspot")})
        return Connection(
            "hubspot", "hubspot", values, secrets, url=self.url, clock=self.clock.now, **extra
        )

    def source(self, **values: Any) -> Any:
        return platform.source(self.connection(**values), self.mappings, self.meter)

    def target(self, **values: Any) -> Any:
        return platform.target(self.connection(**values), self.mappings, self.meter)

    def install(self) -> Sequence[str]:
        return platform.installer(self.connection(), self.mappings).install()

    def pull(self, stream: str, source: Any = None) -> list[Page]:
        pages = []
        for page in (source or self.source()).pages(
            stream, self.cursors.get(stream), self.clock.now()
        ):
            self.cursors[stream] = page.cursor
            pages.append(page)
        return pages

    def contacts(self, count: int, **properties: str) -> list[str]:
        """So many contacts that were there long before."""
        at = self.clock.now() - timedelta(days=1)
        return [
            self.hubspot.create(
                "contacts", {"email": f"p{number}@kunde.example", **properties}, at=at
            )
            for number in range(count)
        ]

    def change(
        self, id_: str, base: Any = None, lane: Lane = "hot", shared: Any = (), **fields: Any
    ) -> Change:
        named = {name.replace("list__", "list:"): form for name, form in fields.items()}
        return Change(Ref("hubspot", "contacts", id_), named, base or {}, lane, 1, 1, shared=shared)

    def shown(self, id_: str, name: str) -> str:
        return self.hubspot.get("contacts", id_)[name]

    def pass_time(self, **span: float) -> None:
        self.clock.advance(timedelta(**span))


@pytest.fixture
def portal(exchange: tuple[Switchboard, str]) -> Portal:
    board, url = exchange
    clock, faults = Clock(START), Faults(7)
    hubspot = HubSpot(clock, faults)
    board.vendor, board.watch = hubspot, lambda request: None
    board.seen.clear()
    return Portal(hubspot, clock, faults, board, url)


def ids(pages: Sequence[Page]) -> list[str]:
    return [sighting.ref.id for page in pages for sighting in page.sightings]


@pytest.fixture
def seen() -> Callable[[Sequence[Page]], list[str]]:
    """Record ids in the sightings of these pages."""
    return ids


@pytest.fixture
def small_house() -> Mappings:
    """The mappings alone, for a test with a portal of its own."""
    return house()
