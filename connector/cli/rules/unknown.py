"""People and queues of the routing rules whom no system knows, or who have left: what `check` says beyond the text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from connector.cli.options import Common
from connector.cli.rules.weak import existing_store
from connector.config import Loaded, NamedOwner, named_owners
from connector.config.near import did_you_mean
from connector.errors import LeadcycleError
from connector.model.problem import Problem
from connector.model.roster import Roster

TABLE = "mappings/owners.yaml"


def unknown_owners(common: Common, loaded: Loaded) -> list[Problem]:
    """A warning for each; nothing where there is no store, or no owner in it."""
    if loaded.book is None or loaded.mappings is None:
        return []
    try:
        with closing(existing_store(common)) as store:
            store.use(loaded.book, loaded.mappings)
            roster = store.roster()
    except (LeadcycleError, OSError):
        return []  # check works without a store
    if not roster.owners:
        return []
    return [told for named in named_owners(loaded.text) for told in _judged(named, roster)]


def _judged(named: NamedOwner, roster: Roster) -> Iterator[Problem]:
    owner = roster.owners.get(named.name if named.queue else named.name.lower())
    if owner is None or owner.queue is not named.queue:
        what = "queue" if named.queue else "user"
        known = [key for key, one in roster.owners.items() if one.queue is named.queue]
        hint = did_you_mean(named.name, known) or f"correct it, or add the {what} there"
        yield Problem(named.where, f'no system knows a {what} "{named.name}"', hint, "warning")
    elif not owner.active and not any(_there(roster, key) for key in roster.stand_ins(owner.key)):
        hint = f"name somebody else, or a substitute in {TABLE}"
        yield Problem(named.where, f'"{named.name}" has left', hint, "warning")


def _there(roster: Roster, key: str) -> bool:
    owner = roster.named(key)
    return owner is not None and owner.active
