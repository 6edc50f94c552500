"""Whether a store lives in the virtual time of a rehearsal: who looks at it later must not take real time for its own."""

from __future__ import annotations

from connector.store.sql.transaction import Transaction
from connector.store.tables.bookkeeping import meta

_NAME = "rehearsal"


def note_rehearsal(tx: Transaction) -> None:
    """From now on it does."""
    tx.put(meta, [(_NAME, "1")])


def is_rehearsal(tx: Transaction) -> bool:
    """Whether a rehearsal ever ran on it."""
    return tx.one("SELECT 1 FROM meta WHERE name = ?", _NAME) is not None
