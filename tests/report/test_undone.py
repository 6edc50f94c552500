"""What a plan did and an undo took back: reports and explanations of before, of between and of after."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connector.config import Loaded, load
from connector.report.explain import explain
from connector.report.funnel import funnel
from connector.sync.rollout import Active, active
from connector.sync.rollout.apply import Started, carry_out, start
from connector.sync.rollout.plan import Request, plan
from connector.sync.rollout.undo import plan_undo, started

ROOT = Path(__file__).parents[2]
BEFORE = "to: MQL, when: {activity: {at_least: 35}"
AFTER = "to: SQL, when: {activity: {at_least: 5}"


@pytest.fixture
def eager(tmp_path: Path) -> Loaded:
    """The example, with whoever has shown anything handed over to sales."""
    root = tmp_path / "edited"
    for part in ("mappings", "rules", "values"):
        shutil.copytree(ROOT / part, root / part)
    shutil.rmtree(root / "rules" / "cases")
    shutil.copy(ROOT / "leadcycle.yaml", root)
    path = root / "rules" / "lifecycle.yaml"
    text = path.read_text("utf-8")
    assert BEFORE in text
    path.write_text(text.replace(BEFORE, AFTER), "utf-8")
    found = load(root)
    assert found.ok, found.errors
    return found


def apply(books: Any, loaded: Loaded) -> Any:
    assert loaded.book is not None
    assert loaded.mappings is not None
    before, after = active(books.store), Active(loaded.book, loaded.mappings)
    made = plan(books.store, Request(before, after, books.now))
    start(books.store, made, Started(before, after, loaded.text), 100, books.now)
    carry_out(books.store, made, active(books.store), lambda: books.now)
    return made


def take_back(books: Any, made: Any) -> None:
    back = plan_undo(books.store, made, books.now)
    start(books.store, back, started(books.store, made), 100, books.now)
    carry_out(books.store, back, active(books.store), lambda: books.now)


def explained(books: Any, at: Any = None) -> dict[str, Any]:
    contact = books.contact(1)
    return explain(books.store, books.book, contact, at, books.now, books.mappings).as_json()


def counted(books: Any) -> tuple[int, int, dict[str, int]]:
    found = funnel(books.store, books.book, books.now - timedelta(days=9), books.now)
    stages = {row.stage: row.standing for row in found.stages if row.standing}
    return found.handed_over, found.unanswered, stages


def test_a_hand_over_that_was_taken_back(books: Any, eager: Loaded) -> None:
    books.person(1)
    books.form(1, "Whitepaper Hydraulik")
    books.decide()
    at_rest = books.now
    made = apply(books.later(minutes=1), eager)
    applied = books.now
    books.later(minutes=1)
    assert counted(books) == (1, 1, {"SQL": 1})
    take_back(books, made)
    undone = books.now
    books.later(minutes=1)
    assert counted(books) == (0, 0, {"Lead": 1})
    assert [explained(books, at)["stage"] for at in (at_rest, applied, undone, None)] == [
        "Lead",
        "SQL",
        "Lead",
        "Lead",
    ]
    between, now = explained(books, applied), explained(books)
    assert between["routing"]["owner"] == between["owner"]
    assert (now["routing"], now["handover"], now["owner"]) == (None, None, "")
    assert explained(books, undone)["handover"] is None
    assert [one["undone_at"] for one in between["decisions"] if one["stage"] == "SQL"] == [None]
    taken_back = [one["undone_at"] for one in now["decisions"] if one["stage"] == "SQL"]
    assert taken_back == [undone.isoformat()]
