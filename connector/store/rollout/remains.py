"""What an undone plan leaves behind: new records, owners that were told, people of sales, edits by others."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from connector.model.systems.ref import Ref
from connector.store.deciding.fields import is_ours
from connector.store.rollout.moves import given_back, moved_by, people_of, span
from connector.store.sql.transaction import Transaction

SHOWN = 50


class Remains(NamedTuple):
    """Counts, and the first of each. `made`: records that stay there; `assigned`: (contact, owner) who has been given a lead.

    `moved_on`: contacts who keep their standing: sales was given them or has answered since, or something else moved them. `edited`: (record,
    property) that the plan wrote and somebody has changed since: nothing is given back there.
    """

    made: int
    made_first: Sequence[Ref]
    assigned: int
    assigned_first: Sequence[tuple[int, str]]
    moved_on: int
    moved_on_first: Sequence[int]
    edited: int
    edited_first: Sequence[tuple[Ref, str]]


_MADE = (
    " FROM wanted w JOIN receipt r ON r.wanted = w.id"
    " JOIN ref f ON f.id = r.ref JOIN home h ON h.id = f.home"
    " WHERE w.decision > ? AND w.decision < ? AND r.state = 'written'"
    " AND substr(w.record, 1, 4) = 'new:' AND f.gone_at IS NULL"
)
_EDITED = (
    "SELECT f.id, h.platform, h.kind, f.key, w.body, o.body FROM wanted w"
    " JOIN receipt r ON r.wanted = w.id JOIN ref f ON f.id = r.ref JOIN home h ON h.id = f.home"
    " JOIN observed o ON o.ref = f.id WHERE w.decision > ? AND w.decision < ? AND r.state = 'written'"
    " AND substr(w.record, 1, 4) <> 'new:' AND f.gone_at IS NULL AND f.target IS NULL ORDER BY f.id"
)
_ASSIGNED = " FROM assignment s WHERE s.decision > ? AND s.decision < ?"


def remains(tx: Transaction, plan: int) -> Remains:
    """What taking this plan back does not take back."""
    since, until = span(tx, plan)
    made = tx.rows(
        f"SELECT DISTINCT h.platform, h.kind, f.key {_MADE} ORDER BY 1, 2, 3 LIMIT ?",
        since,
        until,
        SHOWN,
    )
    assigned = tx.rows(
        f"SELECT s.contact, s.owner {_ASSIGNED} ORDER BY s.id LIMIT ?",
        since,
        until,
        SHOWN,
    )
    moved_on, first = _moved_on(tx, plan)
    edited, edited_first = _edited(tx, plan)
    return Remains(
        tx.number(f"SELECT count(DISTINCT f.id) {_MADE}", since, until),
        [Ref(*row) for row in made],
        tx.number(f"SELECT count(*) {_ASSIGNED}", since, until),
        [(contact, owner) for contact, owner in assigned],
        moved_on,
        first,
        edited,
        edited_first,
    )


def _edited(tx: Transaction, plan: int) -> tuple[int, list[tuple[Ref, str]]]:
    rows = (row for some in tx.slices(_EDITED, *span(tx, plan)) for row in some)
    count, first = 0, list[tuple[Ref, str]]()
    for (_, *place), mine in groupby(rows, key=itemgetter(0, 1, 2, 3)):
        names, seen = set[str](), dict[str, Any]()
        for *_, wanted, observed in mine:
            names |= orjson.loads(wanted)["fields"].keys()
            seen = orjson.loads(observed)
        by_hand = sorted(name for name in names if name in seen and not is_ours(seen[name]))
        count += len(by_hand)
        first += [(Ref(*place), name) for name in by_hand[: max(0, SHOWN - len(first))]]
    return count, first


def _moved_on(tx: Transaction, plan: int) -> tuple[int, list[int]]:
    count, first = 0, list[int]()
    for contacts in people_of(tx, plan):
        moved = {one.contact for one in moved_by(tx, plan, contacts) if one.before != one.after}
        gone = sorted(moved - given_back(tx, plan, contacts).keys())
        count += len(gone)
        first += gone[: max(0, SHOWN - len(first))]
    return count, first
