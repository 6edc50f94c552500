"""A small store, built by hand: people, what they did, what sales made of it. Real SQLite, the example's rules."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connector.config import Loaded, load
from connector.model.mapping.mappings import Mappings
from connector.model.person.standing import Standing
from connector.model.rules import Rulebook
from connector.model.systems.change import Change, Receipt
from connector.model.systems.fact import Activity, Outcome, OutcomeKind, Page, Sighting
from connector.model.systems.ref import Ref
from connector.store import Store
from connector.sync.evaluate import evaluate
from connector.sync.pull import read, readers

ROOT = Path(__file__).parents[2]
START = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)  # a Monday, nine o'clock in Berlin
REPS = ("j.brandt", "l.petersen", "a.wolff")


@dataclass
class Books:
    """The store and words for what happens around it; `now` moves only by `later`."""

    store: Store
    loaded: Loaded
    now: datetime = START
    _keys: Iterator[int] = field(default_factory=itertools.count)

    @property
    def book(self) -> Rulebook:
        assert self.loaded.book is not None
        return self.loaded.book

    @property
    def mappings(self) -> Mappings:
        assert self.loaded.mappings is not None
        return self.loaded.mappings

    def later(self, **span: float) -> Books:
        self.now += timedelta(**span)
        return self

    def page(self, platform: str, *sightings: Sighting, **more: Any) -> None:
        page = Page(sightings=sightings, cursor=str(next(self._keys)), **more)
        by_kind = readers(self.mappings, platform)
        self.store.merge(platform, "all", page, read(page, by_kind), self.now)

    def person(self, number: int, **properties: str) -> Ref:
        """A head of purchasing in the north, unless told otherwise."""
        shown = {"email": f"p{number}@kern.example", "firstname": "Ute", "lastname": "Kern"}
        shown |= {"jobtitle": "Head of Purchasing", "country": "DE", "zip": "30159", **properties}
        ref = Ref("hubspot", "contacts", str(number))
        self.page("hubspot", Sighting(ref, shown, self.now, self.now))
        return ref

    def form(self, number: int, name: str = "Sample order") -> None:
        ref = Ref("hubspot", "contacts", str(number))
        key = f"form:{next(self._keys)}"
        deed = Activity(ref, "", "form_submitted", self.now, self.now, key, name)
        self.page("hubspot", activities=(deed,))

    def answer(self, number: int, kind: OutcomeKind, reason: str = "", amount: str = "") -> None:
        """What sales made of this person's hand-over."""
        outcome = Outcome(
            ref=Ref("hubspot", "contacts", str(number)),
            kind=kind,
            at=self.now,
            key=f"{kind}:{next(self._keys)}",
            reason=reason,
            amount=Decimal(amount) if amount else None,
        )
        self.page("salesforce", outcomes=(outcome,))

    def decide(self) -> None:
        """Everybody who is due is decided, and everything wanted is written."""
        while evaluate(self.store, self.book, self.mappings, self.now).contacts:
            pass
        for platform in ("hubspot", "salesforce"):
            while changes := self.store.lease(platform, 100, self.now):
                self.store.settle([_written(change) for change in changes], self.now)
        while evaluate(self.store, self.book, self.mappings, self.now).contacts:
            pass

    def standing(self, number: int, track: str = "main") -> Standing:
        dossier = self.store.dossier(self.contact(number), self.now)
        assert dossier is not None
        return dossier.standings[track]

    def contact(self, number: int) -> int:
        (found,) = self.store.find(f"hubspot/contacts/{number}")
        return found


def _written(change: Change) -> Receipt:
    ref = change.ref
    if change.create:
        prefix = {"Lead": "00Q", "Task": "00T"}[ref.kind]
        ref = Ref(ref.platform, ref.kind, f"{prefix}{change.version:015d}")
    return Receipt(change, "written", ref=ref, fields=change.fields)


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    loaded = load(ROOT)
    assert loaded.book is not None
    assert loaded.mappings is not None
    numbers = itertools.count()
    store = Store.open(f"sqlite:///{tmp_path / 'store.db'}", lambda: f"key{next(numbers):05d}")
    store.migrate()
    store.activate(loaded.text, loaded.book, loaded.mappings, START)
    found = Books(store, loaded)
    users = [
        Sighting(
            Ref("salesforce", "User", f"005{place:015d}"),
            {"Email": f"{name}@nordring.example", "Name": name, "IsActive": True},
            START,
            START,
        )
        for place, name in enumerate(REPS)
    ]
    found.page("salesforce", *users)
    yield found
    store.close()
