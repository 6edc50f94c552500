"""Latches: a line in the ledger for each group of lanes; what was decided after it is not sent. Kept in the store, so that no restart opens one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from connector.model.systems.change import LANES, Lane
from connector.store.sql.codec import dumps
from connector.store.sql.moment import from_ms
from connector.store.sql.transaction import Transaction
from connector.store.tables import ledgers
from connector.store.tables.bookkeeping import meta

HOT, PATIENT = "hot", "patient"
GROUPS: Mapping[str, tuple[Lane, ...]] = {HOT: ("hot",), PATIENT: ("routine", "backfill")}
RELEASE = "release"
_BEGUN, _NAME = "guard begun", "guard "
_ANY = 1 << 62  # beyond every row of the ledgers


class Latch(NamedTuple):
    """`people` had changes of this group decided within the window when it shut, `limit` of them went; what was decided after
    row `line` waits.
    """

    group: str
    line: int
    people: int
    limit: int
    since: datetime


class State(NamedTuple):
    """`begun`: the row since which news counts (None: not yet, a first load is no news). `bases`: of each group that was released, the
    row up to which everything may go.
    """

    begun: int | None
    latches: Mapping[str, Latch]
    bases: Mapping[str, int]

    def base(self, group: str) -> int:
        """What was decided up to this row does not count."""
        return max(self.begun or 0, self.bases.get(group, 0))


def state(tx: Transaction) -> State:
    """As it stands in this transaction."""
    names = [_BEGUN, *(_NAME + group for group in GROUPS)]
    found = {
        name: orjson.loads(value)
        for name, value in tx.rows("SELECT name, value FROM meta WHERE name IN [?]", names)
    }
    kept = {group: found[_NAME + group] for group in GROUPS if _NAME + group in found}
    return State(
        found.get(_BEGUN),
        {group: _latch(group, body) for group, body in kept.items() if "line" in body},
        {group: body["base"] for group, body in kept.items() if "base" in body},
    )


def begin(tx: Transaction) -> None:
    """From now on news counts."""
    tx.put(meta, [(_BEGUN, dumps(tx.last_entry()))])


def shut(tx: Transaction, latch: Latch, at: int) -> None:
    """What was decided after its line waits from now on."""
    body = {"line": latch.line, "people": latch.people, "limit": latch.limit, "at": at}
    tx.put(meta, [(_NAME + latch.group, dumps(body))])


def open_again(tx: Transaction, latches: Mapping[str, Latch], people: int, now: int) -> None:
    """By a person's word everything decided so far may go; what is decided from now on counts anew."""
    told = {group: {"people": one.people, "limit": one.limit} for group, one in latches.items()}
    row = tx.entry()
    body = dumps({"people": people, "latches": told})
    tx.insert(ledgers.ruling, [(row, RELEASE, None, None, None, "", body, now)])
    tx.put(meta, [(_NAME + group, dumps({"base": row})) for group in latches])


def sendable(latches: Mapping[str, Latch]) -> tuple[str, tuple[Any, ...]]:
    """A condition on the outbox `b`, and its values: what no latch holds.

    Whoever waits to be handed over is not reminded of it either: the reminder would be about nothing that sales can see.
    """
    if not latches:
        return "b.id > 0", ()
    hot, patient = (latches[g].line if g in latches else _ANY for g in (HOT, PATIENT))
    condition = (
        "(b.lane <> 0 OR b.wanted <= ?) AND (b.lane < 2 OR b.wanted <= ?) AND NOT (b.lane = 1 AND substr(b.record, 1, 4) = 'new:'"
        " AND EXISTS (SELECT 1 FROM outbox h WHERE h.contact = b.contact AND h.lane = 0 AND h.attempt IS NULL AND h.wanted > ?))"
    )
    return condition, (hot, patient, hot)


def held(latches: Mapping[str, Latch]) -> tuple[str, tuple[Any, ...]]:
    """The same for what waits behind a latch."""
    hot, patient = (latches[g].line if g in latches else _ANY for g in (HOT, PATIENT))
    return (
        "b.attempt IS NULL AND ((b.lane = 0 AND b.wanted > ?) OR (b.lane >= 2 AND b.wanted > ?))",
        (hot, patient),
    )


def group_of(lane: int) -> str:
    """Which latch holds this lane; "" for follow-up, which nothing holds by itself."""
    return next((group for group, lanes in GROUPS.items() if LANES[lane] in lanes), "")


def _latch(group: str, body: Mapping[str, Any]) -> Latch:
    return Latch(group, body["line"], body["people"], body["limit"], from_ms(body["at"]))
