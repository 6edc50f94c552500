"""apply (the first activation) and run (one cycle)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from typing import Any

import click

from connector.cli.assembly import Clock, WallClock, assemble, open_project, open_store
from connector.cli.options import ATTENTION, UNREACHABLE, Common, common, end
from connector.cli.output import console, duration, figures
from connector.cli.rehearsal import SandboxClock
from connector.config import Project, Settings
from connector.daemon import until_quiet
from connector.daemon.worker import troubles
from connector.errors import ConfigError
from connector.sync.rollout import activate_first


@click.command()
@common
def apply(common: Common) -> None:
    """Put the project's rules and mappings into force for the first time."""
    project, loaded = open_project(common)
    if loaded.book is None or loaded.mappings is None:
        raise ConfigError(loaded.errors)
    with closing(open_store(common)) as store:
        in_force = activate_first(store, loaded, clock_of(project).now())
    data = {
        "rulebook": in_force.book.digest,
        "mappings": in_force.mappings.digest,
        "database": project.database,
    }
    common.show(
        data,
        lambda: click.echo(
            f"Rulebook {in_force.book.digest[:12]} is in force. Next: leadcycle run, or leadcycle serve"
        ),
    )


@click.command()
@common
def run(common: Common) -> None:
    """One cycle: read everything that is new, decide, write, and settle."""
    project, _ = open_project(common)
    begun = time.monotonic()
    with closing(open_store(common)) as store:
        clock = clock_of(project)
        parts = assemble(project, store, clock)
        before = store.counts()
        now = clock.now()
        try:
            until_quiet(parts.workers, now)
        finally:
            parts.lease.release(now)
        stopped = dict(troubles(parts.workers))
        after = store.counts()
    grown = {name: after[name] - before[name] for name in after}
    data: dict[str, Any] = {
        "status": "stopped" if stopped else "attention" if after["shelf"] else "done",
        "new": grown,
        "shelf": after["shelf"],
        "stopped": stopped,
        "elapsed_s": round(time.monotonic() - begun, 1),
    }
    common.show(
        data, lambda: _tell(grown, after, stopped, timedelta(seconds=time.monotonic() - begun))
    )
    if stopped:
        end(UNREACHABLE)
    if after["shelf"]:
        end(ATTENTION)


def clock_of(project: Project) -> Clock:
    """Real time; in a rehearsal the sandbox's."""
    url = Settings().sandbox
    return SandboxClock(url) if project.rehearsal else WallClock()


def _tell(
    grown: Mapping[str, int], after: Mapping[str, int], stopped: Mapping[str, str], took: timedelta
) -> None:
    out = console()
    figures(
        out,
        [
            (
                "read",
                f"{grown['contacts']:,} new contacts, {grown['activities']:,} activities, {grown['outcomes']:,} outcomes",
            ),
            ("decided", f"{grown['decisions']:,} decisions, {grown['handed_over']:,} handed over"),
            ("written", f"{grown['written']:,} changes"),
            (
                "waiting for a person",
                f"{after['shelf']:,} on the shelf"
                + ("   (leadcycle shelf list)" if after["shelf"] else ""),
            ),
            ("took", duration(took)),
        ],
    )
    for platform, cause in stopped.items():
        click.echo(f"{platform} stopped: {cause}", err=True)
