"""demo: the numbers, and that they are the same again."""

from __future__ import annotations

from pathlib import Path

import pytest
from prompt import DEMO, Done, lead, process

KEYS = {
    "contacts",
    "activities",
    "decisions",
    "handed_over",
    "accepted",
    "rejected",
    "won",
    "lost",
    "duplicate_leads",
    "writes_second_pass",
    "shelf",
    "api_calls",
    "elapsed_s",
    "database",
    "examples",
}


def test_one_json_object_with_what_scripts_count_on(demo: Done) -> None:
    assert demo.code == 0
    found = demo.json
    assert set(found) >= KEYS
    assert set(found["api_calls"]) == {"hubspot", "salesforce"}
    assert (found["duplicate_leads"], found["writes_second_pass"]) == (0, 0)
    assert found["contacts"] > 100
    assert found["handed_over"] == found["accepted"] + found["rejected"] + found["unanswered"]
    assert Path(found["database"]).is_file()
    assert len(set(found["examples"])) == 3


def test_the_examples_can_be_explained(demo: Done, store: str) -> None:
    for email in demo.json["examples"]:
        assert lead("explain", email, "--database", store).code == 0


def test_same_seed_same_numbers(demo: Done, tmp_path: Path) -> None:
    again = process(*DEMO, "--database", tmp_path / "again.db")
    assert again.code == 0
    times = {"elapsed_s": 0, "database": ""}
    assert {**again.json, **times} == {**demo.json, **times}


def test_the_summary_names_the_next_commands(tmp_path: Path) -> None:
    done = process("demo", "--days", 1, "--every", 240, "--seed", 5, cwd=tmp_path)
    assert done.code == 0
    assert done.out.startswith("1 day at Nordring")
    assert done.out.count("leadcycle explain ") == 3
    assert str(tmp_path / "var" / "demo-5.db") in done.out
    assert "\x1b[" not in done.out  # no colours where there is no terminal


def test_the_demo_keeps_its_store_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = lead("demo", "--days", "1", "--database", "postgresql+psycopg://127.0.0.1/x")
    assert (done.code, list(tmp_path.iterdir())) == (2, [])


def test_a_store_that_exists_is_not_written_over(store: str) -> None:
    before = Path(store).read_bytes()
    done = lead("demo", "--days", "1", "--database", store)
    assert done.code == 2
    assert "exists already" in done.err
    assert Path(store).read_bytes() == before
