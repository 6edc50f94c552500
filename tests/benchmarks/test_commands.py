"""Every benchmark runs and hands on what it measured; how fast it was is nobody's business here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

ROOT = Path(__file__).parents[2]
SMALL = {
    "pull": ("--contacts", "300", "--activities", "200", "--repeats", "1"),
    "decide": ("--contacts", "50"),
    "calls": ("--leads", "20"),
    "plan": ("--contacts", "60"),
}


def result(name: str) -> dict[str, Any]:
    command = [sys.executable, "-m", f"benchmarks.{name}", *SMALL[name], "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, check=True)
    found = orjson.loads(done.stdout)
    assert found["benchmark"] == name
    assert found["machine"]["python"]
    return dict(found)


@pytest.mark.parametrize("name", ["decide", "plan"])
def test_it_runs(name: str) -> None:
    assert result(name)


def test_what_was_measured_is_kept_and_not_measured_again(tmp_path: Path) -> None:
    def run(*options: str) -> tuple[dict[str, Any], str]:
        command = [sys.executable, "-m", "benchmarks", "merge", "--share", "0.002", "--json"]
        place = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [*command, *options],
            cwd=tmp_path,
            env=place,
            capture_output=True,
            timeout=120,
            check=True,
        )
        return dict(orjson.loads(done.stdout)), done.stderr.decode()

    found, told = run()
    assert found["table"]["title"].startswith("Merge alone: 40 contacts")
    assert "[1/1] merge ..." in told
    assert orjson.loads((tmp_path / "var" / "bench" / "merge.json").read_bytes()) == found
    again, told = run("--go-on")
    assert again == found
    assert told == "[1/1] merge: as kept in var/bench/merge.json\n"


def test_everything_is_pulled() -> None:
    found = result("pull")
    assert found["contacts, first load"]["rows"] == 300
    assert found["contacts, nothing new"]["rows"] == 300
    assert found["contacts, changed (search)"]["rows"] == 30
    assert found["activities by record (page views)"]["rows"] == 200
    assert found["activities by address (e-mail events)"]["rows"] == 200
    assert (found["contacts"], found["activities"]) == (300, 400)


def test_twenty_leads_travel_in_as_many_calls_as_one_would() -> None:
    found = result("calls")
    assert found["results only"]["steps"] == {
        "read the changed contacts (search, 200 a page)": 1,
        "read shared fields again and write leads (composite, 5 x 200)": 2,
        "read what sales answered, with its history; write their stage": 3,
        "tell HubSpot the stage (batch, 100)": 1,
    }
