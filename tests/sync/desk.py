"""A store with the example's rules in force, and two tiny platforms that keep the documented ports and fail on demand."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from connector.config import Loaded
from connector.errors import Refused
from connector.model.mapping.mappings import Mappings
from connector.model.problem import Problem
from connector.model.rules import Rulebook
from connector.model.systems.change import Change, Receipt
from connector.model.systems.fact import Activity, Page, Sighting
from connector.model.systems.ref import Ref
from connector.store import Store
from connector.sync.evaluate import evaluate
from connector.sync.pull import Pulled, Reader, pull, read, readers
from connector.sync.push import Pushed, look_up, push
from connector.sync.rollout import activate_first

START = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)  # a Monday, nine o'clock in Berlin
NORTH = ("j.brandt@nordring.example", "l.petersen@nordring.example", "a.wolff@nordring.example")
SOUTH = ("s.keller@nordring.example", "m.lindner@nordring.example")
FITS = {
    "firstname": "Ute",
    "lastname": "Kern",
    "jobtitle": "Head of Purchasing",
    "company": "Pumpen Kern",
    "country": "DE",
    "zip": "30159",
}


class Book:
    """A source of given pages by stream; the cursor is the number of the next page. `fails` strikes as long as it is there."""

    def __init__(self, **pages: Sequence[Page]) -> None:
        self.shelves = {name: list(given) for name, given in pages.items()}
        self.fails: dict[tuple[str, int], Exception] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.journal: list[str] = []

    def streams(self) -> Sequence[str]:
        return tuple(self.shelves)

    def pages(self, stream: str, cursor: str | None, now: datetime) -> Iterator[Page]:
        self.asked.append((stream, cursor))
        shelf = self.shelves[stream]
        for place in range(int(cursor or 0), len(shelf) + 1):
            if (stream, place) in self.fails:
                raise self.fails[stream, place]
            if place < len(shelf):
                self.journal.append(f"read {stream} {place}")
                yield replace(shelf[place], cursor=str(place + 1))


class Cabinet:
    """A target that keeps records: by ref, and by key for those it was asked to create.

    `moods` are errors raised by the next calls, before anything is written, or (`loses`) after everything is.
    `answer` may give a receipt of its own instead of writing.
    """

    def __init__(self, name: str = "salesforce") -> None:
        self.name = name
        self.records: dict[Ref, dict[str, Any]] = {}
        self.keys: dict[str, Ref] = {}
        self.sent: list[Change] = []
        self.looked: list[Change] = []
        self.moods: list[Exception] = []
        self.loses = False
        self.answer: Callable[[Change], Receipt | None] = lambda _: None
        self.journal: list[str] = []
        self._numbers = itertools.count(1)

    def write(self, changes: Sequence[Change], now: datetime) -> Sequence[Receipt]:
        self.journal.append("write " + " ".join(sorted({change.lane for change in changes})))
        if self.moods and not self.loses:
            raise self.moods.pop(0)
        self.sent += changes
        receipts = [self.answer(change) or self._write(change) for change in changes]
        if self.moods:
            raise self.moods.pop(0)
        return receipts

    def look_up(self, changes: Sequence[Change], now: datetime) -> Sequence[Receipt]:
        self.journal.append("look up")
        if self.moods:
            raise self.moods.pop(0)
        self.looked += changes
        return [self.answer(change) or self._found(change) for change in changes]

    def check(self) -> Sequence[Problem]:
        return ()

    def created(self) -> Counter[str]:
        """How often each record was asked to be created, by kind and key."""
        return Counter(f"{change.ref.kind} {change.key}" for change in self.sent if change.create)

    def _write(self, change: Change) -> Receipt:
        ref = self._ref(change)
        self.records.setdefault(ref, {}).update(change.fields)
        return Receipt(change, "written", ref=ref, fields=change.fields)

    def _ref(self, change: Change) -> Ref:
        if not change.create:
            return change.ref
        if change.key not in self.keys:
            number = f"{change.ref.kind}{next(self._numbers):05d}"
            self.keys[change.key] = Ref(self.name, change.ref.kind, number)
        return self.keys[change.key]

    def _found(self, change: Change) -> Receipt:
        ref = self.keys.get(change.key) if change.create else change.ref
        shown = {} if ref is None else self.records.get(ref, {})
        if all(shown.get(name) == value for name, value in change.fields.items()):
            return Receipt(change, "written", ref=ref, fields=change.fields)
        return Receipt(change, "retry", code="NOT_WRITTEN", message="it did not happen")


@dataclass
class Desk:
    """Pulls, evaluates and pushes by hand."""

    store: Store
    loaded: Loaded
    file: Path
    now: datetime = START
    _pages: Iterator[int] = field(default_factory=itertools.count)

    @classmethod
    def made(cls, folder: Path, loaded: Loaded) -> Desk:
        file = folder / "store.db"
        store = Store.open(f"sqlite:///{file}", keys())
        store.migrate()
        activate_first(store, loaded, START)
        return cls(store, loaded, file)

    @property
    def book(self) -> Rulebook:
        assert self.loaded.book is not None
        return self.loaded.book

    @property
    def mappings(self) -> Mappings:
        assert self.loaded.mappings is not None
        return self.loaded.mappings

    def another(self) -> Store:
        """The same store as another process has it."""
        store = Store.open(f"sqlite:///{self.file}")
        store.use(self.book, self.mappings)
        return store

    def later(self, **span: float) -> Desk:
        self.now += timedelta(**span)
        return self

    def by_kind(self, platform: str = "hubspot") -> dict[str, Reader]:
        return dict(readers(self.mappings, platform))

    def contact(self, number: int, **properties: Any) -> Sighting:
        """A person in HubSpot who fits, as shown now."""
        shown = {**FITS, "email": f"p{number}@kern.example", **properties}
        return Sighting(Ref("hubspot", "contacts", str(number)), shown, self.now, self.now)

    def act(self, number: int, asset: str = "Demo request") -> Activity:
        """A form that person filled in now."""
        ref = Ref("hubspot", "contacts", str(number))
        key = f"{asset} {number} {self.now.isoformat()}"
        return Activity(ref, "", "form_submitted", self.now, self.now, key, asset)

    def merge(
        self, *sightings: Sighting, platform: str = "hubspot", backfill: bool = False, **more: Any
    ) -> None:
        page = Page(sightings, cursor=f"m{next(self._pages)}", **more)
        stream = f"{platform} by hand"
        readings = read(page, self.by_kind(platform))
        self.store.merge(platform, stream, page, readings, self.now, backfill=backfill)

    def staff(self, *emails: str) -> None:
        """Active users in the CRM."""
        self.merge(
            *(
                Sighting(
                    Ref("salesforce", "User", f"005{place:015d}"),
                    {"Email": email, "Name": email.split("@")[0], "IsActive": True},
                    self.now,
                    self.now,
                )
                for place, email in enumerate(emails)
            ),
            platform="salesforce",
        )

    def asks(self, *numbers: int, **properties: Any) -> None:
        """People who fit and ask for a demo: ready to be handed over."""
        self.merge(
            *(self.contact(number, **properties) for number in numbers),
            activities=tuple(self.act(number) for number in numbers),
        )

    def pull(self, source: Any, stream: str = "contacts", **more: Any) -> Pulled:
        return pull(source, "hubspot", stream, self.store, self.by_kind(), self.now, **more)

    def decide(self, limit: int = 200) -> int:
        """Everybody who is due; how many decisions that made."""
        done = 0
        for _ in range(1000):
            found = evaluate(self.store, self.book, self.mappings, self.now, limit=limit)
            done += found.decisions
            if not found.contacts:
                return done
        raise AssertionError("deciding finds no end")

    def push(self, target: Cabinet, **more: Any) -> Pushed:
        return push(target, target.name, self.store, self.now, **more)

    def look_up(self, target: Cabinet, **more: Any) -> Pushed:
        return look_up(target, target.name, self.store, self.now, **more)

    def settle_all(self, *targets: Cabinet) -> None:
        """Deciding and pushing until nothing is due at this moment."""
        for _ in range(100):
            busy = self.decide() + sum(self.push(target).sent for target in targets)
            if not busy:
                return
        raise AssertionError("pushing finds no end")

    def open_attempts(self, platform: str = "salesforce") -> int:
        return len(self.store.unclear(platform, 1000, self.now + timedelta(days=1)))

    def number(self, contact: int) -> int:
        """Our number of a HubSpot contact."""
        (found,) = self.store.find(f"hubspot/contacts/{contact}")
        return found

    def standing(self, contact: int) -> Any:
        return self.store.dossier(self.number(contact), self.now).standings.get("main")


def refusal(change: Change, code: str = "INVALID_FIELD") -> Receipt:
    error = Refused(change.ref, code, "the field says no")
    return Receipt(change, "refused", code=error.code, message=error.message)


def keys() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"key{next(numbers):05d}"


__all__ = ["FITS", "NORTH", "SOUTH", "START", "Book", "Cabinet", "Desk", "refusal"]
