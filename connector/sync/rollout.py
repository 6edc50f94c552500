"""Rulebooks into force: the daemon decides by the active one, edited files change nothing by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connector.config import Loaded, compile_text
from connector.errors import Bug, ConfigError
from connector.model.mapping import Mappings
from connector.model.problem import Problem
from connector.model.rules import Rulebook
from connector.store import Store


@dataclass(frozen=True, slots=True)
class Active:
    """The rulebook and mappings in force."""

    book: Rulebook
    mappings: Mappings


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
                    "this version activates once: begin with a new database, or go on with the rules in force",
                )
            ]
        )
    store.activate(loaded.text, loaded.book, loaded.mappings, now)
    return active(store)


def active(store: Store) -> Active:
    """What is in force; the store then keeps its sums for it. Raises ConfigError before the first activation."""
    found = store.active()
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
    digest, texts = found
    loaded = _compiled(texts)
    if loaded.book is None or loaded.mappings is None:
        raise Bug(
            f"the active rulebook {digest[:12]} cannot be read any more: {'; '.join(map(str, loaded.problems))}"
        )
    store.use(loaded.book, loaded.mappings)
    return Active(loaded.book, loaded.mappings)


def waiting(store: Store, loaded: Loaded) -> bool:
    """Whether the files say something else than what is in force."""
    found = store.active()
    if found is None or loaded.book is None or loaded.mappings is None:
        return False
    in_force = _compiled(found[1])
    if in_force.book is None or in_force.mappings is None:
        return True
    return (in_force.book.digest, in_force.mappings.digest) != (
        loaded.book.digest,
        loaded.mappings.digest,
    )


def _compiled(texts: Mapping[str, str]) -> Loaded:
    return compile_text(texts)
