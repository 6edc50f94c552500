"""A store with many people in it who did many things, quickly and always the same."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from benchmarks.portal import PATHS, person
from connector.config import Loaded
from connector.model.systems.fact import Page, Sighting
from connector.model.systems.ref import Ref
from connector.store import Store
from connector.store.sql.database import open_engine, writing
from connector.store.sql.moment import to_ms
from connector.store.sql.transaction import Row, Transaction
from connector.store.sql.words import Words
from connector.store.tables import ledgers
from connector.sync.evaluate import evaluate
from connector.sync.pull import read, readers
from connector.sync.rollout import Active, activate_first

PAGE = 1_000
DECIDED = 1_000
LONGEST = 180 * 24 * 60  # minutes back
KINDS = (
    ("page_viewed", PATHS),
    ("email_opened", ("News 4", "Offer 7")),
    ("email_clicked", ("News 4", "Offer 7")),
)


def populate(
    url: str, store: Store, loaded: Loaded, people: int, each: int, now: datetime
) -> Active:
    """So many contacts in the store at `url`, `each` activities of everyone, all of them decided by these rules, nothing sent."""
    assert loaded.book is not None
    assert loaded.mappings is not None
    store.use(loaded.book, loaded.mappings)
    by_kind = readers(loaded.mappings, "hubspot")
    for first in range(0, people, PAGE):
        page = Page(
            sightings=tuple(_sightings(first, min(first + PAGE, people), now)), cursor=str(first)
        )
        store.merge("hubspot", "contacts", page, read(page, by_kind), now - timedelta(days=200))
    _act(url, people, each, now)
    in_force = activate_first(store, loaded, now)  # adds all sums up from the log
    while evaluate(store, in_force.book, in_force.mappings, now, limit=DECIDED).contacts:
        pass
    return in_force


def _sightings(first: int, last: int, now: datetime) -> Iterator[Sighting]:
    at = now - timedelta(days=201)
    for number in range(first, last):
        yield Sighting(Ref("hubspot", "contacts", str(number)), dict(person(number)), at, at)


def _act(url: str, people: int, each: int, now: datetime) -> None:
    """Rows of the log as merging would write them, without looking for repetitions."""
    with writing(open_engine(url, lasting=False)) as tx:
        words, intake = Words(), tx.entry()
        tx.insert(ledgers.intake, [(intake, "hubspot", "made", to_ms(now), 0)])
        names = words.numbers(tx, (name for kind, assets in KINDS for name in (kind, *assets)))
        refs = [
            ref
            for (ref,) in tx.rows(
                "SELECT id FROM ref WHERE contact IS NOT NULL ORDER BY id LIMIT ?", people
            )
        ]
        for some in range(0, len(refs), PAGE):
            rows = [
                row
                for ref in refs[some : some + PAGE]
                for row in _of(ref, each, now, names, intake)
            ]
            _insert(tx, rows)


def _insert(tx: Transaction, rows: list[Row]) -> None:
    tx.insert(ledgers.activity, rows)


def _of(ref: int, each: int, now: datetime, names: dict[str, int], intake: int) -> Iterator[Row]:
    dice = random.Random(ref)
    for number in range(each):
        kind, assets = KINDS[0] if dice.random() < 0.7 else dice.choice(KINDS[1:])
        at = to_ms(now - timedelta(minutes=dice.randrange(LONGEST)))
        yield ref, at, ref * 1_000 + number, names[kind], names[dice.choice(assets)], intake
