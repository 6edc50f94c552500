"""Due marks: every fact that touches a contact raises its mark, and only an evaluation that saw the mark clears it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from connector.store.sql.transaction import Transaction
from connector.store.tables import ledgers, projections

EVERYBODY = 0
LOOKED = "looked"

_TOUCH = (
    "lane = CASE WHEN look.at IS NOT NULL AND look.at <= excluded.at AND look.lane < excluded.lane"
    " THEN look.lane ELSE excluded.lane END,"
    " at = CASE WHEN look.at IS NOT NULL AND look.at <= excluded.at THEN look.at ELSE excluded.at END,"
    " mark = excluded.mark"
)


class Why(NamedTuple):
    """What made a contact due, and the lane it waits in: 0 hot, 1 follow-up, 2 routine, 3 backfill."""

    cause: str
    lane: int


ACTIVITY = Why("activity", 0)
OUTCOME = Why("outcome", 0)
SETTLED = Why("settled", 1)
RETRY = Why("retry", 1)
SIGHTING = Why("sighting", 2)
LINKED = Why("linked", 2)
ACCOUNT = Why("account", 2)
BASE = Why("base changed", 2)
GONE = Why("gone", 2)
LEFT = Why("owner left", 1)
OWNER = Why("owner known", 1)
RULES = Why("rules", 3)
SHAPE = Why("shape", 3)
ASKED = Why("asked", 3)
PLANNED = Why("plan", 4)
"""A plan is being carried out: whoever does that decides these, the evaluator passes them over. Other news bring them back."""
TIME_LANE = 1


def touch(tx: Transaction, contacts: Mapping[int, Why], now: int, lane: int | None = None) -> None:
    """Make contacts due now; one that is due already keeps its time and the more urgent lane."""
    if not contacts:
        return
    first = tx.entry(len(contacts))
    marked = [
        (first + place, contact, why, why.lane if lane is None else lane)
        for place, (contact, why) in enumerate(contacts.items())
    ]
    tx.insert(
        ledgers.agenda,
        [(mark, contact, why.cause, now, at, None) for mark, contact, why, at in marked],
    )
    tx.upsert(
        projections.look, [(contact, now, mark, at) for mark, contact, _, at in marked], _TOUCH
    )


def touch_all(tx: Transaction, why: Why, now: int) -> None:
    """Make every contact due, with one row in the ledger."""
    mark = tx.entry()
    tx.insert(ledgers.agenda, [(mark, EVERYBODY, why.cause, now, why.lane, None)])
    tx.run(
        "UPDATE look SET"
        " lane = CASE WHEN at IS NOT NULL AND at <= ? AND lane < ? THEN lane ELSE ? END,"
        " at = CASE WHEN at IS NOT NULL AND at <= ? THEN at ELSE ? END, mark = ?",
        now,
        why.lane,
        why.lane,
        now,
        now,
        mark,
    )


def plan_all(tx: Transaction, now: int) -> None:
    """Everybody waits for a plan, whatever else they waited for; with one row in the ledger."""
    mark = tx.entry()
    tx.insert(ledgers.agenda, [(mark, EVERYBODY, PLANNED.cause, now, PLANNED.lane, None)])
    tx.run("UPDATE look SET lane = ?, at = ?, mark = ?", PLANNED.lane, now, mark)


def looked(tx: Transaction, looks: Sequence[tuple[int, int, int | None]]) -> None:
    """Evaluations that were recorded: (contact, the mark they saw, when to look next). A mark raised meanwhile stays."""
    if not looks:
        return
    first = tx.entry(len(looks))
    tx.insert(
        ledgers.agenda,
        [
            (first + place, contact, LOOKED, at, TIME_LANE, mark)
            for place, (contact, mark, at) in enumerate(looks)
        ],
    )
    tx.many(
        "UPDATE look SET at = ?, lane = ? WHERE contact = ? AND mark = ?",
        [(at, TIME_LANE, contact, mark) for contact, mark, at in looks],
    )


def touched_lane(row: tuple[int | None, int], now: int, lane: int) -> tuple[int, int]:
    """(at, lane) of a look row after a touch: what `touch` does in SQL, for the rebuild."""
    at, before = row
    if lane == PLANNED.lane:
        return now, lane
    if at is not None and at <= now:
        return at, min(before, lane)
    return now, lane
