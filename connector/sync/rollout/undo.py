"""A plan taken back: the rules from before it come into force again, and everybody stands where they stood."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from connector.errors import Bug, ConfigError
from connector.model.problem import Problem
from connector.store import Store
from connector.store.rollout.kept import Plan
from connector.sync.rollout.activation import active, told
from connector.sync.rollout.apply import Started
from connector.sync.rollout.plan import Request, one_each, plan
from connector.sync.rollout.tally import Calls


def last_applied(store: Store) -> Plan:
    """The plan whose rules are in force. Raises ConfigError if no plan put them there."""
    found = store.plans.force()
    done = None if found is None or found.plan is None else store.plans.numbered(found.plan)
    if done is None:
        said = "no plan has been applied: there is nothing to take back"
        raise ConfigError(
            [Problem("undo", said, "rules come into force by leadcycle plan, then apply HASH")]
        )
    return done


def under_way(store: Store, named: Plan) -> Plan | None:
    """The undo in force that `named` means: the one that takes it back, or itself as long as somebody waits for it."""
    found = store.plans.force()
    last = None if found is None or found.plan is None else store.plans.numbered(found.plan)
    if last is None or last.undoes is None:
        return None
    goes_on = last.id == named.id and store.plans.left() > 0
    return last if last.undoes == named.id or goes_on else None


def started(store: Store, done: Plan) -> Started:
    """From the rules in force back to those from before `done`. Raises ConfigError unless it was applied last."""
    in_force = store.plans.force()
    if in_force is None or in_force.plan != done.id:
        said = f"plan {done.hash[:12]} is not what was applied last"
        raise ConfigError([Problem("undo", said, "undo what came after it first, one by one")])
    before = store.plans.force_at(done.activation)
    if before is None:
        raise Bug(f"the rules from before plan {done.hash[:12]} are not in the store")
    return Started(active(store), told(before), before.texts)


def plan_undo(
    store: Store,
    done: Plan,
    now: datetime,
    *,
    rounds: int = 3,
    calls: Calls = one_each,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> Plan:
    """What taking `done` back would do, as a plan of its own."""
    rules = started(store, done)
    request = Request(
        rules.before, rules.after, now, rounds=rounds, undone=done, calls=calls, tell=tell
    )
    return plan(store, request)
