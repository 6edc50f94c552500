"""One life of a daemon that may be killed at any moment; run by test_crash with the database's file and the CRM's file.

The CRM is a file of created keys: it keeps what it was told even if we die before we learn that it did.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connector.config import load
from connector.model.systems.change import Change, Receipt
from connector.model.systems.fact import Activity, Page, Sighting
from connector.model.systems.ref import Ref
from connector.store import Store
from connector.sync.evaluate import evaluate
from connector.sync.pull import read, readers

PAGES, SIZE = 14, 4
START = datetime(2026, 11, 16, 8, tzinfo=UTC)


def page(number: int) -> Page:
    """New people who all ask for a demo; every page repeats the last person of the one before."""
    at = START + timedelta(minutes=number)
    numbers = range(number * SIZE - (number > 0), (number + 1) * SIZE)
    refs = [Ref("hubspot", "contacts", str(n)) for n in numbers]
    shown = [
        Sighting(
            ref,
            {"email": f"p{ref.id}@kern.example", "jobtitle": "Head of Purchasing", "country": "DE"},
            START,
            at,
        )
        for ref in refs
    ]
    acts = [
        Activity(ref, "", "form_submitted", START, at, f"form-{ref.id}", "Demo request")
        for ref in refs
    ]
    return Page(sightings=tuple(shown), activities=tuple(acts), cursor=str(number + 1))


def reps() -> Page:
    """Two who take turns."""
    emails = ("j.brandt@nordring.example", "l.petersen@nordring.example")
    shown = [
        Sighting(
            Ref("salesforce", "User", f"005{n}"), {"Email": email, "IsActive": True}, START, START
        )
        for n, email in enumerate(emails)
    ]
    return Page(sightings=tuple(shown), cursor="all")


class Crm:
    """What was created, in the order of creation."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.touch()

    def keys(self) -> list[str]:
        return self._path.read_text().split()

    def write(self, change: Change) -> Receipt:
        if change.create:
            with self._path.open("a") as file:
                file.write(f"{change.ref.kind}:{change.key}\n")
        return self.look_up(change)

    def look_up(self, change: Change) -> Receipt:
        if not change.create:
            return Receipt(change, "written")
        name = f"{change.ref.kind}:{change.key}"
        if name not in self.keys():
            return Receipt(change, "retry", retry_after=timedelta())
        return Receipt(change, "written", ref=Ref(change.ref.platform, change.ref.kind, name))


def say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def live(database: str, crm: Crm) -> None:
    loaded = load(Path(__file__).parents[2])
    assert loaded.book is not None
    assert loaded.mappings is not None
    store = Store.open(database)
    store.migrate()
    if store.active() is None:
        store.activate(loaded.text, loaded.book, loaded.mappings, START)
    store.use(loaded.book, loaded.mappings)
    by_kind = readers(loaded.mappings, "hubspot")
    if store.cursor("salesforce", "users") is None:
        told = reps()
        shown = read(told, readers(loaded.mappings, "salesforce"))
        store.merge("salesforce", "users", told, shown, START)
    risen = START + timedelta(minutes=int(store.cursor("hubspot", "contacts") or 0))
    for platform in ("hubspot", "salesforce"):
        doubtful = store.unclear(platform, 100, risen)
        store.settle([crm.look_up(change) for change in doubtful], risen)
    say("up")
    busy = True
    while busy:
        number = int(store.cursor("hubspot", "contacts") or 0)
        now = START + timedelta(minutes=number)
        busy = number < PAGES
        if busy:
            told = page(number)
            store.merge("hubspot", "contacts", told, read(told, by_kind), now)
            say("merged")
        while evaluate(store, loaded.book, loaded.mappings, now, limit=3).contacts:
            say("decided")
        for platform in ("hubspot", "salesforce"):
            while changes := store.lease(platform, 3, now):
                busy = True
                say("leased")
                receipts = [crm.write(change) for change in changes]
                say("sent")
                store.settle(receipts, now)
                say("settled")
    say("done")
    store.close()


if __name__ == "__main__":
    live(sys.argv[1], Crm(Path(sys.argv[2])))
