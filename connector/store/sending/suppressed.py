"""Changes that a person must look at first: what a system refused as it is, and records somebody deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from connector.model.person.contact import Contact
from connector.model.systems.change import Change
from connector.store.keeping import Keeping
from connector.store.sending.outbox import NOTHING, Pending, body_of, gone_trouble
from connector.store.shelf import OPEN, RETRY, SKIPPED, Trouble
from connector.store.sql.transaction import Transaction
from connector.store.sql.words import Homes

WHO = "WhoId"
NEW = "new:"
Body = tuple[str, str]  # key, body of a wanted row


class Verdict(NamedTuple):
    """Why a change is not sent; `news` if the shelf does not say so yet."""

    row: Trouble
    news: bool


@dataclass
class Suppressed:
    """What the shelf and the tombstones say about some changes."""

    keeping: Keeping
    refused: dict[str, list[Body]]  # record -> what was refused and still lies there
    shelved: dict[str, set[str]]  # record -> states of its rows for a deleted record
    gone: dict[int, set[tuple[str, str]]]  # contact -> places of its deleted records
    alive: dict[int, set[tuple[str, str]]]

    @classmethod
    def load(cls, tx: Transaction, keeping: Keeping, changes: Sequence[Change]) -> Suppressed:
        """For these changes."""
        refused: dict[str, list[Body]] = {}
        shelved: dict[str, set[str]] = {}
        records = sorted({str(change.ref) for change in changes})
        rows = tx.rows(
            "SELECT s.record, s.code, s.state, w.key, w.body FROM shelf s LEFT JOIN wanted w ON w.id = s.wanted"
            " WHERE s.record IN [?] AND s.origin = 'write' AND s.state <> 'cured'",
            records,
        )
        for record, code, state, key, body in rows if records else ():
            if code == "GONE":
                shelved.setdefault(record, set()).add(state)
            elif state in (OPEN, SKIPPED) and body is not None:
                refused.setdefault(record, []).append((key, body))
        gone, alive = _places(tx, [change for change in changes if change.create])
        return cls(keeping, refused, shelved, gone, alive)

    def trouble(self, change: Change) -> Verdict | None:
        """Why this change must wait for a person; None if it may go."""
        record = str(change.ref)
        if (change.key, body_of(change)) in self.refused.get(record, ()):
            return Verdict(gone_trouble(change.ref, change.contact, None), news=False)
        if self.deleted(change):
            news = not self.shelved.get(record)
            return Verdict(gone_trouble(change.ref, change.contact, None), news=news)
        return None

    def sendable(self, changes: Sequence[Change]) -> tuple[list[Change], list[Trouble]]:
        """Those of one contact's changes that may go, and what the shelf does not say yet of the others."""
        hanging = self.hanging(changes)
        loose = [one for place, one in enumerate(changes) if place not in hanging]
        judged = [(one, self.trouble(one)) for one in loose]
        news = [verdict.row for _, verdict in judged if verdict is not None and verdict.news]
        return [one for one, verdict in judged if verdict is None], news

    def deleted(self, change: Change) -> bool:
        """Whether this would create again what somebody deleted, and nobody has asked for it."""
        if not change.create or not self._was_deleted(change):
            return False
        return RETRY not in self.shelved.get(str(change.ref), set())

    def hanging(self, changes: Sequence[Change]) -> set[int]:
        """Places of tasks among these that hang on a record which is suppressed here: they would wait for ever."""
        out = {str(one.ref) for one in changes if self.trouble(one) is not None}
        return {place for place, one in enumerate(changes) if _whom(one) in out}

    def _was_deleted(self, change: Change) -> bool:
        platform, kind, _ = change.ref
        if not self.keeping.is_person(platform, kind):
            return False
        places = {(platform, k) for k in self.keeping.same_person_kinds(platform, kind)}
        gone, alive = self.gone.get(change.contact, set()), self.alive.get(change.contact, set())
        return bool(places & gone) and not places & alive

    @staticmethod
    def bodies(tx: Transaction, rows: Sequence[Pending]) -> dict[int, Body]:
        """What the rows of the outbox want now."""
        wanted = sorted({row.wanted for row in rows if row.wanted != NOTHING})
        if not wanted:
            return {}
        found = tx.rows("SELECT id, key, body FROM wanted WHERE id IN [?]", wanted)
        return {number: (key, body) for number, key, body in found}


def moot(tx: Transaction, keeping: Keeping, contacts: Iterable[Contact], now: int) -> None:
    """What lies on the shelf because a record was deleted, or could not be created: over as soon as the person has another."""
    has = {
        one.id: {ref.platform for ref in one.refs if keeping.is_person(ref.platform, ref.kind)}
        for one in contacts
    }
    rows = tx.rows(
        "SELECT id, contact, platform, record, code FROM shelf WHERE contact IN [?] AND origin = 'write'"
        " AND state IN ('open', 'retry', 'skipped')",
        sorted(has),
    )
    over = [
        number
        for number, contact, platform, record, code in rows
        if platform in has[contact] and (code == "GONE" or f"/{NEW}" in record)
    ]
    tx.many("UPDATE shelf SET state = 'cured', seen_at = ? WHERE id = ?", [(now, n) for n in over])


def _whom(change: Change) -> str | None:
    """The person's record that a task names, as we name it."""
    who = change.fields.get(WHO)
    return str(who.get("ref")) if isinstance(who, Mapping) else None


Places = dict[int, set[tuple[str, str]]]


def _places(tx: Transaction, creates: Sequence[Change]) -> tuple[Places, Places]:
    gone: Places = {}
    alive: Places = {}
    if not creates:
        return gone, alive
    homes = Homes(tx)
    for contact, home, gone_at in tx.rows(
        "SELECT contact, home, gone_at FROM ref WHERE contact IN [?] AND target IS NULL",
        sorted({change.contact for change in creates}),
    ):
        found = alive if gone_at is None else gone
        found.setdefault(contact, set()).add(homes.place(home))
    return gone, alive
