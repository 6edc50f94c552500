"""Whom news has moved within the window: read off the ledger of what was wanted, a little at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from math import ceil
from typing import NamedTuple

from connector.model.systems.blast import Blast
from connector.store.sending.guard.latch import GROUPS, Latch, State, group_of, shut, state
from connector.store.sql.moment import from_ms
from connector.store.sql.transaction import Row, Transaction


class _Moved(NamedTuple):
    row: int
    contact: int
    at: int


class Recent:
    """What this process has read of the last window: a cache of the ledger, which a new process reads again.

    What a plan has decided does not count: somebody has seen and allowed it. Used by writers only, who take turns.
    """

    def __init__(self) -> None:
        self._known: dict[str, deque[_Moved]] = {group: deque() for group in GROUPS}
        self._last: int | None = None

    def guard(self, tx: Transaction, blast: Blast | None, now: int) -> State:
        """What may be sent now; a group that has moved more people than it may is latched in this transaction."""
        found = state(tx)
        if blast is None or found.begun is None or len(found.latches) == len(GROUPS):
            return found
        since = now - round(blast.window.total_seconds() * 1000)
        self._read(tx, since, min(found.base(group) for group in GROUPS))
        for group in GROUPS.keys() - found.latches.keys():
            latch = self._judged(tx, blast, group, found.base(group), since, now)
            if latch is not None:
                shut(tx, latch, now)
                found = found._replace(latches={**found.latches, group: latch})
        return found

    def _judged(
        self, tx: Transaction, blast: Blast, group: str, base: int, since: int, now: int
    ) -> Latch | None:
        moved = self._known[group]
        while moved and (moved[0].at <= since or moved[0].row <= base):
            moved.popleft()
        people = len({one.contact for one in moved})
        limit = blast.hot if group == "hot" else _limit(tx, blast, people)
        if people <= limit:
            return None
        return Latch(group, _line(moved, limit), people, limit, from_ms(now))

    def _read(self, tx: Transaction, since: int, base: int) -> None:
        last = self._last
        if last is None or last < base:
            last = max(base, _before(tx, since, base))
            for moved in self._known.values():
                moved.clear()
        carried = {
            decision
            for (decision,) in tx.rows("SELECT decision FROM applied WHERE id > ?", last)
            if decision is not None
        }
        for rows in tx.slices(
            "SELECT id, decision, contact, lane, at FROM wanted WHERE id > ? ORDER BY id", last
        ):
            for number, decision, contact, lane, at in rows:
                group = group_of(lane)
                if group and decision not in carried:
                    self._known[group].append(_Moved(number, contact, at))
                last = number
        self._last = last


def _before(tx: Transaction, since: int, base: int) -> int:
    """The last row of what was wanted before the window began."""
    pages: Iterator[list[Row]] = tx.slices(
        "SELECT id, at FROM wanted WHERE id > ? ORDER BY id DESC", base
    )
    for rows in pages:
        for number, at in rows:
            if at <= since:
                return int(number)
    return base


def _limit(tx: Transaction, blast: Blast, people: int) -> int:
    """How many people may be moved; all there are need not be counted to know it."""
    floor = min(blast.least, blast.contacts)
    if people <= floor or not blast.share:
        return floor
    enough = ceil(blast.contacts / blast.share)
    there = tx.number(
        "SELECT count(*) FROM (SELECT 1 FROM contact WHERE survivor IS NULL LIMIT ?) AS c", enough
    )
    return min(blast.contacts, max(floor, int(there * blast.share)))


def _line(moved: Iterable[_Moved], limit: int) -> int:
    """The row after which the first one too many was moved."""
    seen: set[int] = set()
    for one in moved:
        seen.add(one.contact)
        if len(seen) > limit:
            return one.row - 1
    return 0
