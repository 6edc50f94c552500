"""Who may write: a lease with an epoch, so that a daemon that slept through its lease can do no harm."""

from __future__ import annotations

from datetime import datetime, timedelta

from connector.errors import Fenced
from connector.store.sql.moment import from_ms, to_ms
from connector.store.sql.transaction import Transaction
from connector.store.tables.bookkeeping import lease


def hold(tx: Transaction, name: str, holder: str, now: datetime, ttl: timedelta) -> int:
    """The epoch under which this holder may write until `now + ttl`; the same one as long as nobody else has held it since.

    Raises Fenced while somebody else holds the lease.
    """
    found = tx.one("SELECT holder, epoch, until FROM lease WHERE name = ?", name)
    moment, until = to_ms(now), to_ms(now + ttl)
    alive = found is not None and found[2] > moment
    if found is not None and alive and found[0] != holder:
        raise Fenced(
            f"{found[0]} holds the lease {name!r} until {from_ms(found[2]):%Y-%m-%d %H:%M:%S} UTC"
        )
    # Renewed late, after a sleep or a slow unit, it is still ours if nobody came in between.
    epoch = found[1] if found is not None and found[0] == holder else tx.allot("epoch")
    tx.put(lease, [(name, holder, epoch, until)])
    return int(epoch)


def holder(tx: Transaction, name: str, now: datetime) -> tuple[str, datetime] | None:
    """Who holds the lease now, and until when unless it is renewed."""
    found = tx.one("SELECT holder, until FROM lease WHERE name = ? AND until > ?", name, to_ms(now))
    return None if found is None else (found[0], from_ms(found[1]))


def release(tx: Transaction, name: str, holder: str) -> None:
    """Give the lease back; nothing happens if it is somebody else's by now."""
    tx.run("DELETE FROM lease WHERE name = ? AND holder = ?", name, holder)


def check(tx: Transaction, epoch: int | None) -> None:
    """Raises Fenced unless this epoch is a current one. None: a person at the command line, who needs no lease."""
    if epoch is not None and tx.one("SELECT 1 FROM lease WHERE epoch = ?", epoch) is None:
        raise Fenced("another process has taken the lease; nothing was written")
