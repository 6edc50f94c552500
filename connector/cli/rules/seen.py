"""Rules that nobody meets, and people whom no rule meets: what `check` says where a database exists."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

from connector.cli.options import Common
from connector.cli.rules.weak import existing_store
from connector.cli.running.cycle import clock_of
from connector.config import Loaded
from connector.config.population import Census, Deed, Person, asked_of, check_census
from connector.errors import LeadcycleError
from connector.model.problem import Problem

DAYS = 90


def unmet(common: Common, loaded: Loaded) -> list[Problem]:
    """Warnings; nothing where there is no store, or nothing in it."""
    if loaded.book is None or loaded.mappings is None or loaded.project is None:
        return []
    fields = asked_of(loaded.book, loaded.mappings)
    try:
        with closing(existing_store(common)) as store:
            now = clock_of(loaded.project).now()
            found = store.told.census(loaded.mappings, fields, now - timedelta(days=DAYS))
    except (LeadcycleError, OSError):
        return []  # check works without a store
    people = [Person(values, lately) for values, lately in found.sample]
    census = Census(found.people, people, [Deed(*deed) for deed in found.deeds], DAYS)
    return list(check_census(loaded.book, loaded.mappings, census))
