"""A few days of the example company: at random moments of random people, three answers agree with what is really known."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from connector.cli.reading import latest
from connector.decide.decision import decide
from connector.report.explain import Wish, explain
from connector.store import Store
from connector.store.sql.codec import record
from connector.store.sql.moment import from_ms
from connector.sync.rollout import active

PAIRS, MOMENTS, PEOPLE = 60, 1, 25
CUT = """
    DELETE FROM sighting WHERE at > :t;
    DELETE FROM redirect WHERE at > :t;
    DELETE FROM tie WHERE at > :t;
    DELETE FROM consent WHERE at > :t;
    DELETE FROM activity_detail WHERE at > :t;
    DELETE FROM activity WHERE at > :t;
"""
"""What had not happened yet."""


@pytest.fixture
def seen(store: str) -> Iterator[Store]:
    found = Store.open(f"sqlite:///{store}")
    active(found)
    yield found
    found.close()


def rows(file: str, sql: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(file)
    found = connection.execute(sql).fetchall()
    connection.close()
    return found


def test_at_a_recorded_decision_it_is_told_as_recorded(seen: Store, store: str) -> None:
    """`explain` raises where reasons do not add up."""
    in_force, now = active(seen), latest(seen)
    last = {(who, at): number for number, who, at in rows(store, "SELECT id, contact, at FROM decision ORDER BY id")}  # fmt: skip
    for (who, at), number in random.Random(1).sample(sorted(last.items()), PAIRS):
        wish = Wish(as_known_now=True)
        found = explain(seen, in_force.book, who, from_ms(at), now, in_force.mappings, wish)
        (recorded,) = [one.decision for one in found.history if one.id == number]
        assert record(found.standing) == record(recorded.standing)
        assert record(found.score) == record(recorded.score)
        reasons = found.hindsight.decision.score.reasons if found.hindsight else ()
        assert reasons


def test_hindsight_is_a_fresh_look_at_everything_that_had_happened(
    seen: Store, store: str, tmp_path: Path
) -> None:
    """Against a copy of the store out of whose ledgers the later is taken, with every projection made anew."""
    draw, book = random.Random(2), active(seen).book
    people = [who for (who,) in rows(store, "SELECT id FROM contact WHERE survivor IS NULL")]
    (first, end), *_ = rows(store, "SELECT min(at), max(at) FROM decision")
    for number in range(MOMENTS):
        at = from_ms(moment := draw.randint(first, end))
        fresh = _cut(store, tmp_path / f"{number}.db", moment)
        for who in draw.sample(people, PEOPLE):
            mine = seen.told.then(who, at, book, hindsight=True)
            other, standing = fresh.dossier(who, at), mine.standings.get("main")
            assert dict(mine.contact.fields) == dict(other.contact.fields)
            assert mine.strengths == other.strengths
            assert mine.contact.outcomes == other.contact.outcomes
            if standing is not None:
                assert _decided(seen, mine, standing, at) == _decided(seen, other, standing, at)
        fresh.close()


def _decided(store: Store, dossier: Any, standing: Any, at: datetime) -> str:
    book, contact, strengths = active(store).book, dossier.contact, dossier.strengths
    return record(decide(book, contact, strengths, standing, store.roster(), at))


def _cut(store: str, file: Path, moment: int) -> Store:
    copy = sqlite3.connect(file)
    whole = sqlite3.connect(store)
    whole.backup(copy)
    whole.close()
    for statement in filter(str.strip, CUT.split(";")):
        copy.execute(statement, {"t": moment})
    latest_of: dict[tuple[int, str], tuple[Any, ...]] = {}
    for row in copy.execute("SELECT ref, key, id, at, withdrawn FROM outcome ORDER BY id"):
        latest_of[row[:2]] = row[2:]
    for (ref, key), (row, at, withdrawn) in latest_of.items():
        keep = row if at <= moment and not withdrawn else 0
        copy.execute("DELETE FROM outcome WHERE ref = ? AND key = ? AND id <> ?", (ref, key, keep))
    copy.commit()
    copy.close()
    found = Store.open(f"sqlite:///{file}")
    active(found)
    for name in ("observed", "contact", "identity", "strength"):
        found.rebuild(name, from_ms(moment))
    return found
