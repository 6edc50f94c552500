"""Automations of the organisation: within a write as whoever writes, or later as a user of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from connector.sandbox.automation import Rewrite
from connector.sandbox.salesforce.acts import checks
from connector.sandbox.salesforce.acts.history import record
from connector.sandbox.salesforce.org.refusal import Refusal
from connector.sandbox.salesforce.org.schema import Kind
from connector.sandbox.salesforce.org.state import Actor, Org, Scheduled
from connector.sandbox.salesforce.org.table import Row

Update = Callable[[Org, Kind, str, Mapping[str, Any], Actor], None]


def rewrite(org: Org, kind: Kind, row: Row, by: Iterable[Rewrite], actor: Actor) -> Row:
    """Triggers and flows change the row in the writer's own transaction: the stamp and the last editor stay."""
    for each in by:
        wanted = each(kind.name, dict(row))
        if wanted:
            new = {**row, **checks.accept(org, kind, wanted, Actor(actor.user), new=False)}
            org.commit(kind.name, new, actor)
            record(org, kind.name, row, new, actor)
            row = new
    return row


def put_off(org: Org, kind: Kind, key: str, scheduled: Scheduled, update: Update) -> None:
    """Plan a scheduled flow's look at this record; it writes only what differs, and nobody hears if it is refused."""

    def run() -> None:
        row = org.find(key)
        wanted = scheduled.rewrite(kind.name, dict(row)) if row and not row["IsDeleted"] else None
        differs = {
            name: value for name, value in (wanted or {}).items() if row and row.get(name) != value
        }
        if differs:
            with suppress(Refusal), org.atomic():
                update(org, kind, key, differs, Actor(scheduled.user))

    org.later.plan(org.now() + scheduled.after, run)
