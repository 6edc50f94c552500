"""Rulebooks into force: the daemon decides by the active one, edited files change nothing by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connector.config import Loaded, compile_text
from connector.errors import Bug, ConfigError
from connector.model.mapping.mappings import Mappings
from connector.model.problem import Problem
from connector.model.rules import Rulebook
from connector.store import Store
from connector.store.rulebooks import Force


@dataclass(frozen=True, slots=True)
class Active:
    """The rulebook and mappings in force."""

    book: Rulebook
    mappings: Mappings
    activation: int = 0  # the row of the ledgers since which they are


def activate_first(store: Store, loaded: Loaded, now: datetime) -> Active:
    """First activation, on an empty ledger. Raises ConfigError when one is active already: a change needs plan and apply."""
    if loaded.book is None or loaded.mappings is None:
        raise ConfigError(loaded.errors)
    if store.active() is not None:
        raise ConfigError(
            [
                Problem(
                    "rules",
                    "a rulebook is active already",
                    "see what the files would change with `leadcycle plan`; then `leadcycle apply HASH`",
                )
            ]
        )
    store.activate(loaded.text, loaded.book, loaded.mappings, now)
    return active(store)


def active(store: Store) -> Active:
    """What is in force; the store then keeps its sums for it. Raises ConfigError before the first activation."""
    found = store.plans.force()
    if found is None:
        raise ConfigError(
            [
                Problem(
                    "rules",
                    "no rulebook is active yet",
                    "run `leadcycle check`, then `leadcycle apply`",
                )
            ]
        )
    in_force = told(found)
    store.use(in_force.book, in_force.mappings, in_force.activation)
    return in_force


def told(force: Force) -> Active:
    """A rulebook out of the store. Raises Bug if this version cannot read it any more."""
    loaded = compile_text(force.texts)
    if loaded.book is None or loaded.mappings is None:
        said = "; ".join(map(str, loaded.problems))
        raise Bug(f"the active rulebook {force.digest[:12]} cannot be read any more: {said}")
    return Active(loaded.book, loaded.mappings, force.activation)


def waiting(store: Store, loaded: Loaded) -> bool:
    """Whether the files say something else than what is in force."""
    found = store.active()
    if found is None or loaded.book is None or loaded.mappings is None:
        return False
    in_force = compile_text(found[1])
    if in_force.book is None or in_force.mappings is None:
        return True
    return (in_force.book.digest, in_force.mappings.digest) != (
        loaded.book.digest,
        loaded.mappings.digest,
    )
