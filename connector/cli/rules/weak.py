"""Keys that are too weak for the people in the store: what `check` says beyond the text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from connector.cli.opening import open_store, store_url
from connector.cli.options import Common
from connector.config import Loaded
from connector.decide.identity.keys import fields_of
from connector.decide.identity.marks import identity_of
from connector.decide.identity.population import mistaken
from connector.errors import LeadcycleError
from connector.model.identity import Key
from connector.model.problem import Problem
from connector.store import Store

FEW = 50
"""Of so few people nothing can be said."""


def weak_keys(common: Common, loaded: Loaded) -> list[Problem]:
    """A warning for each key that would take people for somebody else; nothing where there is no store, or nobody in it."""
    if loaded.mappings is None:
        return []
    keys = [key for key in identity_of(loaded.mappings).person if not key.plain and not key.ask]
    if not keys:
        return []
    try:
        with closing(existing_store(common)) as store:
            return list(_weak(store, loaded, keys))
    except (LeadcycleError, OSError):
        return []  # check works without a store


def existing_store(common: Common) -> Store:
    """The project's store, if there is one; raises OSError or LeadcycleError if not."""
    url = store_url(common)
    file = url.database if url.get_backend_name() == "sqlite" else None
    if file and not Path(file).exists():
        raise FileNotFoundError(file)
    return open_store(common)


def _weak(store: Store, loaded: Loaded, keys: list[Key]) -> Iterator[Problem]:
    assert loaded.mappings is not None  # noqa: S101  (weak_keys looked)
    fields = {name for key in keys for name in (*fields_of(key), *key.unless_differs)}
    fields |= {name for key in keys for look in key.alike for name in look.fields}
    people, sample = store.told.population(loaded.mappings, fields)
    if people < FEW:
        return
    for key in keys:
        found = mistaken(key, sample, people)
        if found.too_weak:
            yield Problem(
                f"{key.where}:1",
                f"{key.name}: about {_round(found.expected)} of {people:,} people would be taken for somebody else",
                "add a part, look again with alike, or write ask: true",
                "warning",
            )


def _round(number: float) -> str:
    """Two telling digits: an estimate is no more exact than that."""
    whole = round(number)
    return f"{round(whole, 2 - len(str(whole))):,}"
