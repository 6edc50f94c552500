"""run: one cycle."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import click

from connector.cli.opening import open_store
from connector.cli.options import ATTENTION, UNREACHABLE, Common, common, end
from connector.cli.output import console, duration, figures
from connector.cli.running.assembly import (
    Clock,
    Parts,
    WallClock,
    assemble,
    open_project,
)
from connector.cli.running.first import allow, as_json, asked, previews
from connector.cli.running.rehearsal import SandboxClock
from connector.config import Project, Settings
from connector.daemon import until_quiet
from connector.daemon.worker import troubles
from connector.errors import Fenced
from connector.store import Preview
from connector.sync.guard import alarms
from connector.sync.rollout import waiting as differs

WINDOW = timedelta(seconds=10)  # of HubSpot's burst limit (api-contracts A.3)


@click.command()
@click.option(
    "--first",
    is_flag=True,
    help="Show what would be written to a system that has people in it already, and ask.",
)
@click.option("--yes", is_flag=True, help="With --first: allow it without asking.")
@click.option("--people", is_flag=True, help="With --first: show everybody instead of some.")
@click.option(
    "--from-start",
    "from_start",
    multiple=True,
    metavar="PLATFORM/STREAM",
    envvar="LEADCYCLE_RUN_FROM_START",
    help="Read this stream from its beginning (reconcile says when); may be repeated.",
)
@click.option(
    "--decide-all",
    "decide_all",
    is_flag=True,
    envvar="LEADCYCLE_RUN_DECIDE_ALL",
    help="Decide about everybody again.",
)
@common
def run(
    first: bool,
    yes: bool,
    people: bool,
    from_start: Sequence[str],
    decide_all: bool,
    common: Common,
) -> None:
    """One cycle: read everything that is new, decide, write, and settle."""
    if (yes or people) and not first:
        raise click.UsageError("--yes and --people belong to --first")
    project, loaded = open_project(common)
    begun = time.monotonic()
    seen: Sequence[Preview] = ()
    with closing(open_store(common)) as store:
        clock = clock_of(project)
        parts = assemble(project, store, clock, ask_first=True)
        if differs(store, loaded):
            click.echo(NOT_IN_FORCE, err=True)
        before = store.counts()
        again = _Again(from_start, decide_all)
        alone = _live(parts, clock, again, watched=first)
        if first and _held(parts):
            seen = previews(store, _held(parts), clock.now(), people=people)
            if yes or (not common.json and asked(seen)):
                allow(store, seen, clock.now())
                alone = alone and _live(parts, clock)
        held = _held(parts)
        stopped = {**_postponed(parts), **troubles(parts.workers)}
        latched = alarms(store)
        after, waiting = store.counts(), store.status(clock.now())["outbox"]
    grown = {name: after[name] - before[name] for name in after}
    grown["contacts"] += grown["joined"]  # a merge makes nobody less new
    attention = "held" if held else "attention" if after["shelf"] or latched else "done"
    data: dict[str, Any] = {
        "status": "stopped" if stopped else attention,
        "new": grown,
        "waiting": waiting,
        "shelf": after["shelf"],
        "stopped": stopped,
        "held": held,
        "latched": latched,
        **({"first": {one.platform: as_json(one) for one in seen}} if first else {}),
        "elapsed_s": round(time.monotonic() - begun, 1),
    }
    took = timedelta(seconds=time.monotonic() - begun)
    told = {**held, **stopped, **latched}
    common.show(data, lambda: _tell(grown, waiting, after["shelf"], told, took))
    if stopped:
        end(UNREACHABLE)
    if held or latched or after["shelf"]:
        end(ATTENTION)


NOT_IN_FORCE = (
    "rules: the files say something else than what is in force, and that goes on to decide;"
    " leadcycle plan shows what they would change"
)


class _Again(NamedTuple):
    """What is done once more, although nothing says that it must be."""

    streams: Sequence[str] = ()
    everybody: bool = False

    def begin(self, parts: Parts, now: datetime) -> None:
        """Under the lease: a daemon that stands further on would take no notice."""
        parts.read_again(self.streams, now)
        if self.everybody:
            parts.store.mark_all_due(now)


_NOTHING = _Again()


def _live(parts: Parts, clock: Clock, again: _Again = _NOTHING, *, watched: bool = False) -> bool:
    """A cycle under the lease. False: a daemon holds it and does the work; only who wants to see first contact may look on."""
    try:
        parts.lease.take(clock.now, lambda span: wait_until(clock, clock.now() + span))
    except Fenced:
        if not watched:
            raise
        return False
    try:
        again.begin(parts, clock.now())
        _cycle(parts, clock)
    finally:
        parts.lease.release(clock.now())
    return True


def _held(parts: Parts) -> dict[str, str]:
    """Systems to which nothing may be sent yet, and why."""
    return {worker.name: worker.held for worker in parts.platforms if worker.held}


def _cycle(parts: Parts, clock: Clock) -> None:
    """Work until nothing is due. A burst limit is waited out while there is progress; an outage is left to the next run."""
    least = sum(len(worker.streams) for worker in parts.platforms)
    counts = parts.store.counts()
    while True:
        now = clock.now()
        until_quiet(parts.workers, now)
        moments = [worker.next_at(now) for worker in parts.platforms if worker.postponed]
        moments += [parts.store.outbox.next_send(w.name) for w in parts.platforms if not w.held]
        soonest = min((moment for moment in moments if moment is not None), default=None)
        left = sum(len(worker.postponed) for worker in parts.platforms)
        before, counts = counts, parts.store.counts()
        if soonest is None or soonest - now > WINDOW or (left >= least and counts == before):
            return
        least = min(least, left)
        wait_until(clock, now + WINDOW)


def wait_until(clock: Clock, until: datetime) -> None:
    """A rehearsal's clock is moved on, real time is slept through."""
    if isinstance(clock, SandboxClock):
        clock.advance(until)
    else:
        time.sleep(max(0.0, (until - clock.now()).total_seconds()))


def _postponed(parts: Parts) -> dict[str, str]:
    """Why something had to be left for later, by platform: the first cause speaks for all."""
    return {
        worker.name: next(iter(worker.postponed.values()))
        for worker in parts.platforms
        if worker.postponed
    }


def clock_of(project: Project, *, follows: bool = False) -> Clock:
    """Real time; in a rehearsal the sandbox's, which others may move while we follow."""
    url = Settings().sandbox
    return SandboxClock(url, follows=follows) if project.rehearsal else WallClock()


def _tell(
    grown: Mapping[str, int], waiting: int, shelf: int, stopped: Mapping[str, str], took: timedelta
) -> None:
    out = console()
    figures(
        out,
        [
            (
                "read",
                f"{grown['contacts']:,} new contacts, {grown['activities']:,} activities, {grown['outcomes']:,} outcomes"
                + (f"; {grown['joined']:,} contacts merged" if grown["joined"] > 0 else ""),
            ),
            ("decided", f"{grown['decisions']:,} decisions, {grown['handed_over']:,} handed over"),
            (
                "written",
                f"{grown['written']:,} changes" + (f", {waiting:,} wait" if waiting else ""),
            ),
            (
                "waiting for a person",
                f"{shelf:,} on the shelf" + ("   (leadcycle shelf list)" if shelf else ""),
            ),
            ("took", duration(took)),
        ],
    )
    for platform, cause in stopped.items():
        click.echo(f"{platform}: {cause.removeprefix(platform + ': ')}", err=True)
