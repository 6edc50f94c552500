"""undo: the rules from before a plan into force again, everybody back where they stood, shown beforehand."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from typing import Any

import click

from connector.cli.opening import open_store
from connector.cli.options import Common, common
from connector.cli.output import console, progress
from connector.cli.rollout.apply import carried, known, told
from connector.cli.rollout.moment import clock_at
from connector.cli.rollout.plan import batches
from connector.cli.rollout.planned import SHORT, as_json, keys_of, names_of, people, show_plan
from connector.cli.running.assembly import Clock, open_project
from connector.config import Project
from connector.store import Store
from connector.store.rollout.kept import Plan
from connector.store.rollout.remains import Remains
from connector.sync.rollout.apply import start
from connector.sync.rollout.undo import last_applied, plan_undo, started, under_way


@click.command()
@click.argument("plan_hash", metavar="[HASH]", default="")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@common
def undo(plan_hash: str, yes: bool, common: Common) -> None:
    """Take back what was applied last: its rules, and what it wrote as far as nobody has touched it since."""
    project, _ = open_project(common)
    with closing(open_store(common)) as store:
        clock = clock_at(store, project)
        done = known(store, plan_hash, "undo") if plan_hash else last_applied(store)
        begun = under_way(store, done)
        if begun is not None:
            _go_on(store, project, begun, clock, common)
            return
        rules = started(store, done)
        undoing = _planned(store, project, done, clock.now())
        left = store.plans.remains(done)
        if not (yes or common.json):
            _show(store, undoing, left)
            click.confirm(f"Take plan {done.hash[:SHORT]} back?", default=False, abort=True)
        elif not yes:
            common.show({**as_json(undoing), "remains": _remains(left)}, lambda: None)
            return
        start(store, undoing, rules, undoing.affected, clock.now())
        applied = carried(store, project, undoing, clock)
        count, anew = store.plans.done(undoing)
        again = keys_of(store, anew, undoing)
    data = {**told(undoing, applied, count, again), "undone": done.hash, "remains": _remains(left)}
    common.show(data, lambda: _tell(done, count, left))


def _go_on(store: Store, project: Project, undoing: Plan, clock: Clock, common: Common) -> None:
    """An undo that was interrupted ends; one that has ended says so."""
    assert undoing.undoes is not None  # noqa: S101  (the caller found it so)
    done = store.plans.numbered(undoing.undoes)
    assert done is not None  # noqa: S101  (plans are never deleted)
    waited = store.plans.left()
    applied = carried(store, project, undoing, clock)
    count, anew = store.plans.done(undoing)
    left, again = store.plans.remains(done), keys_of(store, anew, undoing)
    data = {**told(undoing, applied, count, again), "undone": done.hash, "remains": _remains(left)}
    common.show(data, lambda: _tell(done, count, left, already=not waited))


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


def _show(store: Store, undoing: Plan, left: Remains) -> None:
    names = names_of(store, [one["contact"] for one in undoing.figures["samples"]], undoing)
    show_plan(console(), undoing, names)
    _say_remains(left)


def _remains(left: Remains) -> dict[str, Any]:
    return {
        "made": [str(ref) for ref in left.made_first],
        "made_count": left.made,
        "assigned": [{"contact": who, "owner": owner} for who, owner in left.assigned_first],
        "assigned_count": left.assigned,
        "moved_on": list(left.moved_on_first),
        "moved_on_count": left.moved_on,
        "edited": [{"record": str(ref), "property": name} for ref, name in left.edited_first],
        "edited_count": left.edited,
    }


def _say_remains(left: Remains) -> None:
    if left.made:
        some = ", ".join(map(str, left.made_first[:10]))
        click.echo(f"\nStays there, for nothing is deleted: {left.made:,} new records: {some}")
    if left.assigned:
        click.echo(f"\n{left.assigned:,} leads were given to somebody, who knows of them:")
        for contact, owner in left.assigned_first[:10]:
            click.echo(f"  contact/{contact} to {owner}")
    if left.moved_on:
        some = ", ".join(f"contact/{one}" for one in left.moved_on_first[:10])
        click.echo(
            f"\n{people(left.moved_on)} are with sales or have moved on since, and keep their standing: {some}"
        )
    if left.edited:
        some = ", ".join(f"{ref} {name}" for ref, name in left.edited_first[:10])
        count = "One value has" if left.edited == 1 else f"{left.edited:,} values have"
        click.echo(
            f"\n{count} been edited since: {some}\n  Nothing is put back there; the rules from before may write it."
        )


def _tell(done: Plan, count: int, left: Remains, *, already: bool = False) -> None:
    if already:
        click.echo(f"Plan {done.hash[:SHORT]} has been taken back already, for {people(count)}.")
        return
    click.echo(f"Plan {done.hash[:SHORT]} is taken back, for {people(count)}.")
    _say_remains(left)
