"""Properties that something in a system changes back each time we write them: recognised, named, and no longer written.

The shelf holds what is stopped: one row for a property of a record, and one for a property of all records once enough of them
were affected. While such a row is open or skipped the property is left out of every update; a record that is created has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, NamedTuple

from connector.decide.fields.inherit import writes
from connector.decide.rounds import APART, Turn, rounds
from connector.model.person.dossier import Decided
from connector.model.systems.change import Change
from connector.model.systems.ref import Ref
from connector.store import shelf
from connector.store.due import ASKED, touch_all
from connector.store.keeping import Keeping
from connector.store.loops.rewriter import rewriter
from connector.store.loops.turns import Place, edited, turns_of
from connector.store.shelf import OPEN, RETRY, SKIPPED, Trouble
from connector.store.sql.transaction import Transaction

LOOP = "PING_PONG"
ROUNDS = 3
RECORDS = 5
"""Records with one property rewritten before nobody's is written any more: what writes them back does so for all."""
EVERY = "*"
"""In place of a record's id: all records of the kind."""


def place_of(record: str) -> Place:
    """What a row of the shelf names: `platform/kind/id/property`."""
    ref, _, name = record.rpartition("/")
    return Ref.parse(ref), name


def record_of(place: Place) -> str:
    return f"{place[0]}/{place[1]}"


def everywhere(place: Place) -> Place:
    """The same property of all records of its kind."""
    return place[0]._replace(id=EVERY), place[1]


class Stopped(NamedTuple):
    """A row of the shelf: its state, when that was set (ms), and whom it is about."""

    state: str = ""
    since: int = 0
    contact: int | None = None

    @property
    def holds(self) -> bool:
        return self.state in (OPEN, SKIPPED)


@dataclass
class Loops:
    """What is stopped, and what the ledgers say about properties that are about to be written again."""

    tx: Transaction
    keeping: Keeping
    limit: int
    now: int
    stopped: dict[Place, Stopped]
    turns: Mapping[Place, Sequence[Turn]]
    troubles: list[Trouble] = field(default_factory=list)

    @classmethod
    def load(
        cls, tx: Transaction, keeping: Keeping, decided: Iterable[Decided], limit: int, now: int
    ) -> Loops:
        """For the changes of these contacts."""
        stopped = {
            place_of(record): Stopped(state, seen_at, contact)
            for record, state, seen_at, contact in tx.rows(
                "SELECT record, state, seen_at, contact FROM shelf WHERE origin = 'loop' AND state <> 'cured'"
            )
        }
        again = [place for one in decided for place in edited(one)]
        since = now - (limit + 1) * (APART // timedelta(milliseconds=1))
        return cls(tx, keeping, limit, now, stopped, turns_of(tx, again, since) if again else {})

    def cut(self, decided: Sequence[Decided]) -> list[Decided]:
        """These contacts without what is stopped; rows of theirs that are over leave the shelf."""
        if not self.stopped and not self.turns:
            return list(decided)
        ended = {record: () for one in decided for record in self._ended(one)}
        shelf.cure(self.tx, ("loop",), ended, self.now)
        return [replace(one, changes=self._sendable(one)) for one in decided]

    def held(self, decided: Sequence[Decided]) -> list[Decided]:
        """These contacts without what is stopped already; nothing is written, and nothing new is stopped."""
        if not any(row.holds for row in self.stopped.values()):
            return list(decided)
        return [replace(one, changes=tuple(self._unstopped(one.changes))) for one in decided]

    def _unstopped(self, changes: Iterable[Change]) -> Iterable[Change]:
        for change in changes:
            names = (
                () if change.create else tuple(n for n in change.fields if self._holds(change, n))
            )
            left = without(change, list(names)) if names else change
            if left.fields:
                yield left

    def _holds(self, change: Change, name: str) -> bool:
        place = change.ref, name
        rows = (self.stopped.get(place), self.stopped.get(everywhere(place)))
        return any(row is not None and row.holds for row in rows)

    def _sendable(self, one: Decided) -> tuple[Change, ...]:
        """A change of which nothing is left is no change."""
        left = (change if change.create else self._without(change) for change in one.changes)
        return tuple(change for change in left if change.fields)

    def _ended(self, one: Decided) -> Iterable[str]:
        """What was stopped is not wanted any more: the record shows it, or is no longer the contact's."""
        wanted = {(change.ref, name) for change in one.changes for name in change.fields}
        mine = set(one.dossier.contact.refs)
        for place, (_, _, contact) in self.stopped.items():
            if place not in wanted and (contact == one.dossier.contact.id or place[0] in mine):
                yield record_of(place)

    def _without(self, change: Change) -> Change:
        names = [name for name in change.fields if self._stops(change, name)]
        return without(change, names) if names else change

    def _stops(self, change: Change, name: str) -> bool:
        place = change.ref, name
        row = self.stopped.get(place, Stopped())
        if self._holds(change, name):
            return True
        since = row.since if row.state == RETRY else 0
        known = [turn for turn in self.turns.get(place, ()) if turn.at >= since]
        played = rounds(known)
        if len(played) < self.limit:
            return False
        who = rewriter(self.tx, change.ref.platform, played[-1])
        self._stop(place, change.contact, f"{name} is changed back each time we write it, by {who}")
        self._stop_all(everywhere(place), who)
        return True

    def _stop(self, place: Place, contact: int | None, message: str) -> None:
        self.stopped[place] = Stopped(OPEN, self.now, contact)
        where = self._where(place)
        hint = f"take it out of that automation, or out of the mapping ({where}); then retry"
        self.troubles.append(
            Trouble(
                "loop", place[0].platform, record_of(place), LOOP, message, hint, contact=contact
            )
        )

    def _stop_all(self, place: Place, who: str) -> None:
        affected = sum(
            row.holds and everywhere(one) == place and one != place
            for one, row in self.stopped.items()
        )
        if affected >= RECORDS:
            kind, name = place[0].kind, place[1]
            message = f"{name} is changed back on {affected} records, by {who}: it is written to no {kind} any more"
            self._stop(place, None, message)

    def _where(self, place: Place) -> str:
        """The mapping's line that writes the property."""
        platform = self.keeping.platform(place[0].platform)
        record = self.keeping.record(*place[0][:2])
        found = writes(platform, record) if platform is not None and record is not None else ()
        named = (write.where for write in found if write.property == place[1] and write.where)
        return next(named, f"mappings/{place[0].platform}.yaml")


def write_again(tx: Transaction, record: str, now: int) -> None:
    """A person wants this row tried again. One about all records of a kind takes those of single records along."""
    place = place_of(record)
    if place != everywhere(place):
        return
    like = f"{place[0].platform}/{place[0].kind}/%/{place[1]}"
    tx.run(
        "UPDATE shelf SET state = ?, seen_at = ? WHERE origin = 'loop' AND state = ? AND record LIKE ?",
        RETRY,
        now,
        OPEN,
        like,
    )
    touch_all(tx, ASKED, now)


def without(change: Change, names: Sequence[str]) -> Change:
    """The change, silent about these properties."""

    def left(held: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in held.items() if name not in names}

    return replace(
        change,
        fields=left(change.fields),
        base=left(change.base),
        values=left(change.values),
        over=left(change.over),
        shared=tuple(name for name in change.shared if name not in names),
        lossy=tuple(name for name in change.lossy if name not in names),
    )
