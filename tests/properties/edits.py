"""Two systems, many people, and hands that edit them at every boundary of the connector's work."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from house import House

from connector.cli.example import example_files, example_root
from connector.sandbox.wire import Request, Response, Vendor

SIDES = ("hubspot", "salesforce")
BLANK = ""
CLOSE = ("merge", "due", "record", "lease", "look", "write", "settle")
OFTEN, SELDOM = 2.0, 0.2
"""Most edits happen right beside what we do, where they hurt."""


class Shared(NamedTuple):
    """A field that both systems show and both may edit."""

    name: str
    hubspot: str
    salesforce: str
    rule: str
    order: tuple[str, ...]
    blank: str
    values: tuple[str, ...]

    def property(self, side: str) -> str:
        return self.hubspot if side == "hubspot" else self.salesforce


FIELDS = (
    Shared("job_title", "jobtitle", "Title", "newest", ("hubspot", "salesforce"), "unknown", ("Head of Purchasing", "CPO", "Buyer", BLANK)),
    Shared("first_name", "firstname", "FirstName", "order", ("salesforce", "hubspot"), "unknown", ("Ute", "Ana", "Jörg", BLANK)),
    Shared("postal_code", "zip", "PostalCode", "order", ("hubspot", "salesforce"), "unknown", ("01067", "30159", "80331", BLANK)),
    Shared("city", "city", "City", "newest", ("hubspot", "salesforce"), "erase", ("Berlin", "Köln", "Bremen", BLANK)),
    Shared("mobile", "mobilephone", "MobilePhone", "first", ("hubspot", "salesforce"), "unknown", ("111", "222", "333", BLANK)),
    Shared("street", "address", "Street", "newest", ("hubspot", "salesforce"), "never", ("Hof 1", "Weg 2", "Platz 3", BLANK)),
    Shared("state", "state", "State", "only_if_blank", ("hubspot", "salesforce"), "unknown", ("Nord", "Süd", "West", BLANK)),
)  # fmt: skip
_FIELD_LINES = """\
  job_title:   {type: text, wins: newest}
  first_name:  {type: text, wins: [salesforce, hubspot]}
  postal_code: {type: text, wins: [hubspot, salesforce]}
  city:        {type: text, wins: newest, blank: erase}
  mobile:      {type: text, wins: first}
  street:      {type: text, wins: newest, blank: never}
  state:       {type: text, wins: only_if_blank}
"""


def project(folder: Path) -> Path:
    """The example project, with fields that both systems may edit under every rule."""
    root = folder / "project"
    for inner in example_files():
        (root / inner).parent.mkdir(parents=True, exist_ok=True)
        text = (example_root() / inner).read_text("utf-8")
        (root / inner).write_text(_changed(inner.name, text), "utf-8")
    return root


def _changed(name: str, text: str) -> str:
    text = re.sub(r"(?mi)^      state: .*\n", "", text) if name != "fields.yaml" else text
    if name == "fields.yaml":
        kept = [line for line in text.splitlines() if not re.match(r"  (job_title|first_name|postal_code|state):", line)]  # fmt: skip
        place = kept.index("fields:") + 1
        return "\n".join([*kept[:place], _FIELD_LINES.rstrip(), *kept[place:]]) + "\n"
    if name == "hubspot.yaml":
        more = "".join(f"      {f.name}: {f.hubspot}\n" for f in FIELDS[3:])
        text = text.replace("      postal_code: zip\n", f"      postal_code: zip\n{more}", 1)
        writes = "".join(f"      {f.hubspot}: {{from: {f.name}}}\n" for f in FIELDS)
        text = re.sub(r"(?m)^      hs_email_optout: .*\n", "", text)
        return text.replace("    write:\n", f"    write:\n{writes}", 1)
    if name == "salesforce.yaml":
        more = "".join(f"      {f.name}: {f.salesforce}\n" for f in FIELDS[3:])
        text = text.replace(
            "      postal_code: PostalCode\n", f"      postal_code: PostalCode\n{more}", 1
        )
        writes = "".join(f"      {f.salesforce}: {{from: {f.name}}}\n" for f in FIELDS[3:])
        return text.replace("    write:\n", f"    write:\n{writes}", 1)
    return text


class Edit(NamedTuple):
    """One person at one keyboard. `place` is the boundary at which it happened, `interval` counts our writes before it."""

    at: datetime
    side: str
    field: int
    value: str
    place: str
    interval: int


@dataclass
class Person:
    """One person, a record in each system, and what was done to them in this episode."""

    contact: str
    lead: str
    start: list[tuple[str, str]]  # of each field: what HubSpot and Salesforce showed at first
    done: list[Edit] = field(default_factory=list)
    script: list[tuple[str, int, str]] = field(default_factory=list)


class Watched:
    """A vendor whose requests are shown to somebody before and after they are carried out."""

    def __init__(self, name: str, vendor: Vendor, hands: Hands) -> None:
        self._name, self._vendor, self._hands = name, vendor, hands

    def handle(self, request: Request) -> Response:
        self._hands.before(self._name, request)
        response = self._vendor.handle(request)
        self._hands.after(self._name, request, response)
        return response


class Hands:
    """Edits at boundaries, a few at a time. Nobody edits a record between our last look at it and our write: that moment is
    not promised (README of promises), and is left alone by its exact bounds."""

    def __init__(self, house: House, people: list[Person], seed: int) -> None:
        self.house, self.people = house, people
        self.dice = random.Random(f"{seed}:hands")
        self.seen: Counter[str] = Counter()
        self.busy = False
        self._leased = False
        self._unguarded: set[str] = set()
        self._by_record = {p.contact: p for p in people} | {p.lead: p for p in people}
        self._left: list[tuple[Person, tuple[str, int, str]]] = []
        self._rate = 0.0
        self._interval = 0
        self.rep = house.company.staff.reps[0].user

    def deal(self, per_boundary: float) -> None:
        """Everybody's script in random order, each person's own in its order."""
        whose = [person for person in self.people for _ in person.script]
        self.dice.shuffle(whose)
        steps = {id(person): iter(person.script) for person in self.people}
        self._left = [(person, next(steps[id(person)])) for person in whose]
        self._left.reverse()
        self._rate = per_boundary

    @property
    def waiting(self) -> int:
        return len(self._left)

    def boundary(self, place: str) -> None:
        """The store is about to do something, or has done it."""
        if place == "store: after lease":
            self._leased = True
        elif place == "store: before settle":
            self._unguarded.clear()
        elif place == "store: after settle":
            self._leased = False
            self._interval += 1
        self.act(place)

    def before(self, name: str, request: Request) -> None:
        self.act(f"{name}: before {self._what(request)}")

    def after(self, name: str, request: Request, response: Response) -> None:
        what = self._what(request)
        if what == "look":
            self._unguarded |= _records(bytes(response.body))
        elif what == "write":
            self._unguarded -= _records(bytes(request.body or b""))
        self.act(f"{name}: after {what}")

    def _what(self, request: Request) -> str:
        if not self._leased:
            return "read"
        body = bytes(request.body or b"")
        if request.path.endswith("/batch/read") or (b'"ids":[' in body and b'"fields":[' in body):
            return "look"
        writes = request.path.endswith(("/batch/update", "/batch/create"))
        return "write" if writes or b'"method":"PATCH"' in body else "other"

    def act(self, place: str) -> None:
        """Some of what is left to do, here and now."""
        if self.busy or not self._left:
            return
        self.busy = True
        rate = self._rate * (OFTEN if place.endswith(CLOSE) else SELDOM)
        count = int(rate) + (self.dice.random() < rate % 1)
        held: list[tuple[Person, tuple[str, int, str]]] = []
        self.house.time.advance(self.house.now + timedelta(seconds=1))
        for _ in range(min(count, len(self._left))):
            person, step = self._left.pop()
            record = person.contact if step[0] == "hubspot" else person.lead
            if record in self._unguarded or any(other is person for other, _ in held):
                held.append((person, step))
            else:
                self.edit(person, *step, place)
        self._left += reversed(held)
        self.busy = False

    def edit(self, person: Person, side: str, number: int, value: str, place: str) -> None:
        field = FIELDS[number]
        if self.shown(person, side, field) == value:
            return  # typing what is there already is no edit: nobody can see it
        if side == "hubspot":
            self.house.hubspot.update("contacts", person.contact, {field.hubspot: value})
        else:
            given = {field.salesforce: value or None}
            self.house.crm.update("Lead", person.lead, given, by=self.rep)
        edit = Edit(self.house.now, side, number, value, place, self._interval)
        person.done.append(edit)
        self.seen["edits"] += 1
        self.seen[_when(place)] += 1
        if any(_rivals(edit, other) for other in person.done):
            self.seen["both sides in one interval"] += 1

    def shown(self, person: Person, side: str, field: Shared) -> str:
        if side == "hubspot":
            return str(self.house.hubspot.get("contacts", person.contact)[field.hubspot] or "")
        return str(self.house.crm.get("Lead", person.lead).get(field.salesforce) or "")

    def state(self, person: Person) -> list[tuple[str, str]]:
        """Of each field: what both sides show now."""
        return [
            (self.shown(person, "hubspot", about), self.shown(person, "salesforce", about))
            for about in FIELDS
        ]


def _when(place: str) -> str:
    """The moments that hurt, by name."""
    if place in ("store: after record", "store: before lease"):
        return "between decision and lease"
    if place == "store: after lease" or place.endswith("before look"):
        return "between lease and our last look"
    if place.endswith(("before write", "after look")):
        return "while others are being written"
    if place.endswith("after write") or place == "store: before settle":
        return "after the write, before its answer is known"
    return "elsewhere"


def _rivals(one: Edit, other: Edit) -> bool:
    """Both sides of one field, without a write of ours in between."""
    return (one.field, one.interval) == (other.field, other.interval) and one.side != other.side


_RECORD = re.compile(rb'"[Ii]d":\s*"([0-9A-Za-z]+)"')


def _records(body: bytes) -> set[str]:
    return {found.decode() for found in _RECORD.findall(body)}


def watch(house: House, hands: Hands, vendors: Mapping[str, Vendor]) -> None:
    """From now on every request and every call of the store passes these hands."""
    watched: Any = {name: Watched(name, vendor, hands) for name, vendor in vendors.items()}
    house.world.vendors = lambda: watched  # type: ignore[method-assign]  # the world's own, seen through hands
    house.boundary = lambda place: hands.boundary(place) if place.startswith("store") else None
    house.crash()


def told(person: Person, number: int) -> tuple[tuple[int, str], ...]:
    """What was done to one field of one person, as the model takes it."""
    return tuple((SIDES.index(e.side), e.value) for e in person.done if e.field == number)
