"""Where each stream stands, when it was last read to its end, and what its reading has cost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from connector.store.sql.moment import from_ms
from connector.store.sql.transaction import Transaction
from connector.store.tables import bookkeeping, ledgers


def cursor(tx: Transaction, platform: str, stream: str) -> str | None:
    found = tx.one("SELECT cursor FROM cursor WHERE platform = ? AND stream = ?", platform, stream)
    return None if found is None else found[0]


def move(tx: Transaction, platform: str, stream: str, cursor: str, now: int) -> None:
    """Everything up to here is in the store."""
    tx.upsert(
        bookkeeping.cursor,
        [(platform, stream, cursor, now, None)],
        "cursor = excluded.cursor, at = excluded.at",
    )


def rewind(tx: Transaction, platform: str, stream: str, to: str | None, why: str, now: int) -> None:
    """Put a cursor back; the ledger says why."""
    before = cursor(tx, platform, stream)
    tx.insert(ledgers.rewind, [(tx.entry(), platform, stream, before, to, why, now)])
    tx.upsert(
        bookkeeping.cursor,
        [(platform, stream, to, now, None)],
        "cursor = excluded.cursor, at = excluded.at",
    )


def cycle(tx: Transaction, platform: str, stream: str, now: int) -> None:
    """The stream has just been read to its end."""
    tx.upsert(
        bookkeeping.cursor,
        [(platform, stream, None, None, now)],
        "cycle_at = excluded.cycle_at",
    )


def cycles(tx: Transaction) -> Mapping[tuple[str, str], datetime]:
    """When each stream was last read to its end."""
    return {
        (platform, stream): from_ms(at)
        for platform, stream, at in tx.rows(
            "SELECT platform, stream, cycle_at FROM cursor WHERE cycle_at IS NOT NULL ORDER BY platform, stream"
        )
    }


def spent(tx: Transaction, platform: str, day: date) -> int:
    """Calls of one day."""
    return tx.number(
        "SELECT calls FROM usage WHERE platform = ? AND day = ?", platform, day.isoformat()
    )


def spend(tx: Transaction, platform: str, day: date, calls: int) -> None:
    """Count calls."""
    tx.upsert(
        bookkeeping.usage,
        [(platform, day.isoformat(), calls)],
        "calls = usage.calls + excluded.calls",
    )
