"""Figures about the store as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from connector.model.systems.change import LANES
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


def status(tx: Transaction, now: datetime) -> Mapping[str, Any]:
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
        "overdue": _overdue(tx, moment),
        "unanswered": dict(
            tx.rows("SELECT owner, leads FROM unanswered WHERE leads > 0 ORDER BY owner")
        ),
        "leases": {
            name: (holder, from_ms(until))
            for name, holder, until in tx.rows(
                "SELECT name, holder, until FROM lease WHERE until > ? ORDER BY name", moment
            )
        },
    }


def _overdue(tx: Transaction, now: int) -> int:
    """Hand-overs whose answer is late."""
    late = 0
    for rows in tx.slices("SELECT body FROM standing WHERE body LIKE ?", _UNANSWERED):
        for (body,) in rows:
            handover = orjson.loads(body)["handover"]
            due = handover["answer_due"]
            late += due is not None and to_ms(datetime.fromisoformat(due)) < now
    return late
