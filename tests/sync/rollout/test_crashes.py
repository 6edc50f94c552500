"""A process that dies anywhere in an undo: the same line again ends exactly as it would have without (apply: tests/simulation)."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from house import NOWHERE, BrittleStore, Crash
from rehearsed import ALL, Quick, Rehearsed, rehearsed
from trees import texts, trees

from connector.config import Settings, load
from connector.store import Store
from connector.store.rollout.kept import Plan
from connector.sync.rollout import active
from connector.sync.rollout.apply import carry_out, start
from connector.sync.rollout.undo import plan_undo, started, under_way

LIFECYCLE = "rules/lifecycle.yaml"
EAGER = {"name": "eager", "from": ["Prospect", "Lead"], "to": "MQL", "when": {"activity": {"at_least": 1}}}  # fmt: skip
Work = Callable[[Any], None]


class Counted:
    """Dies at the n-th boundary."""

    def __init__(self, last: int) -> None:
        self.left = last

    def __call__(self, place: str) -> None:
        self.left -= 1
        if self.left == 0:
            raise Crash(place)


@pytest.fixture
def company(tmp_path: Path):
    """Whoever has done anything would be an MQL by the files."""
    with rehearsed(tmp_path, "labels", ["labels"], 6, 24, random.Random(3)) as of:
        assert of is not None
        root = of.house.root
        given = trees({LIFECYCLE: (root / LIFECYCLE).read_text("utf-8")})
        given[LIFECYCLE]["transitions"].append(EAGER)
        (root / LIFECYCLE).write_text(texts(given)[LIFECYCLE], "utf-8")
        of.loaded = load(root, settings=Settings(sandbox=NOWHERE, database=of.house.url))
        assert of.loaded.ok, of.loaded.errors
        yield of


def outcome(file: Path) -> list[Any]:
    """What was decided, wanted, noted and given back, without the numbers of rows."""
    with closing(sqlite3.connect(file)) as raw:
        decided = raw.execute("SELECT contact, track, body FROM decision ORDER BY id").fetchall()
        found = [
            raw.execute(f"SELECT {columns} ORDER BY 1, 2, 3").fetchall()
            for columns in (
                "contact, platform, record, lane, body FROM wanted",
                "contact, again, at FROM applied",
                "contact, track, standing FROM restored",
                "contact, ref, property FROM image",
                "contact, track, body FROM standing",
            )
        ]
    return [sorted((*who, _bare(body)) for *who, body in decided), *found]


def _bare(body: str) -> str:
    return json.dumps({**json.loads(body), "roster": 0})


def dies_anywhere(house: Quick, folder: Path, work: Work) -> int:
    """`work` on a copy of the store as it is, dying at every boundary in turn; at how many it did."""
    house.daemon.close()
    kept, tried = folder / "kept.db", folder / "tried.db"
    shutil.copy(house.file, kept)

    def attempt(boundary: Callable[[str], None]) -> bool:
        store = Store.open(f"sqlite:///{tried}", house.mint)
        try:
            work(BrittleStore(store, boundary))
        except Crash:
            return False
        finally:
            store.close()
        return True

    wanted: list[Any] = []
    for last in range(1_000):
        for suffix in ("", "-wal", "-shm"):
            Path(f"{tried}{suffix}").unlink(missing_ok=True)
        shutil.copy(kept, tried)
        whole = attempt(Counted(last))
        assert whole or attempt(lambda _: None)
        found = outcome(tried)
        wanted = wanted or found
        assert found == wanted, f"after dying at boundary {last}"
        if whole and last:
            return last - 1
    raise AssertionError("it never got to its end")


def test_an_undo_ends_as_without_the_crash(company: Rehearsed, tmp_path: Path) -> None:
    made = company.plan()
    company.apply(made)
    company.live(minutes=3)
    done = number(company, made)

    def work(store: Any) -> None:
        active(store)
        back = under_way(store, done)
        if back is None:
            back = plan_undo(store, done, company.house.now)
            start(store, back, started(store, done), ALL, company.house.now)
        carry_out(store, back, active(store), lambda: company.house.now)

    assert dies_anywhere(company.house, tmp_path, work) > 5


def number(company: Rehearsed, made: Plan) -> Plan:
    """The plan as the store has it now."""
    found = company.house.store.plans.numbered(made.id)
    assert found is not None
    return found
