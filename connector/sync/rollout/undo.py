"""A plan taken back: the rules from before it come into force again, and everybody stands where they stood."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from connector.errors import Bug, ConfigError
from connector.model.problem import Problem
from connector.store import Store
from connector.store.rollout.kept import Plan
from connector.store.rulebooks import Force
from connector.sync.rollout.activation import active, told
from connector.sync.rollout.apply import Started
from connector.sync.rollout.plan import Request, one_each, plan
from connector.sync.rollout.tally import Calls

SHORT = 12  # digits of a hash that people type
_FURTHER = "to go further back: change the files, then leadcycle plan"


def last_applied(store: Store) -> Plan:
    """The plan whose rules are in force. Raises ConfigError if no plan put them there, or if it was an undo itself.

    What was taken back comes into force again by name only: nobody who says undo twice wants that.
    """
    found = store.plans.force()
    done = None if found is None or found.plan is None else store.plans.numbered(found.plan)
    if done is None:
        said = "no plan has been applied: there is nothing to take back"
        raise ConfigError(
            [Problem("undo", said, "rules come into force by leadcycle plan, then apply HASH")]
        )
    back = taken_back_by(store, done)
    if back is not None and not store.plans.left():
        said = f"what was applied last took plan {back.hash[:SHORT]} back already"
        hint = f"to have that plan in force again: leadcycle undo {done.hash[:SHORT]}; {_FURTHER}"
        raise ConfigError([Problem("undo", said, hint)])
    return done


def taken_back_by(store: Store, plan: Plan) -> Plan | None:
    """The plan whose rules went out of force by this one; None if it is no undo, or the undo of one."""
    back = None if plan.undoes is None else store.plans.numbered(plan.undoes)
    return None if back is None or taken_back_by(store, back) is not None else back


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
        said = f"plan {done.hash[:SHORT]} is not what was applied last"
        raise ConfigError([Problem("undo", said, _first(store, in_force))])
    before = store.plans.force_at(done.activation)
    if before is None:
        raise Bug(f"the rules from before plan {done.hash[:SHORT]} are not in the store")
    return Started(active(store), told(before), before.texts)


def _first(store: Store, in_force: Force | None) -> str:
    """What to do instead."""
    number = None if in_force is None else in_force.plan
    last = None if number is None else store.plans.numbered(number)
    if last is None or taken_back_by(store, last) is not None:
        return _FURTHER
    return f"that was plan {last.hash[:SHORT]}; leadcycle undo takes it back"


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
