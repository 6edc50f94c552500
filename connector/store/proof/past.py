"""The store as it was at any row of its ledgers: hidden projections that are led forward, and ledgers that end there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from heapq import merge
from typing import NamedTuple

import orjson
from sqlalchemy import Table

from connector.decide.place.machine import telling
from connector.model.mapping.mappings import Mappings
from connector.model.person.contact import Contact
from connector.model.roster import Roster
from connector.model.rules import Rulebook
from connector.store.deciding.dossiers import dossiers, marks
from connector.store.deciding.roster import Told, folded, move_on, told, version
from connector.store.deciding.unanswered import count_unanswered
from connector.store.identity.rulings import UNLINK
from connector.store.intake.joins import join_standings
from connector.store.intake.records.owners import owner_row
from connector.store.keeping import Keeping
from connector.store.proof.shadow import hide, real, show, unreal
from connector.store.sql.codec import dumps
from connector.store.sql.moment import EPOCH
from connector.store.sql.transaction import Row, Transaction
from connector.store.sql.words import Homes
from connector.store.tables import projections
from connector.store.tables.ledgers import LEDGERS

STEP = 5_000
_BY_INTAKE = ("activity",)
_WITHOUT_TIME = ("activity_detail", "planned")
_TOLD: Mapping[str, str] = {
    "link": "ref, role, target, key",
    "redirect": "ref, target, kind, at",
    "joined": "role, loser, survivor",
    "sighting": "ref, written, at, delta, keys",
    "decision": "contact, track, body",
    "assignment": "decision, pool, owner, turns",
    "ruling": "kind, contact, body",
    "restored": "contact, track, standing",
}


class Event(NamedTuple):
    """One row of a ledger."""

    id: int
    ledger: str
    row: Row


class Past:
    """Leads the hidden projections forward, row by row of the ledgers. Only forward; `close` shows the present again."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self.position = 0
        hide(tx)
        tx.run(f"CREATE TEMPORARY TABLE {_POSITION} (at BIGINT)")
        tx.run(f"INSERT INTO {_POSITION} VALUES (0)")  # noqa: S608  (ours)
        for ledger in LEDGERS:
            if ledger.name not in _WITHOUT_TIME:
                tx.run(_view(tx, ledger))
        homes = Homes(tx)
        self._kinds = {
            ref: homes.place(home)[1] for ref, home in tx.rows("SELECT id, home FROM ref")
        }
        self._acts: Mapping[str, Callable[..., None]] = {
            "link": self._link,
            "redirect": self._redirect,
            "joined": self._joined,
            "sighting": self._sighting,
            "decision": self._decision,
            "assignment": self._assignment,
            "ruling": self._ruling,
            "restored": self._restored,
        }
        self._owners: set[int] = set()
        self._rosters: dict[int, Told] = {}
        self.wanted: set[int] = set()
        """Versions of the roster that somebody will ask for."""

    def close(self) -> None:
        for ledger in LEDGERS:
            if ledger.name not in _WITHOUT_TIME:
                self._tx.run(f"DROP VIEW {unreal(self._tx, ledger.name)}")
        self._tx.run(f"DROP TABLE {_POSITION}")
        show(self._tx)

    def advance(self, to: int) -> None:
        """Everything up to this row of the ledgers has happened."""
        while self.position < to:
            before, self.position = self.position, min(to, self.position + STEP)
            self._tx.run(f"UPDATE {_POSITION} SET at = ?", self.position)  # noqa: S608  (ours)
            for event in self._events(before, self.position):
                self._tell(event)

    def contacts(
        self, mappings: Mappings, book: Rulebook, accounts: Mapping[int, str | None]
    ) -> Mapping[int, Contact]:
        """These contacts as they were known by these mappings and rules, each with the account (by its key) that its decision saw."""
        self._tx.many(
            "UPDATE contact SET account = (SELECT id FROM account WHERE key = ?) WHERE id = ?",
            [(key, contact) for contact, key in accounts.items()],
        )
        keeping = Keeping(None, mappings, machines=telling(book))
        found = dossiers(self._tx, keeping, marks(self._tx, sorted(accounts)), EPOCH)
        return {one.contact.id: replace(one.contact, known=self.position) for one in found}

    def roster(
        self, at: int, mappings: Mappings | None = None, book: Rulebook | None = None
    ) -> Roster | None:
        """The roster of that version by these mappings and rules, if it is the one of now or was asked for by `wanted`."""
        if at == version(self._tx) and at not in self._rosters:
            self._rosters[at] = told(self._tx)
        found = self._rosters.get(at)
        return None if found is None else folded(found, mappings, book)

    def forget(self, before: int) -> None:
        """Nobody asks for older versions any more."""
        for old in [one for one in self._rosters if one < before]:
            del self._rosters[old]

    def _events(self, after: int, until: int) -> Iterator[Event]:
        parts: list[Sequence[Event]] = []
        for ledger, columns in _TOLD.items():
            rows = self._tx.rows(
                f"SELECT id, {columns} FROM {real(self._tx, ledger)} WHERE id > ? AND id <= ? ORDER BY id",  # noqa: S608  (ours)
                after,
                until,
            )
            parts.append([Event(row[0], ledger, row[1:]) for row in rows])
        return merge(*parts)

    def _tell(self, event: Event) -> None:
        self._acts[event.ledger](event.id, *event.row)

    def _link(self, _: int, ref: int, role: str, target: int, key: str | None) -> None:
        tx = self._tx
        if role == "contact":
            if key is not None:
                tx.add(projections.contact, [(target, key, None, None, None)])
            tx.run("UPDATE ref SET contact = ? WHERE id = ?", target, ref)
        elif role == "account":
            if key is not None:
                tx.add(projections.account, [(target, key, None)])
            tx.run("UPDATE ref SET account = ? WHERE id = ?", target, ref)
        elif role == "owner":
            self._owners.add(ref)

    def _redirect(self, number: int, ref: int, target: int | None, kind: str, at: int) -> None:
        if kind in ("gone", "restored"):
            self._before_roster_moves(ref in self._owners)
            self._tx.run(
                "UPDATE ref SET gone_at = ? WHERE id = ?", at if kind == "gone" else None, ref
            )
            if ref in self._owners:
                move_on(self._tx, number)
        else:
            into = None if kind == "returned" else target
            self._tx.run("UPDATE ref SET target = ? WHERE id = ?", into, ref)

    def _joined(self, number: int, role: str, loser: int, survivor: int) -> None:
        tx = self._tx
        if role == "contact":
            tx.run("UPDATE ref SET contact = ? WHERE contact = ?", survivor, loser)
            tx.run(
                "UPDATE contact SET survivor = ? WHERE id = ? OR survivor = ?",
                survivor,
                loser,
                loser,
            )
            self._before_roster_moves(True)
            join_standings(tx, survivor, loser, number)
        else:
            tx.run("UPDATE ref SET account = ? WHERE account = ?", survivor, loser)

    def _sighting(
        self, number: int, ref: int, written: int, at: int, delta: str, keys: str | None
    ) -> None:
        tx = self._tx
        found = tx.one("SELECT at, body, keys FROM observed WHERE ref = ?", ref)
        seen_at, body, shown = found or (0, "{}", "[]")
        folded = dumps({**orjson.loads(body), **orjson.loads(delta)})
        tx.put(
            projections.observed,
            [(ref, seen_at if written else at, folded, shown if keys is None else keys)],
        )
        if keys is not None and ref in self._owners:
            self._before_roster_moves(True)
            tx.put(projections.owner, [owner_row(ref, self._kinds[ref], keys)])
            move_on(tx, number)

    def _decision(self, number: int, contact: int, track: str, body: str) -> None:
        self._restored(number, contact, track, dumps(orjson.loads(body)["standing"]))

    def _restored(self, number: int, contact: int, track: str, after: str) -> None:
        tx = self._tx
        before = tx.one("SELECT body FROM standing WHERE contact = ? AND track = ?", contact, track)
        self._before_roster_moves(True)
        count_unanswered(tx, [(None if before is None else before[0], after)], number)
        tx.put(projections.standing, [(contact, track, after)])

    def _assignment(self, _: int, decision: int, pool: str, owner: str, turns: float) -> None:
        self._before_roster_moves(version(self._tx) != decision)
        if pool:
            self._tx.put(projections.turn, [(pool, owner, turns)])
        move_on(self._tx, decision)

    def _ruling(self, number: int, kind: str, contact: int | None, body: str) -> None:
        """Somebody was taken out of a contact: one that had been joined is back, and standings as they were given back."""
        if kind != UNLINK:
            return
        tx = self._tx
        tx.run("UPDATE contact SET survivor = NULL WHERE id = ?", contact)
        self._before_roster_moves(True)
        for whose, track, after in orjson.loads(body)["standings"]:
            row = tx.one("SELECT body FROM standing WHERE contact = ? AND track = ?", whose, track)
            tx.run("DELETE FROM standing WHERE contact = ? AND track = ?", whose, track)
            if after is not None:
                tx.put(projections.standing, [(whose, track, after)])
            count_unanswered(tx, [(None if row is None else row[0], after)], number)

    def _before_roster_moves(self, moves: bool) -> None:
        """Whatever version is asked for is kept before the roster is another one."""
        if moves:
            now = version(self._tx)
            if now in self.wanted:
                self.roster(now)


_POSITION = "ledger_position"


def _view(tx: Transaction, ledger: Table) -> str:
    by = "intake" if ledger.name in _BY_INTAKE else "id"
    return (
        f"CREATE TEMPORARY VIEW {ledger.name} AS SELECT * FROM {real(tx, ledger.name)}"  # noqa: S608  (ours)
        f" WHERE {by} <= (SELECT at FROM {_POSITION})"
    )
