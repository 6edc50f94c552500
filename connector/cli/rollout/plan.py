"""plan: what the edited files would do to everybody, before anything is done."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from math import ceil

import click

from connector.cli.opening import open_store
from connector.cli.options import CHANGES, Common, common, end
from connector.cli.output import console, duration, progress
from connector.cli.rollout.everybody import Everybody
from connector.cli.rollout.hints import next_line
from connector.cli.rollout.moment import clock_at
from connector.cli.rollout.planned import (
    as_json,
    names_of,
    show_plan,
)
from connector.cli.running.assembly import open_project
from connector.config import Loaded, Project, failing_cases
from connector.errors import ConfigError
from connector.platforms.plugin import load as load_platform
from connector.store import Store
from connector.store.rollout.kept import Plan
from connector.sync.rollout import Active, active, waiting
from connector.sync.rollout.apply import allowance
from connector.sync.rollout.effect import Effect
from connector.sync.rollout.plan import Request, plan
from connector.sync.rollout.tally import Calls, Sample

NOTHING = "The files say what is in force: there is nothing to plan."


@click.command("plan")
@click.option("--people", is_flag=True, help="Everybody who moves, one a line, as they are found.")
@click.option(
    "--detailed-exit-code",
    "detailed",
    is_flag=True,
    envvar="LEADCYCLE_PLAN_DETAILED_EXIT_CODE",
    help="Exit code 3 if anybody would move.",
)
@common
def plan_verb(people: bool, detailed: bool, common: Common) -> None:
    """What the edited rules and mappings would do to everybody; changes nothing."""
    project, loaded = open_project(common)
    with closing(open_store(common)) as store:
        before, after = active(store), edited(loaded)
        if not waiting(store, loaded):
            common.show({"plan": None, "affected": 0}, lambda: click.echo(NOTHING))
            return
        warn_of_cases(loaded)
        now = clock_at(store, project).now()
        printer = Everybody(common.json) if people else None
        made = made_by(store, project, before, after, now, printer or _nobody)
        names = names_of(store, [one["contact"] for one in made.figures["samples"]], made)
    limit = allowance(made.people, project.limits.contacts, project.limits.share)
    if common.json and printer is not None:
        printer.end(as_json(made, names))
    else:
        holds = project.limits.plan_holds
        common.show(as_json(made, names), lambda: _tell(made, names, limit, holds))
    if detailed and made.affected:
        end(CHANGES)


def warn_of_cases(loaded: Loaded) -> None:
    """Say so if examples that must hold do not."""
    failing = len(failing_cases(loaded))
    if failing:
        said = "one case fails" if failing == 1 else f"{failing} cases fail"
        click.echo(f"rules/cases: {said} by these files: leadcycle test", err=True)


def edited(loaded: Loaded) -> Active:
    """What the files say; raises ConfigError if that is no rulebook."""
    if loaded.book is None or loaded.mappings is None:
        raise ConfigError(loaded.errors)
    return Active(loaded.book, loaded.mappings)


def made_by(
    store: Store,
    project: Project,
    before: Active,
    after: Active,
    now: datetime,
    each: Callable[[Effect, Sample], None],
) -> Plan:
    """The plan, with progress on stderr."""
    with progress("plan", 1.0) as tell:
        return plan(
            store,
            Request(
                before,
                after,
                now,
                rounds=project.limits.rounds,
                calls=batches(project),
                tell=lambda done, all_: tell(done / max(1, all_), f"{done:,} of {all_:,} people"),
                each=each,
            ),
        )


def batches(project: Project) -> Calls:
    """How many calls each of the project's systems needs for so many records of one kind."""
    rows = {one.name: load_platform(one.type).rows for one in project.connections}

    def calls(platform: str, kind: str, create: bool, records: int) -> int:  # noqa: ARG001  (the port's)
        return ceil(records / rows.get(platform, 1))

    return calls


def _nobody(effect: Effect, sample: Sample) -> None:  # noqa: ARG001  (the port's)
    return


def _tell(made: Plan, names: dict[int, str], limit: int, holds: timedelta) -> None:
    show_plan(console(), made, names)
    more = ["--allow", str(made.affected)] if made.affected > limit else []
    click.echo(f"\nApply it within {duration(holds)}: {next_line('apply', made.hash, *more)}")
    if more:
        click.echo(f"That is more than the limit of {limit:,} (leadcycle.yaml, limits: blast).")
