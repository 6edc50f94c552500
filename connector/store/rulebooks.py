"""Rulebooks by digest, and which one is in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import orjson

from connector.errors import Outdated
from connector.store.due import RULES, touch_all
from connector.store.intake.done.strengths import keep_signals
from connector.store.keeping import Keeping
from connector.store.sql.codec import dumps
from connector.store.sql.transaction import Transaction
from connector.store.tables import ledgers


class Force(NamedTuple):
    """What is in force since the row `activation` of the ledgers, by the plan that was applied (None: by no plan)."""

    activation: int
    digest: str
    mappings: str
    texts: Mapping[str, str]
    plan: int | None


_FORCE = (
    "SELECT a.id, r.digest, r.mappings, r.texts, a.plan FROM activation a"
    " JOIN rulebook r ON r.id = a.rulebook"
)


def activate(tx: Transaction, texts: Mapping[str, str], keeping: Keeping, now: int) -> int:
    """Put these into force: sums are kept for their signals, and everybody is due, behind all other work."""
    number = put_into_force(tx, texts, keeping, now)
    touch_all(tx, RULES, now)
    return number


def put_into_force(
    tx: Transaction, texts: Mapping[str, str], keeping: Keeping, now: int, plan: int | None = None
) -> int:
    """The row of the activation; nobody is due because of it."""
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
    activation = tx.entry()
    tx.insert(ledgers.activation, [(activation, number, now, plan)])
    keep_signals(tx, keeping)
    return activation


def active(tx: Transaction) -> tuple[str, Mapping[str, str]] | None:
    """Digest and texts of what is in force."""
    found = force(tx)
    return None if found is None else (found.digest, found.texts)


def force(tx: Transaction) -> Force | None:
    """What is in force."""
    return _force(tx.one(f"{_FORCE} ORDER BY a.id DESC LIMIT 1"))


def force_at(tx: Transaction, activation: int) -> Force | None:
    """What that activation put into force."""
    return _force(tx.one(f"{_FORCE} WHERE a.id = ?", activation))


def check(tx: Transaction, activation: int | None) -> None:
    """Raises Outdated if something else came into force since that activation. None: whoever knows of no activation."""
    if activation is None:
        return
    if tx.one("SELECT 1 FROM activation WHERE id > ?", activation) is not None:
        raise Outdated("other rules came into force meanwhile; nothing was written by the old ones")


def rulebook(tx: Transaction, digest: str) -> Mapping[str, str] | None:
    """The texts of any rulebook that was ever in force."""
    found = tx.one("SELECT texts FROM rulebook WHERE digest = ? ORDER BY id DESC LIMIT 1", digest)
    return None if found is None else orjson.loads(found[0])


def _force(found: tuple[int, str, str, str, int | None] | None) -> Force | None:
    if found is None:
        return None
    activation, digest, mappings, texts, plan = found
    return Force(activation, digest, mappings, orjson.loads(texts), plan)
