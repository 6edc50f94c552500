"""undo: the rules from before a plan into force again, everybody back where they stood, shown beforehand."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime

import click

from connector.cli.opening import open_store
from connector.cli.options import Common, common
from connector.cli.output import console, progress
from connector.cli.rollout.applied import show_applied
from connector.cli.rollout.apply import carried, known, told
from connector.cli.rollout.hints import SHORT, next_line
from connector.cli.rollout.left import as_left, told_left
from connector.cli.rollout.moment import clock_at
from connector.cli.rollout.plan import batches
from connector.cli.rollout.planned import as_json, keys_of, names_of, show_plan
from connector.cli.running.assembly import Clock, open_project
from connector.config import Project
from connector.errors import ConfigError
from connector.model.problem import Problem
from connector.store import Store
from connector.store.rollout.kept import Plan
from connector.sync.counted import people
from connector.sync.rollout.apply import Reckoned, allowance, check_allowed, start
from connector.sync.rollout.undo import (
    last_applied,
    plan_undo,
    started,
    taken_back_by,
    under_way,
)


@click.command()
@click.argument("plan_hash", metavar="[HASH]", default="")
@click.option(
    "--allow", type=click.IntRange(min=0), help="Let so many people move, above the limit."
)
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.option(
    "--list",
    "listing",
    envvar="LEADCYCLE_UNDO_LIST",
    is_flag=True,
    help="What was applied and taken back so far.",
)
@common
def undo(plan_hash: str, allow: int | None, yes: bool, listing: bool, common: Common) -> None:
    """Take back what was applied last: its rules, and what it wrote as far as nobody has touched it since."""
    project, _ = open_project(common)
    with closing(open_store(common)) as store:
        if listing:
            show_applied(store, common)
            return
        clock = clock_at(store, project)
        done = known(store, plan_hash, "undo") if plan_hash else last_applied(store)
        begun = under_way(store, done)
        if begun is not None:
            _go_on(store, project, begun, clock, common)
            return
        rules = started(store, done)
        undoing = _planned(store, project, done, clock.now())
        left, back = store.plans.remains(done), taken_back_by(store, done)
        stays = told_left(store, left, undoing)
        limit = allowance(undoing.people, project.limits.contacts, project.limits.share)
        if common.json and not yes:
            shown = as_json(undoing, _names(store, undoing))
            common.show({**shown, "remains": as_left(left)}, lambda: None)
            return
        if not yes:
            _show(store, undoing, stays)
        check_allowed(Reckoned(undoing.affected, (), ()), limit, allow, "undo")
        if not yes:
            _ask(_question(done, back))
        start(store, undoing, rules, limit if allow is None else allow, clock.now())
        applied = carried(store, project, undoing, clock)
        count, anew = store.plans.done(undoing)
        again = keys_of(store, anew, undoing)
    data = {**told(undoing, applied, count, again), "undone": done.hash, "remains": as_left(left)}
    common.show(data, lambda: _tell(done, undoing, count, stays, back))


def _go_on(store: Store, project: Project, undoing: Plan, clock: Clock, common: Common) -> None:
    """An undo that was interrupted ends; one that has ended says so."""
    assert undoing.undoes is not None  # noqa: S101  (the caller found it so)
    done = store.plans.numbered(undoing.undoes)
    assert done is not None  # noqa: S101  (plans are never deleted)
    waited = store.plans.left()
    applied = carried(store, project, undoing, clock)
    count, anew = store.plans.done(undoing)
    left, again = store.plans.remains(done), keys_of(store, anew, undoing)
    stays, back = told_left(store, left, undoing), taken_back_by(store, done)
    data = {**told(undoing, applied, count, again), "undone": done.hash, "remains": as_left(left)}
    common.show(data, lambda: _tell(done, undoing, count, stays, back, already=not waited))


def _planned(store: Store, project: Project, done: Plan, now: datetime) -> Plan:
    with progress("undo", 1.0) as tell:
        return plan_undo(
            store,
            done,
            now,
            rounds=project.limits.rounds,
            calls=batches(project),
            tell=lambda some, all_: tell(some / max(1, all_), f"{some:,} of {all_:,} people"),
        )


def _show(store: Store, undoing: Plan, stays: Sequence[str]) -> None:
    show_plan(console(), undoing, _names(store, undoing))
    click.echo("\n".join(stays))


def _names(store: Store, undoing: Plan) -> dict[int, str]:
    return names_of(store, [one["contact"] for one in undoing.figures["samples"]], undoing)


def _question(done: Plan, back: Plan | None) -> str:
    """`back`: the plan that `done` had taken back, and that comes into force again."""
    if back is None:
        return f"Take plan {done.hash[:SHORT]} back?"
    return f"Put plan {back.hash[:SHORT]} into force again, which {done.hash[:SHORT]} took back?"


def _ask(question: str) -> None:
    """Raises Abort for a no, ConfigError where nobody is there to answer."""
    try:
        said = click.confirm(question, default=False)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        click.echo()
        hint = "look at what it would do, then add --yes"
        raise ConfigError([Problem("undo", "nobody can answer here", hint)]) from None
    if not said:
        raise click.Abort


def _tell(
    done: Plan,
    undoing: Plan,
    count: int,
    stays: Sequence[str],
    back: Plan | None,
    *,
    already: bool = False,
) -> None:
    what = f"Plan {done.hash[:SHORT]}"
    if already:
        click.echo(f"{what} has been taken back already, for {people(count)}.")
        return
    if back is not None:
        click.echo(f"Plan {back.hash[:SHORT]} is in force again, for {people(count)}.")
    else:
        click.echo(f"{what} is taken back, for {people(count)}.")
    if stays:
        click.echo("\n".join(stays))
    if back is None:
        click.echo(f"To have it in force again: {next_line('undo', undoing.hash)}")
