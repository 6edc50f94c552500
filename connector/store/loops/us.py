"""As whom we write: the user each system names for our own changes, where it names users at all."""

from __future__ import annotations

from connector.model.systems.ref import Ref
from connector.store.sql.transaction import Transaction
from connector.store.tables.bookkeeping import meta


def note_us(tx: Transaction, who: Ref) -> None:
    """Remember it; nothing is written if it is known."""
    if us(tx, who.platform) != str(who):
        tx.put(meta, [(_name(who.platform), str(who))])


def us(tx: Transaction, platform: str) -> str | None:
    """The user's ref as text; None while the system has not shown it."""
    found = tx.one("SELECT value FROM meta WHERE name = ?", _name(platform))
    return None if found is None else str(found[0])


def _name(platform: str) -> str:
    return f"us:{platform}"
