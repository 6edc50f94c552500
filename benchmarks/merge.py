"""Contacts and activities merged per CPU second, from readings that are mapped already: `python -m benchmarks.merge`.

Counted is this process's CPU time (user and system); with SQLite that is all there is, with PostgreSQL the server's own comes on top.
The clock runs during `Store.merge` alone, one transaction a page; the sums of the example's signals are kept.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from benchmarks.figures import Figures
from connector.config import load
from connector.model.mapping.field import Field, Form
from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.model.mapping.property import Read
from connector.model.mapping.record import Record
from connector.model.systems.fact import Activity, Page
from connector.model.systems.reading import Reading
from connector.model.systems.ref import Ref
from connector.store import Store

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
PROPERTIES = 25
FILLED = 17  # the rest is empty, as in real portals


def mappings() -> Mappings:
    """One platform, 25 properties, as many fields."""
    fields = {"email": Field("email", "email", "newest", identifies="person")}
    fields |= {f"field_{n}": Field(f"field_{n}", "text", "newest") for n in range(1, PROPERTIES)}
    reads = tuple(Read(field, f"prop_{field}", "text") for field in fields)
    form = Form(text=True, datetime="%Y-%m-%dT%H:%M:%S.000Z", clear="")
    record = Record("contacts", "contact", reads)
    platform = PlatformMapping("hubspot", form, {"contacts": record})
    return Mappings("0" * 64, fields, {"hubspot": platform}, {})


def readings(first: int, size: int, version: int = 0) -> list[Reading]:
    """One page of contacts; a higher version has changed a tenth of them in one property."""
    at = NOW - timedelta(days=30) + timedelta(hours=version)
    return [
        _reading(number, at, version if number % 10 == 0 else 0)
        for number in range(first, first + size)
    ]


def _reading(number: int, at: datetime, version: int) -> Reading:
    email = f"person{number}@company{number // 7}.example"
    forms: dict[str, str | None] = {"prop_email": email}
    for place in range(1, PROPERTIES):
        filled = place < FILLED
        forms[f"prop_field_{place}"] = f"value {place} of {number}" if filled else None
    forms["prop_field_1"] = f"version {version} of {number}"
    return Reading(
        Ref("hubspot", "contacts", str(number)),
        "contact",
        at,
        NOW,
        forms,
        dict(forms),
        {name: name.removeprefix("prop_") for name in forms},
        (("email", email),),
    )


def activities(first: int, size: int, contacts: int) -> tuple[Activity, ...]:
    """One page of page views, spread over the contacts."""
    return tuple(
        Activity(
            Ref("hubspot", "contacts", str(number * 7919 % contacts)),
            "",
            "page_viewed",
            NOW - timedelta(days=90) + timedelta(seconds=number),
            NOW,
            f"event-{number}",
            f"/en/products/{number % 300}",
        )
        for number in range(first, first + size)
    )


def _contacts(contacts: int, page: int, version: int) -> Iterator[tuple[Page, list[Reading]]]:
    for first in range(0, contacts, page):
        yield Page(cursor=f"{version}:{first}"), readings(first, page, version)


def _events(count: int, page: int, contacts: int) -> Iterator[tuple[Page, list[Reading]]]:
    for first in range(0, count, page):
        yield Page(activities=activities(first, page, contacts), cursor=f"events:{first}"), []


def measure(store: Store, pages: Iterator[tuple[Page, Sequence[Reading]]]) -> float:
    """CPU seconds of merging."""
    spent = 0.0
    for page, found in pages:
        begun = time.process_time()
        store.merge("hubspot", "contacts", page, found, NOW)
        spent += time.process_time() - begun
    return spent


@click.command()
@click.option("--database", help="A database URL; an empty SQLite file by default.")
@click.option("--contacts", default=20_000, show_default=True)
@click.option("--page", default=100, show_default=True, help="Rows per page, one transaction each.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line.")
def main(database: str | None, contacts: int, page: int, as_json: bool) -> None:
    """Merge new, unchanged and changed contacts and then activities; print rates."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(database or f"sqlite:///{Path(folder) / 'merge.db'}")
        store.migrate()
        figures = _report(store, contacts, page)
        store.close()
    figures.show(as_json)


def _report(store: Store, contacts: int, page: int) -> Figures:
    book = load(Path(__file__).parents[1]).book
    assert book is not None
    store.activate({}, book, mappings(), NOW)
    events = contacts * 2
    rows = [
        ("new contacts", contacts, measure(store, _contacts(contacts, page, 0))),
        ("unchanged contacts", contacts, measure(store, _contacts(contacts, page, 0))),
        ("contacts, a tenth changed", contacts, measure(store, _contacts(contacts, page, 1))),
        ("new activities", events, measure(store, _events(events, page, contacts))),
        ("repeated activities", events, measure(store, _events(events, page, contacts))),
    ]
    figures = Figures(
        "merge",
        f"Merge alone: {contacts:,} contacts of {PROPERTIES} properties, {page} rows a page",
        ("what", "per CPU second", "microseconds each"),
    )
    for name, count, spent in rows:
        figures.rows.append((name, f"{count / spent:,.0f}", f"{spent / count * 1e6:.1f}"))
        figures.data[name] = round(count / spent)
    return figures


if __name__ == "__main__":
    main()
