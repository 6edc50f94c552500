"""What a plan over everybody costs: contacts and activities per CPU second, and memory: `python -m benchmarks.plan`.

Two changes are planned over the same store: thresholds and points (kept strengths answer that: no activity is read), and a new
signal (which must read the history). The limit beside them is a plain columnar scan of the same activities: the columns that scoring
asks (record, moment, kind, asset) lie in flat typed arrays before the clock starts, and each is summed whole, once, in Python.
Each plan runs in a process of its own, so that its peak of memory is its own; idle is one that plans nothing.
"""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from shutil import copytree
from typing import Any

import click
import orjson

from benchmarks.figures import Figures, tell
from benchmarks.population import populate
from benchmarks.portal import ROOT, START, project
from connector.config import Loaded, Settings, load
from connector.store import Store
from connector.sync.rollout import Active, active
from connector.sync.rollout.plan import Request, plan

KIB = 2**10
SCANNED = ("ref", "at", "kind", "asset")  # what a signal's strength is made of
LIMIT = "limit: four flat columns summed"
SIGNAL = "    - {name: news_page, kind: page_viewed, when: {asset: {starts_with: /news}}, points: 3, cap: 9}\n"


def thresholds(text: str) -> str:
    """Other points, caps and thresholds."""
    text = re.sub(r"points: 5, cap: 20", "points: 8, cap: 24", text)
    return re.sub(r"activity: \{at_least: 20\}", "activity: {at_least: 25}", text)


def signal(text: str) -> str:
    """A signal whose sums nobody keeps yet."""
    place = text.index("    - {name: price_page")
    return text[:place] + SIGNAL + text[place:]


EDITS: Mapping[str, Callable[[str], str]] = {"thresholds": thresholds, "signal": signal}


def edited(name: str, folder: Path) -> Loaded:
    """The wide project with that edit."""
    root = folder / name
    copytree(ROOT, root)
    path = root / "rules" / "scoring.yaml"
    before = path.read_text("utf-8")
    path.write_text(EDITS[name](before), "utf-8")
    found = load(root, settings=Settings(database="sqlite:///unused.db"))
    if found.problems or path.read_text("utf-8") == before:
        raise RuntimeError("\n".join(map(str, found.problems)) or "the edit changes nothing")
    return found


def measured(database: Path, name: str) -> dict[str, Any]:
    """One plan in this process: CPU seconds, the peak of memory (MiB), whom it moves. `idle`: everything but the plan."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Store.open(f"sqlite:///{database}")) as store,
    ):
        before = active(store)
        if name == "idle":
            edited("thresholds", Path(folder))
            return {"peak_mib": peak()}
        found = edited(name, Path(folder))
        assert found.book is not None
        assert found.mappings is not None
        begun = time.process_time()
        made = plan(store, Request(before, Active(found.book, found.mappings), START))
        spent = time.process_time() - begun
    return {"cpu_s": spent, "peak_mib": peak(), "people": made.people, "affected": made.affected}


def peak() -> float:
    """The most this process ever held (MiB). `ru_maxrss` would count what its parent held before."""
    told = Path("/proc/self/status").read_text("ascii")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", told)[0]) / KIB


def child(database: Path, name: str) -> dict[str, Any]:
    """The same in a process of its own."""
    tell(f"{name} ...")
    command = [
        sys.executable,
        "-m",
        "benchmarks.plan",
        "--measure",
        name,
        "--database",
        str(database),
    ]
    done = subprocess.run(command, capture_output=True, check=True)
    found: dict[str, Any] = orjson.loads(done.stdout)
    return found


def columns(database: Path) -> tuple[array[int], ...]:
    """Record, moment, kind and asset of every activity as flat arrays of 64-bit integers (words by their numbers)."""
    found = tuple(array("q") for _ in SCANNED)
    with closing(sqlite3.connect(database)) as raw:
        for row in raw.execute(f"SELECT {', '.join(SCANNED)} FROM activity"):
            for column, value in zip(found, row, strict=True):
                column.append(value)
    return found


def scanned(database: Path) -> float:
    """CPU seconds of summing those columns, each whole; the database and the laying out are not timed. The best of three."""
    laid = columns(database)
    spent = []
    for _ in range(3):
        begun = time.process_time()
        for column in laid:
            sum(column)
        spent.append(time.process_time() - begun)
    return min(spent)


def run(people: int, each: int) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any], float]:
    """Idle, both plans, and the scan, over one population."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "people.db"
        url = f"sqlite:///{database}"
        tell(f"{people:,} contacts of {each} activities are made and decided")
        with closing(Store.open(url, lasting=False)) as store:
            store.migrate()
            populate(url, store, project(), people, each, START)
        idle, by_name = child(database, "idle"), {name: child(database, name) for name in EDITS}
        return idle, by_name["thresholds"], by_name["signal"], scanned(database)


@click.command()
@click.option("--contacts", multiple=True, type=int, default=(10_000, 100_000), show_default=True)
@click.option("--each", default=20, show_default=True, help="Activities of everybody.")
@click.option("--measure", hidden=True)
@click.option("--database", type=click.Path(path_type=Path), hidden=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON line.")
def main(
    contacts: tuple[int, ...],
    each: int,
    measure: str | None,
    database: Path | None,
    as_json: bool,
) -> None:
    """See the module's text."""
    if measure is not None and database is not None:
        click.echo(orjson.dumps(measured(database, measure)).decode())
        return
    figures = Figures(
        "plan",
        "A plan over everybody",
        ("", "contacts", "contacts/s", "activities/s", "peak above idle"),
    )
    for people in contacts:
        idle, points, fresh, scan = run(people, each)
        acts = people * each
        for name, found in (("points, caps, thresholds", points), ("a new signal", fresh)):
            rate, above = people / found["cpu_s"], found["peak_mib"] - idle["peak_mib"]
            reads = f"{acts / found['cpu_s']:,.0f}" if name == "a new signal" else "none read"
            figures.rows.append((name, f"{people:,}", f"{rate:,.0f}", reads, f"{above:,.0f} MiB"))
            figures.data[f"{name}, {people}"] = {
                **found,
                "contacts_per_s": rate,
                "above_idle_mib": above,
            }
        rate = f"{acts / max(scan, 1e-9):,.0f}"
        figures.rows.append((LIMIT, f"{people:,}", "", rate, ""))
        figures.data[f"{LIMIT}, {people}"] = {"cpu_s": scan, "activities": acts}
    figures.show(as_json)


if __name__ == "__main__":
    main()
