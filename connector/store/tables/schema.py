"""Every table of the store, under one MetaData.

Ledgers only grow and share one numbering, so that their rows have one order; projections are rebuilt from them at any time;
the rest is bookkeeping. Times are integer milliseconds UTC, JSON is text, flags are 0 or 1.
"""

from __future__ import annotations

from connector.store.tables.bookkeeping import BOOKKEEPING
from connector.store.tables.ledgers import LEDGERS
from connector.store.tables.metadata import metadata
from connector.store.tables.projections import PROJECTIONS

__all__ = ["BOOKKEEPING", "LEDGERS", "PROJECTIONS", "metadata"]
