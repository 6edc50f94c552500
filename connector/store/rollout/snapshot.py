"""The whole population as it stands at one moment, for plans: read in bounded pieces, beside whoever writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine

from connector.model.mapping.mappings import Mappings
from connector.model.person.decision import Strength
from connector.model.person.dossier import Decided, Dossier
from connector.model.roster import Roster
from connector.model.rules import Rulebook
from connector.model.systems.ref import Ref
from connector.store.deciding.dossiers import Due, dossiers
from connector.store.deciding.roster import load_roster
from connector.store.deciding.strengths import strengths_of
from connector.store.due import PLANNED
from connector.store.keeping import Keeping
from connector.store.loops.loops import Loops
from connector.store.recall.person.lookup import contacts
from connector.store.rollout.images import images_by
from connector.store.rollout.kept import without_plans
from connector.store.rollout.moves import given_back
from connector.store.sending.others import without_others
from connector.store.sending.suppressed import Suppressed
from connector.store.sql.database import reading
from connector.store.sql.moment import to_ms
from connector.store.sql.transaction import Transaction


class Snapshot:
    """One state of the store. `known` is the last row of its ledgers that is no plan, `people` how many contacts there are."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self.known = without_plans(tx, tx.last_entry())
        self.people = tx.number("SELECT count(*) FROM contact WHERE survivor IS NULL")

    def contacts(self, size: int) -> Iterator[Sequence[int]]:
        """Numbers of living contacts in order, so many at a time."""
        last = 0
        while some := contacts(self._tx, last, size):
            yield some
            last = some[-1]

    def dossiers(
        self,
        keeping: Keeping,
        some: Sequence[int],
        now: datetime,
        undone: int | None = None,
        *,
        begun: bool = True,
    ) -> list[Dossier]:
        """These, as rules and mappings of `keeping` see them; `undone`: standing as before that plan, where it is given back.

        `begun` False: nobody asks when it began with them.
        """
        wanted = [Due(contact, 0, PLANNED.lane) for contact in some]
        if undone is None:
            return dossiers(self._tx, keeping, wanted, now, begun=begun)
        back = given_back(self._tx, undone, some)
        images = images_by(self._tx, keeping, undone, some)
        return dossiers(self._tx, keeping, wanted, now, back, images, begun=begun)

    def strengths(
        self, keeping: Keeping, some: Sequence[int], now: datetime
    ) -> Mapping[int, Mapping[str, Strength]]:
        """Strengths of these by the signals of `keeping`: kept sums, and the log only for signals that have none."""
        owned: dict[int, list[int]] = defaultdict(list)
        rows = self._tx.rows(
            "SELECT contact, id FROM ref WHERE contact IN [?] ORDER BY id", list(some)
        )
        for contact, ref in rows:
            owned[contact].append(ref)
        return strengths_of(self._tx, keeping, owned, now)

    def roster(self, mappings: Mappings, book: Rulebook) -> Roster:
        """Owners, turns and unanswered leads, as these mappings and rules see them."""
        return load_roster(self._tx, mappings, book)

    def sent(
        self, keeping: Keeping, decided: Sequence[Decided], now: datetime, rounds: int
    ) -> list[Decided]:
        """The same with those changes only that would go into the outbox.

        Nothing that loops, is somebody else's address, or waits on the shelf for a person.
        """
        loops = Loops.load(self._tx, keeping, decided, rounds, to_ms(now))
        left = without_others(self._tx, keeping, loops.held(decided))
        shelf = Suppressed.load(self._tx, keeping, [each for one in left for each in one.changes])
        return [replace(one, changes=tuple(shelf.sendable(one.changes)[0])) for one in left]

    def pending(self, some: Sequence[int]) -> Mapping[Ref, str]:
        """What waits to be sent for these, as `wanted` has it."""
        rows = self._tx.rows(
            "SELECT b.platform, b.kind, b.record, w.body FROM outbox b JOIN wanted w ON w.id = b.wanted WHERE b.contact IN [?]",
            list(some),
        )
        return {Ref(platform, kind, record): body for platform, kind, record, body in rows}


@contextmanager
def snapshot(engine: Engine) -> Iterator[Snapshot]:
    """One state of the store; nobody is hindered."""
    with reading(engine) as tx:
        yield Snapshot(tx)
