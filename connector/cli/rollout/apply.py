"""apply and undo: rules into force exactly as a plan has shown it, and out again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

import click

from connector.cli.opening import open_store, store_url
from connector.cli.options import Common, common
from connector.cli.output import duration, progress
from connector.cli.rollout.hints import SHORT, next_line
from connector.cli.rollout.moment import clock_at
from connector.cli.rollout.plan import edited, warn_of_cases
from connector.cli.rollout.planned import keys_of, listed, names_of
from connector.cli.running.assembly import Clock, open_project
from connector.cli.running.cycle import clock_of
from connector.config import Loaded, Project
from connector.daemon import PLAN, Lease, this_process
from connector.errors import ConfigError
from connector.model.problem import Problem
from connector.store import Store
from connector.store.rollout.kept import Plan
from connector.sync.counted import people
from connector.sync.rollout import activate_first, active
from connector.sync.rollout.apply import (
    Applied,
    Reckoned,
    Started,
    allowance,
    carry_out,
    check_allowed,
    reckon,
    start,
)
from connector.sync.rollout.plan import Request
from connector.sync.rollout.undo import started as undoing


@click.command()
@click.argument("plan_hash", metavar="[HASH]", default="")
@click.option(
    "--allow", type=click.IntRange(min=0), help="Let so many people move, above the limit."
)
@click.option("--yes", is_flag=True, help="Do not ask about people who have been touched since.")
@common
def apply(plan_hash: str, allow: int | None, yes: bool, common: Common) -> None:
    """Put rules and mappings into force: HASH is what `leadcycle plan` has shown; without it for the first time only."""
    project, loaded = open_project(common)
    if not plan_hash:
        _first(common, loaded, clock_of(project))
        return
    with closing(open_store(common)) as store:
        clock = clock_at(store, project)
        plan = known(store, plan_hash)
        in_force = store.plans.force()
        again = in_force is not None and in_force.plan == plan.id
        touched: Sequence[int] = ()
        if not again:
            touched = _begin(
                store, project, plan, loaded, clock, allow, ask=not (yes or common.json)
            )
        done = carried(store, project, plan, clock)
        people_done, anew = store.plans.done(plan)
        others = sorted({*touched, *anew})
        keys, names = keys_of(store, others, plan), names_of(store, others, plan)
    data = told(plan, done, people_done, keys)
    already = again and not done.exact
    common.show(data, lambda: _tell(plan, people_done, [*names.values()], already=already))


def known(store: Store, beginning: str, verb: str = "apply") -> Plan:
    """The plan that somebody means; raises ConfigError for none and for several."""
    found = store.plans.find(beginning)
    if found is None:
        said = f"no plan, or more than one, is known as {beginning!r}"
        raise ConfigError([Problem(verb, said, "give the hash that leadcycle plan printed")])
    return found


def carried(store: Store, project: Project, plan: Plan, clock: Clock) -> Applied:
    """Decide everybody who waits for it, with progress on stderr."""
    rules, lease = active(store), Lease(store, this_process(), name=PLAN)
    try:
        with progress("apply", 1.0) as tell:
            return carry_out(
                store,
                plan,
                rules,
                clock.now,
                rounds=project.limits.rounds,
                epoch=lease.epoch,
                tell=lambda done, all_: tell(done / max(1, all_), f"{done:,} of {all_:,} people"),
            )
    finally:
        lease.release(clock.now())


def told(plan: Plan, done: Applied, people_done: int, again: Sequence[str]) -> dict[str, Any]:
    """What was done, as JSON; `again`: keys of people who were not as planned any more."""
    return {
        "plan": plan.hash,
        "rulebook": plan.rulebook,
        "mappings": plan.mappings,
        "people": people_done,
        "again": list(again),
        "now": {"exact": done.exact, "again": done.again},
    }


def _first(common: Common, loaded: Loaded, clock: Clock) -> None:
    if loaded.book is None or loaded.mappings is None:
        raise ConfigError(loaded.errors)
    with closing(open_store(common, create=True)) as store:
        in_force = activate_first(store, loaded, clock.now())
    data = {
        "rulebook": in_force.book.digest,
        "mappings": in_force.mappings.digest,
        "database": str(store_url(common)),
    }
    said = (
        f"Rulebook {in_force.book.digest[:12]} is in force. Next: leadcycle run, or leadcycle serve"
    )
    common.show(data, lambda: click.echo(said))


def _begin(
    store: Store,
    project: Project,
    plan: Plan,
    loaded: Loaded,
    clock: Clock,
    allow: int | None,
    *,
    ask: bool,
) -> Sequence[int]:
    """The plan's rules come into force; whom they move though something has reached them since it was made."""
    now = clock.now()
    rules = _rules(store, plan, loaded)
    if plan.undoes is None:
        warn_of_cases(loaded)
    _fresh(store, project, plan, now)
    found = reckon(store, plan, Request(rules.before, rules.after, now, project.limits.rounds))
    limit = allowance(plan.people, project.limits.contacts, project.limits.share)
    check_allowed(found, limit, allow)
    if ask and found.moved and not _asked(store, plan, found):
        raise click.Abort
    start(store, plan, rules, limit if allow is None else allow, now)
    return found.moved


def _rules(store: Store, plan: Plan, loaded: Loaded) -> Started:
    """From what to what; raises ConfigError if the files no longer say what the plan was made of."""
    if plan.undoes is not None:
        done = store.plans.numbered(plan.undoes)
        if done is not None:
            return undoing(store, done)
    after = edited(loaded)
    if (after.book.digest, after.mappings.digest) != (plan.rulebook, plan.mappings):
        said = "the files say something else than when this plan was made"
        raise ConfigError([Problem("apply", said, "run leadcycle plan again, and apply that one")])
    return Started(active(store), after, loaded.text)


def _fresh(store: Store, project: Project, plan: Plan, now: datetime) -> None:
    """Raises ConfigError for a plan of another state of things."""
    in_force = store.plans.force()
    if in_force is None or in_force.activation != plan.activation:
        said = "other rules came into force since this plan was made"
        raise ConfigError([Problem("apply", said, "run leadcycle plan again, and apply that one")])
    if now - plan.now > project.limits.plan_holds:
        said = f"this plan is older than {duration(project.limits.plan_holds)}"
        hint = "run leadcycle plan again; how long a plan holds is in leadcycle.yaml, limits: plan_holds"
        raise ConfigError([Problem("apply", said, hint)])


def _asked(store: Store, plan: Plan, found: Reckoned) -> bool:
    click.echo(f"{people(len(found.moved))} have been touched since, and move as well:", err=True)
    for line in listed([*names_of(store, found.moved, plan).values()]):
        click.echo(f"  {line}", err=True)
    return click.confirm("Apply it?", default=False, err=True)


def _tell(plan: Plan, count: int, again: Sequence[str], *, already: bool) -> None:
    if already:
        click.echo(f"Plan {plan.hash[:SHORT]} has been applied already, for {people(count)}.")
        return
    click.echo(f"Plan {plan.hash[:SHORT]} is in force, for {people(count)}.")
    if again:
        verb = "was" if len(again) == 1 else "were"
        click.echo(f"{people(len(again))} {verb} no longer as planned, decided as they are now:")
        for line in listed(again):
            click.echo(f"  {line}")
    click.echo(f"Take it back: {next_line('undo', plan.hash)}")
