"""What happened until a moment and was learned only after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from connector.store.intake.done.strengths import LOG
from connector.store.recall.person.history import refs_of
from connector.store.sql.moment import from_ms, to_ms
from connector.store.sql.transaction import Transaction


class Late(NamedTuple):
    """`what` names it without a value: `activity form_submitted`, `outcome rejected`, `record salesforce/Lead/00Q1`."""

    what: str
    at: datetime
    learned_at: datetime


def late(tx: Transaction, contact: int, at: datetime) -> tuple[Late, ...]:
    """Everything of a contact that lay before `at` (aware UTC) and was not known then, oldest first."""
    return tuple(sorted(_late(tx, contact, to_ms(at)), key=lambda one: (one.at, one.what)))


def _late(tx: Transaction, contact: int, limit: int) -> Iterator[Late]:
    refs = refs_of(tx, contact)
    for _, happened, _, kind, _, _, learned in tx.rows(
        f"{LOG} WHERE a.ref IN [?] AND a.at <= ? AND i.at > ? ORDER BY a.ref, a.at, a.key",
        list(refs),
        limit,
        limit,
    ):
        yield Late(f"activity {kind}", from_ms(happened), from_ms(learned))
    for kind, happened, learned, withdrawn in tx.rows(
        "SELECT kind, at, recorded_at, withdrawn FROM outcome WHERE ref IN [?] AND at <= ? AND recorded_at > ? ORDER BY id",
        list(refs),
        limit,
        limit,
    ):
        what = f"outcome {kind}" + (" taken back" if withdrawn else "")
        yield Late(what, from_ms(happened), from_ms(learned))
    for ref, happened, learned in tx.rows(
        "SELECT ref, at, recorded_at FROM sighting"
        " WHERE ref IN [?] AND at <= ? AND recorded_at > ? AND written = 0 ORDER BY id",
        list(refs),
        limit,
        limit,
    ):
        yield Late(f"record {refs[ref]}", from_ms(happened), from_ms(learned))
