"""What was applied and taken back so far, the latest first: `leadcycle undo --list`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from connector.cli.options import Common
from connector.cli.output import console, table
from connector.cli.rollout.hints import SHORT
from connector.store import Store
from connector.store.rollout.kept import Plan

NOTHING = "No plan has been applied yet."
Applied = Sequence[tuple[Plan, datetime]]


def show_applied(store: Store, common: Common) -> None:
    """Every plan that came into force: when, for how many people, and what it took back."""
    found = store.plans.applied()
    force = store.plans.force()
    rules = None if force is None else force.plan
    hashes = {plan.id: plan.hash for plan, _ in found}
    data = [
        {
            "plan": plan.hash,
            "at": at.isoformat(),
            "people": store.plans.done(plan)[0],
            "undoes": hashes.get(plan.undoes) if plan.undoes is not None else None,
            "in_force": plan.id == rules,
        }
        for plan, at in found
    ]
    common.show({"applied": data}, lambda: _tell(data, found))


def _tell(data: Sequence[dict[str, Any]], found: Applied) -> None:
    if not data:
        click.echo(NOTHING)
        return
    rows = [
        (
            f"{at:%Y-%m-%d %H:%M} UTC",
            one["plan"][:SHORT],
            f"{one['people']:,}",
            _said(one, plan),
        )
        for one, (plan, at) in zip(data, found, strict=True)
    ]
    table(console(), ("applied", "plan", "people", ""), rows, right=(2,))


def _said(one: dict[str, Any], plan: Plan) -> str:
    took = f"takes {one['undoes'][:SHORT]} back" if one["undoes"] else ""
    if plan.undoes is not None and not took:
        took = "takes an older plan back"
    return ", ".join(filter(None, (took, "in force" if one["in_force"] else "")))
