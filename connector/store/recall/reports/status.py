"""Figures about the store as it is now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from connector.model.rules import Rulebook
from connector.model.systems.change import LANES
from connector.store.deciding.roster import in_force
from connector.store.sql.moment import from_ms, to_ms
from connector.store.sql.transaction import Transaction
from connector.store.systems.streams import cycles

_COUNTS = {
    "contacts": "SELECT count(*) FROM contact WHERE survivor IS NULL",
    "joined": "SELECT count(*) FROM contact WHERE survivor IS NOT NULL",
    "accounts": "SELECT count(*) FROM account WHERE survivor IS NULL",
    "records": "SELECT count(*) FROM ref WHERE gone_at IS NULL AND target IS NULL",
    "sightings": "SELECT count(*) FROM sighting WHERE written = 0",
    "activities": "SELECT count(*) FROM activity",
    "outcomes": "SELECT count(*) FROM outcome WHERE withdrawn = 0",
    "decisions": "SELECT count(*) FROM decision",
    "handed_over": "SELECT count(*) FROM assignment",
    "written": "SELECT count(*) FROM receipt WHERE state = 'written'",
    "shelf": "SELECT count(*) FROM shelf WHERE state IN ('open', 'retry') AND level = 'error'",
}


_UNANSWERED = '%"answered_at":null%'


def counts(tx: Transaction) -> dict[str, int]:
    """How much there is. `shelf` counts what waits for a person, without warnings about single values."""
    return {name: tx.number(sql) for name, sql in _COUNTS.items()}


def status(tx: Transaction, book: Rulebook | None, now: datetime) -> Mapping[str, Any]:
    """What an operator looks at first: streams, what waits, who holds leases."""
    moment = to_ms(now)
    waiting = tx.rows(
        "SELECT platform, lane, count(*) FROM outbox GROUP BY platform, lane ORDER BY 1, 2"
    )
    return {
        "streams": cycles(tx),
        "outbox": sum(count for _, _, count in waiting),
        "outbox_by_lane": {(platform, LANES[lane]): count for platform, lane, count in waiting},
        "unclear": tx.number("SELECT count(*) FROM outbox WHERE attempt IS NOT NULL"),
        "due": tx.number("SELECT count(*) FROM look WHERE at <= ?", moment),
        "overdue": _overdue(tx, book, moment),
        "unanswered": _unanswered(tx, book),
        "leases": {
            name: (holder, from_ms(until))
            for name, holder, until in tx.rows(
                "SELECT name, holder, until FROM lease WHERE until > ? ORDER BY name", moment
            )
        },
    }


def _unanswered(tx: Transaction, book: Rulebook | None) -> dict[str, int]:
    """By owner, in the tracks that the rules have."""
    counted: Counter[str] = Counter()
    for owner, track, leads in tx.rows("SELECT owner, track, leads FROM unanswered ORDER BY 1, 2"):
        counted[owner] += leads if in_force(book, track) else 0
    return {owner: leads for owner, leads in counted.items() if leads > 0}


def _overdue(tx: Transaction, book: Rulebook | None, now: int) -> int:
    """Hand-overs whose answer is late."""
    late = 0
    for rows in tx.slices("SELECT track, body FROM standing WHERE body LIKE ?", _UNANSWERED):
        for track, body in rows:
            due = orjson.loads(body)["handover"]["answer_due"] if in_force(book, track) else None
            late += due is not None and to_ms(datetime.fromisoformat(due)) < now
    return late
