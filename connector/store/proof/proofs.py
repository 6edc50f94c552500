"""The proofs as the command line asks for them: one snapshot of the store, looked at from all sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

import orjson
from sqlalchemy import Engine

from connector.model.person.decision import Decision
from connector.store.identity.rulings import UNLINK
from connector.store.keeping import Keeping
from connector.store.proof.broken import Proof
from connector.store.proof.edits import edits_stand
from connector.store.proof.past import Past
from connector.store.proof.shadow import real, snapshot
from connector.store.proof.standing import Tell, projections_stand
from connector.store.proof.sums import strengths_stand
from connector.store.proof.writes import writes_stand
from connector.store.sql.codec import dumps, restored
from connector.store.sql.moment import to_ms
from connector.store.sql.transaction import Transaction


class Kept(NamedTuple):
    """One decision as the ledger keeps it. `known` 0: from before decisions noted what they were made from."""

    id: int
    contact: int
    known: int
    account: str | None
    roster: int
    columns: tuple[
        str, int, str, str, str
    ]  # track, at, rulebook, before, stage: as the funnel reads them


class Joined(NamedTuple):
    """Two contacts turned out to be one, which stands like this from then on, by track."""

    id: int
    loser: int
    survivor: int
    standings: Mapping[str, str]


class Parted(NamedTuple):
    """A person took a record out of a contact, or undid a plan: (contact, track, standing or None) as they were given back."""

    id: int
    standings: tuple[tuple[int, str, str | None], ...]


class Force(NamedTuple):
    """A rulebook that came into force with this row of the ledgers."""

    id: int
    digest: str
    mappings: str
    texts: Mapping[str, str]


class Proofs:
    """What can be proved of one snapshot. Reads only; every temporary table is gone at the end."""

    def __init__(self, tx: Transaction, keeping: Keeping) -> None:
        self._tx, self._keeping = tx, keeping

    def projections(self, now: datetime, tell: Tell) -> Proof:
        """Every projection is what the ledgers tell, byte for byte."""
        return projections_stand(self._tx, self._keeping, to_ms(now), tell)

    def strengths(self) -> Proof:
        """Every kept sum is what its activities sum to."""
        return strengths_stand(self._tx, self._keeping)

    def edits(self) -> Proof:
        """Every foreign edit stands, was followed by another, or lost by a rule on record."""
        return edits_stand(self._tx, self._keeping)

    def writes(self) -> Proof:
        """Every write has a decision and one fate, and nothing was created twice."""
        return writes_stand(self._tx)

    def decisions(self) -> list[Kept]:
        """All of them, oldest first."""
        return [
            Kept(number, contact, known, account, int(orjson.loads(body)["roster"]), tuple(columns))
            for rows in self._tx.slices(
                "SELECT id, contact, known, account, body, track, at, rulebook, before, stage FROM decision ORDER BY id"
            )
            for number, contact, known, account, body, *columns in rows
        ]

    def bodies(self, decisions: list[int]) -> Mapping[int, tuple[str, Decision]]:
        """These decisions: their bytes, and what they say; also while the past is shown."""
        ledger = real(self._tx, "decision")
        rows = self._tx.rows(f"SELECT id, body FROM {ledger} WHERE id IN [?]", decisions)  # noqa: S608  (ours)
        return {number: (body, restored(Decision, body)) for number, body in rows}

    def joined(self) -> list[Joined]:
        """Contacts that turned out to be another one, oldest first."""
        return [
            Joined(number, loser, survivor, {t: dumps(s) for t, s in orjson.loads(text).items()})
            for number, loser, survivor, text in self._tx.rows(
                "SELECT id, loser, survivor, standings FROM joined WHERE role = 'contact' ORDER BY id"
            )
        ]

    def parted(self) -> list[Parted]:
        """Standings that were given back: of contacts that a person took apart again, and of undone plans."""
        apart = [
            Parted(number, tuple(tuple(one) for one in orjson.loads(body)["standings"]))
            for number, body in self._tx.rows(
                "SELECT id, body FROM ruling WHERE kind = ? ORDER BY id", UNLINK
            )
        ]
        undone = [
            Parted(number, ((contact, track, standing),))
            for number, contact, track, standing in self._tx.rows(
                "SELECT id, contact, track, standing FROM restored ORDER BY id"
            )
        ]
        return [*apart, *undone]

    def in_force(self) -> list[Force]:
        """Every activation, oldest first."""
        return [
            Force(number, digest, mappings, orjson.loads(texts))
            for number, digest, mappings, texts in self._tx.rows(
                "SELECT a.id, r.digest, r.mappings, r.texts FROM activation a"
                " JOIN rulebook r ON r.id = a.rulebook ORDER BY a.id"
            )
        ]

    @contextmanager
    def past(self) -> Iterator[Past]:
        """The store led forward from its beginning."""
        past = Past(self._tx)
        try:
            yield past
        finally:
            past.close()


@contextmanager
def proofs(engine: Engine, keeping: Keeping) -> Iterator[Proofs]:
    """One snapshot to prove things of."""
    with snapshot(engine) as tx:
        yield Proofs(tx, keeping)
