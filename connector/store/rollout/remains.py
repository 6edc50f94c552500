"""What an undone plan leaves behind: records that were made, owners that were told, people who have moved on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from connector.model.ref import Ref
from connector.store.rollout.images import given_back, moved_by, people_of
from connector.store.transaction import Transaction

SHOWN = 50


class Remains(NamedTuple):
    """Counts, and the first of each. `made`: records that stay there; `assigned`: (contact, owner) who has been given a lead.

    `moved_on`: contacts who no longer stand where the plan left them, so that they keep their standing.
    """

    made: int
    made_first: Sequence[Ref]
    assigned: int
    assigned_first: Sequence[tuple[int, str]]
    moved_on: int
    moved_on_first: Sequence[int]


_MADE = (
    " FROM applied a JOIN wanted w ON w.decision = a.decision JOIN receipt r ON r.wanted = w.id"
    " JOIN ref f ON f.id = r.ref JOIN home h ON h.id = f.home"
    " WHERE a.plan = ? AND r.state = 'written' AND substr(w.record, 1, 4) = 'new:' AND f.gone_at IS NULL"
)
_ASSIGNED = " FROM applied a JOIN assignment s ON s.decision = a.decision WHERE a.plan = ?"


def remains(tx: Transaction, plan: int) -> Remains:
    """What taking this plan back does not take back."""
    made = tx.rows(
        f"SELECT DISTINCT h.platform, h.kind, f.key {_MADE} ORDER BY 1, 2, 3 LIMIT ?",
        plan,
        SHOWN,
    )
    assigned = tx.rows(
        f"SELECT s.contact, s.owner {_ASSIGNED} ORDER BY s.id LIMIT ?",
        plan,
        SHOWN,
    )
    moved_on, first = _moved_on(tx, plan)
    return Remains(
        tx.number(f"SELECT count(DISTINCT f.id) {_MADE}", plan),
        [Ref(*row) for row in made],
        tx.number(f"SELECT count(*) {_ASSIGNED}", plan),
        [(contact, owner) for contact, owner in assigned],
        moved_on,
        first,
    )


def _moved_on(tx: Transaction, plan: int) -> tuple[int, list[int]]:
    count, first = 0, list[int]()
    for contacts in people_of(tx, plan):
        moved = {one.contact for one in moved_by(tx, plan, contacts) if one.before != one.after}
        gone = sorted(moved - given_back(tx, plan, contacts).keys())
        count += len(gone)
        first += gone[: max(0, SHOWN - len(first))]
    return count, first
