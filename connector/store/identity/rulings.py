"""What people said about who is who. A ruling holds against every key; only another ruling ends it."""

from __future__ import annotations

from collections.abc import Collection

from connector.store import ledgers
from connector.store.transaction import Transaction

LINK, UNLINK = "link", "unlink"


def note(
    tx: Transaction, kind: str, contact: int, ref: int, other: int, body: str, now: int
) -> int:
    """The ruling's row in the ledger: the record, whose it is now (`contact`) and whose it was (`other`)."""
    event = tx.entry()
    tx.insert(ledgers.ruling, [(event, kind, contact, ref, other, "", body, now)])
    return event


def kept_apart(tx: Transaction, contacts: Collection[int]) -> set[frozenset[int]]:
    """Pairs of contacts that a person said are two people."""
    apart: set[frozenset[int]] = set()
    if not contacts:
        return apart
    for kind, contact, other in tx.rows(
        "SELECT kind, contact, other FROM ruling WHERE kind IN ('link', 'unlink') AND contact IN [?]"
        " UNION ALL SELECT kind, contact, other FROM ruling WHERE kind IN ('link', 'unlink') AND other IN [?]"
        " AND NOT contact IN [?]",
        *[sorted(contacts)] * 3,
    ):
        pair = frozenset((contact, other))
        if kind == UNLINK:
            apart.add(pair)
        else:
            apart.discard(pair)
    return apart
