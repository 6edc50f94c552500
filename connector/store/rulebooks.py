"""Rulebooks by digest, and which one is in force."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from connector.store import ledgers
from connector.store.codec import dumps
from connector.store.due import RULES, touch_all
from connector.store.intake.strengths import keep_signals
from connector.store.keeping import Keeping
from connector.store.transaction import Transaction


def activate(tx: Transaction, texts: Mapping[str, str], keeping: Keeping, now: int) -> None:
    """Put these into force: sums are kept for their signals, and everybody is due, behind all other work."""
    assert keeping.book is not None  # noqa: S101  (the caller made it from one)
    assert keeping.mappings is not None  # noqa: S101
    digests = (keeping.book.digest, keeping.mappings.digest)
    found = tx.one("SELECT id FROM rulebook WHERE digest = ? AND mappings = ?", *digests)
    if found is None:
        number = tx.entry()
        body = dumps(dict(sorted(texts.items())))
        tx.insert(ledgers.rulebook, [(number, *digests, body, now)])
    else:
        number = found[0]
    tx.insert(ledgers.activation, [(tx.entry(), number, now, None)])
    keep_signals(tx, keeping)
    touch_all(tx, RULES, now)


def active(tx: Transaction) -> tuple[str, Mapping[str, str]] | None:
    """Digest and texts of what is in force."""
    found = tx.one(
        "SELECT r.digest, r.texts FROM activation a JOIN rulebook r ON r.id = a.rulebook"
        " ORDER BY a.id DESC LIMIT 1"
    )
    return None if found is None else (found[0], orjson.loads(found[1]))


def rulebook(tx: Transaction, digest: str) -> Mapping[str, str] | None:
    """The texts of any rulebook that was ever in force."""
    found = tx.one("SELECT texts FROM rulebook WHERE digest = ? ORDER BY id DESC LIMIT 1", digest)
    return None if found is None else orjson.loads(found[0])
