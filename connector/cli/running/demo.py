"""Ninety days of the example company, against the sandbox, in the daemon's own loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import click

from connector.cli.example import example_root
from connector.cli.options import Common, common
from connector.cli.output import console, duration, figures, progress
from connector.cli.reports.funnel import show_funnel
from connector.cli.running.assembly import assemble
from connector.cli.running.rehearsal import START, SandboxClock, sandbox_process
from connector.config import Project, Settings, load
from connector.daemon import until_quiet, virtual_run
from connector.errors import ConfigError
from connector.report.funnel import Funnel, funnel
from connector.report.highlights import Highlight, highlights
from connector.store import Store
from connector.sync.rollout import activate_first

VENDORS = ("hubspot", "salesforce")
SETTLING = timedelta(
    hours=2
)  # after the last day: what people did last is read, then nothing may be left to do


@dataclass(frozen=True, slots=True)
class Result:
    """What the demo did, counted by the store (ours) and by the sandbox (theirs)."""

    counts: Mapping[str, int]
    funnel: Funnel
    theirs: Mapping[str, Any]
    writes_second_pass: int
    examples: tuple[Highlight, ...]
    elapsed: float
    database: Path


@click.command()
@click.option(
    "--days", default=90, show_default=True, type=click.IntRange(1, 730), help="Virtual days."
)
@click.option("--seed", default=7, show_default=True, help="Same seed, same numbers.")
@click.option(
    "--every",
    default=60,
    show_default=True,
    type=click.IntRange(1, 1440),
    help="Minutes between two polls.",
)
@common
def demo(days: int, seed: int, every: int, common: Common) -> None:
    """Run the example company for some virtual days and show what came of it."""
    begun = time.monotonic()
    database = _database(common, seed)
    with sandbox_process("--people", "--seed", str(seed), "--start", START) as url:
        result = _live(url, database, seed, timedelta(days=days), timedelta(minutes=every), begun)
    common.show(_as_json(result), lambda: _tell(result, days))


def _keys(seed: int) -> Callable[[], str]:
    """What the keys of contacts begin with, from the seed: who is held out of a stream is drawn by them."""
    drawn = Random(f"{seed}:keys")  # noqa: S311 a rehearsal's keys are to be the same again
    return lambda: f"{drawn.getrandbits(80):020x}"


def _live(
    url: str, database: Path, seed: int, span: timedelta, every: timedelta, begun: float
) -> Result:
    loaded = load(example_root(), settings=Settings(sandbox=url, database=f"sqlite:///{database}"))
    with (
        closing(SandboxClock(url)) as clock,
        closing(Store.open(f"sqlite:///{database}", _keys(seed), lasting=False)) as store,
    ):
        store.migrate()
        start = clock.now()
        activate_first(store, loaded, start)
        if loaded.project is None:
            raise ConfigError(loaded.errors)
        parts = assemble(loaded.project, store, clock, pull=every)
        with progress(f"{span.days} virtual days", span.total_seconds()) as tell:
            virtual_run(
                parts.workers,
                clock,
                start + span,
                lambda now: tell((now - start).total_seconds(), f"{now:%d %b}"),
            )
        clock.quiet()
        virtual_run(parts.workers, clock, clock.now() + SETTLING)
        calls = clock.report()
        parts.lease.release(clock.now())
        second = _second_pass(loaded.project, store, clock)
        now = clock.now()
        return Result(
            counts=store.counts(),
            funnel=funnel(store, parts.active.book, start, now),
            theirs=calls,
            writes_second_pass=second,
            examples=highlights(store, start, now),
            elapsed=time.monotonic() - begun,
            database=database,
        )


def _second_pass(project: Project, store: Store, clock: SandboxClock) -> int:
    """A new daemon reads everything from the beginning and decides every contact again, all at one moment: whatever the passing
    of time makes due is no concern of this. The sandbox counts what was written.
    """
    before = _written(clock.report())
    parts = assemble(project, store, clock, burst=False)
    parts.start_over(clock.now())
    until_quiet(parts.workers, clock.now())
    parts.lease.release(clock.now())
    return _written(clock.report()) - before


def _written(report: Mapping[str, Any]) -> int:
    return sum(int(report[name]["rows_written"]) for name in VENDORS)


def _vendors(result: Result) -> list[tuple[str, Mapping[str, Any]]]:
    return [(name, result.theirs[name]) for name in VENDORS]


def _database(common: Common, seed: int) -> Path:
    if common.database:
        if "://" in common.database.removeprefix("sqlite://"):
            raise click.UsageError("the demo keeps its store in a file: give --database a path")
        path = Path(common.database.removeprefix("sqlite:///"))
        if path.exists():
            raise click.UsageError(f"{path} exists already; the demo begins with an empty store")
    else:
        path = Path("var") / f"demo-{seed}.db"
        for old in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
            old.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.resolve()


def _as_json(result: Result) -> dict[str, Any]:
    return {
        **result.counts,
        **result.funnel.outcomes(),
        "rejected_by_reason": dict(result.funnel.rejected_by_reason),
        "duplicate_leads": result.theirs["duplicate_leads"],
        "writes_second_pass": result.writes_second_pass,
        "api_calls": {name: vendor["total_calls"] for name, vendor in _vendors(result)},
        "funnel": result.funnel.as_rows(),
        "elapsed_s": round(result.elapsed, 1),
        "database": str(result.database),
        "examples": [example.email for example in result.examples],
    }


def _tell(result: Result, days: int) -> None:
    out = console()
    out.print(
        f"[bold]{days} {'day' if days == 1 else 'days'} at Nordring[/bold], maker of seals: what the lead cycle did"
    )
    show_funnel(out, result.funnel)
    figures(
        out,
        [
            (
                "contacts, activities",
                f"{result.counts['contacts']:,}, {result.counts['activities']:,}",
            ),
            ("decisions recorded", f"{result.counts['decisions']:,}"),
            ("waiting on the shelf for a person", f"{result.counts['shelf']:,}"),
            (
                "API calls",
                ", ".join(f"{name} {vendor['total_calls']:,}" for name, vendor in _vendors(result)),
            ),
            (
                "duplicate leads, writes of a second pass",
                f"{result.theirs['duplicate_leads']}, {result.writes_second_pass}  (counted by the sandbox)",
            ),
            ("took", duration(timedelta(seconds=result.elapsed))),
        ],
    )
    out.print("Three leads worth a look:")
    for example in result.examples:
        out.print(
            f"  leadcycle explain {example.email} --database {result.database}",
            soft_wrap=True,
            highlight=False,
        )
        out.print(f"    {example.why}", style="dim")
    out.print(
        f"All of it lies in {result.database}: try `status`, `shelf list` and `report funnel` with --database.",
        soft_wrap=True,
        highlight=False,
    )
