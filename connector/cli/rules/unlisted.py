"""Assets that people consumed and the catalogue does not know: what `check` says beyond the text."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

from connector.cli.options import Common
from connector.cli.reading import latest
from connector.cli.rules.weak import existing_store
from connector.config import Loaded
from connector.errors import LeadcycleError
from connector.model.problem import Problem
from connector.report.content import content

PERIOD = timedelta(days=90)
LEAST = 3
"""What fewer people looked at is no gap in the catalogue, and might tell who they are."""
SHOWN = 10


def unlisted_assets(common: Common, loaded: Loaded) -> list[Problem]:
    """A warning for each of the most consumed; nothing without a catalogue, or where there is no store."""
    if loaded.book is None or not loaded.book.interest.assets:
        return []
    try:
        with closing(existing_store(common)) as store:
            until = latest(store)
            found = content(store, loaded.book, until - PERIOD, until, ("asset",))
    except (LeadcycleError, OSError):
        return []  # check works without a store
    return [
        Problem(
            "mappings/assets.yaml:1:1",
            f'"{asset}" is not in the catalogue ({times:,} times by {people:,} people in the last 90 days)',
            "say what it is about, or name a pattern that takes it",
            "warning",
        )
        for asset, times, people in found.unknown
        if people >= LEAST
    ][:SHOWN]
