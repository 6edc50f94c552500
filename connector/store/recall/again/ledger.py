"""The ledgers read as one story, in the order of their common numbering."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from typing import Any, NamedTuple

from connector.store.sql.transaction import Transaction


class Event(NamedTuple):
    """One row of a ledger: its number, the ledger's name, the other columns that were asked for."""

    id: int
    ledger: str
    row: tuple[Any, ...]


def story(tx: Transaction, **columns: str) -> Iterator[Event]:
    """Rows of several ledgers, oldest first; each ledger is named with the columns wanted of it."""
    return merge(*(_events(tx, name, wanted) for name, wanted in columns.items()))


def _events(tx: Transaction, name: str, columns: str) -> Iterator[Event]:
    for rows in tx.slices(f"SELECT id, {columns} FROM {name} ORDER BY id"):  # noqa: S608  (our own tables)
        for number, *row in rows:
            yield Event(number, name, tuple(row))
