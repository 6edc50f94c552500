"""Plans as everybody else sees them; each method is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import Engine

from connector.model.mapping.mappings import Mappings
from connector.model.person.dossier import Decided, Dossier
from connector.model.rules import Rulebook
from connector.store import rulebooks
from connector.store.deciding.dossiers import dossiers
from connector.store.deciding.record import record
from connector.store.keeping import Keeping
from connector.store.loops.loops import ROUNDS
from connector.store.rehearsal import is_rehearsal, note_rehearsal
from connector.store.rollout import carrying, kept
from connector.store.rollout.kept import Expected, Plan
from connector.store.rollout.remains import Remains, remains
from connector.store.rollout.snapshot import Snapshot, snapshot
from connector.store.rulebooks import Force
from connector.store.sql.database import reading
from connector.store.sql.moment import to_ms
from connector.store.sql.transaction import Transaction

Writing = Callable[[int | None], AbstractContextManager[Transaction]]


class Plans:
    """What the store knows of plans. `writing` opens a transaction under an epoch; `keeping` gives the rules in force."""

    def __init__(self, engine: Engine, writing: Writing, keeping: Callable[[], Keeping]) -> None:
        self._engine, self._writing, self._keeping = engine, writing, keeping

    def force(self) -> Force | None:
        """What is in force, and since when."""
        with reading(self._engine) as tx:
            return rulebooks.force(tx)

    def force_at(self, activation: int) -> Force | None:
        """What that activation put into force."""
        with reading(self._engine) as tx:
            return rulebooks.force_at(tx, activation)

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Everybody as they stand now."""
        return snapshot(self._engine)

    def keep(self, plan: Plan, expected: Iterable[Expected], now: datetime) -> int:
        """Remember a plan; its number."""
        with self._writing(None) as tx:
            return kept.keep(tx, plan, expected, to_ms(now))

    def find(self, beginning: str) -> Plan | None:
        """The one plan whose hash begins so."""
        with reading(self._engine) as tx:
            return kept.find(tx, beginning)

    def numbered(self, number: int) -> Plan | None:
        """The plan of that number."""
        with reading(self._engine) as tx:
            return kept.numbered(tx, number)

    def applied(self, limit: int = 20) -> list[tuple[Plan, datetime]]:
        """Plans that came into force, each with when, the latest first."""
        with reading(self._engine) as tx:
            return kept.applied(tx, limit)

    def touched(self, plan: Plan) -> tuple[list[int], int]:
        """Whom something reached since the plan was made, and how many of them it would have moved."""
        with reading(self._engine) as tx:
            some = carrying.touched_since(tx, plan.known)
            return some, kept.affected_of(tx, plan.id, some)

    def begin(
        self,
        plan: Plan,
        texts: Mapping[str, str],
        book: Rulebook,
        mappings: Mappings,
        allowed: int,
        again: Sequence[str],
        now: datetime,
    ) -> int:
        """Put the plan's rules into force, once; the row of that activation. The systems `again` are read from their beginning.

        Raises Outdated if other rules came first.
        """
        with self._writing(None) as tx:
            keeping = Keeping(book, mappings)
            return carrying.begin(tx, plan, texts, keeping, allowed, again, to_ms(now))

    def waiting(
        self, plan: Plan, after: int, limit: int, now: datetime
    ) -> list[tuple[Dossier, Expected | None]]:
        """The next who wait for the plan, as of `now`, each with what it expects (None: nothing)."""
        with reading(self._engine) as tx:
            wanted = carrying.waiting(tx, after, limit)
            found = dossiers(tx, self._keeping(), wanted, now)
            expected = kept.expected_of(tx, plan.id, [one.contact for one in wanted])
        return [(one, expected.get(one.contact.id)) for one in found]

    def rehearse(self) -> None:
        """Say that the store lives in a rehearsal's time; once."""
        if not self.rehearsed():
            with self._writing(None) as tx:
                note_rehearsal(tx)

    def rehearsed(self) -> bool:
        """Whether it does: plans are made at its own last moment then."""
        with reading(self._engine) as tx:
            return is_rehearsal(tx)

    def left(self) -> int:
        """How many wait for a plan that is being carried out."""
        with reading(self._engine) as tx:
            return carrying.left(tx)

    def done(self, plan: Plan) -> tuple[int, list[int]]:
        """How many people the plan was carried out for, and whom of them it decided again."""
        with reading(self._engine) as tx:
            return kept.done(tx, plan.id)

    def remains(self, plan: Plan) -> Remains:
        """What taking this plan back does not take back."""
        with reading(self._engine) as tx:
            return remains(tx, plan.id)

    def record(
        self,
        plan: Plan,
        decided: Sequence[Decided],
        again: bool,
        roster_version: int,
        now: datetime,
        rounds: int = ROUNDS,
        epoch: int | None = None,
    ) -> bool:
        """As `Store.record`, under a plan: with a note of whom it was carried out for. `again`: not as it was planned."""
        with self._writing(epoch) as tx:
            since = tx.last_entry()
            done = record(tx, self._keeping(), decided, roster_version, to_ms(now), rounds)
            if done:
                whom = {one.dossier.contact.id: again for one in decided}
                kept.note_applied(tx, plan.id, whom, since, to_ms(now))
            return done
