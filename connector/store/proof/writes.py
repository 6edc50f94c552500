"""Nothing was written without a decision, nothing was created twice, and everything wanted has one fate."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

from connector.store.intake.records.memberships import LIST
from connector.store.proof.broken import Broken, Proof
from connector.store.proof.standing import named
from connector.store.sql.transaction import Transaction

FATES = ("written", "moved", "gone", "refused", "dropped", "superseded")
"""In this order: what was superseded while it was on its way may still have been written."""
SHELVED = ("refused", "gone")
OPEN = ("unclear",)
NEW = "new:%"  # records that were to be created
Part = tuple[int, int, tuple[Any, ...]]  # wanted, which ledger, row


def writes_stand(tx: Transaction) -> Proof:
    """Conservation (wanted = written + superseded + dropped + pending + shelf), attempts, receipts and creates."""
    fates: Counter[str] = Counter()
    broken: list[Broken] = []
    pending = _pending(tx)
    shelf = {record for (record,) in tx.rows("SELECT record FROM shelf WHERE origin = 'write'")}
    for number, parts in groupby(merge(_wanted(tx), _attempts(tx), _receipts(tx)), itemgetter(0)):
        fate = _Fate(number, list(parts), pending, shelf)
        fates[fate.name] += 1
        broken += fate.broken()
    broken += [*_undecided(tx), *_twice(tx), *_unanswered_sightings(tx)]
    counts = {"wanted": fates.total(), **{name: fates[name] for name in sorted(fates)}}
    return Proof("writes", counts, tuple(broken))


def _wanted(tx: Transaction) -> Iterator[Part]:
    sql = "SELECT id, platform, kind, record, contact FROM wanted ORDER BY id"
    return ((row[0], 0, row[1:]) for rows in tx.slices(sql) for row in rows)


def _attempts(tx: Transaction) -> Iterator[Part]:
    sql = "SELECT wanted, id FROM attempt ORDER BY wanted, id"
    return ((row[0], 1, row[1:]) for rows in tx.slices(sql) for row in rows)


def _receipts(tx: Transaction) -> Iterator[Part]:
    sql = "SELECT wanted, id, COALESCE(attempt, 0), state FROM receipt ORDER BY wanted, id"
    return ((row[0], 2, row[1:]) for rows in tx.slices(sql) for row in rows)


def _pending(tx: Transaction) -> dict[int, int]:
    """Wanted rows that wait or are on their way, with the open attempt (0: none)."""
    found: dict[int, int] = {}
    for wanted, sent, attempt in tx.rows("SELECT wanted, sent, attempt FROM outbox"):
        found.setdefault(wanted, 0)
        if sent is not None:
            found[sent] = attempt or 0
    return found


class _Fate:
    """What became of one wanted change."""

    def __init__(
        self, number: int, parts: list[Part], pending: dict[int, int], shelf: set[str]
    ) -> None:
        self.number = number
        self.wanted = next((row for _, ledger, row in parts if ledger == 0), None)
        self.attempts = [row[0] for _, ledger, row in parts if ledger == 1]
        self.receipts = [row for _, ledger, row in parts if ledger == 2]
        self.open = pending.get(number)
        self._shelf = shelf
        states = {state for _, _, state in self.receipts}
        self.name = next((fate for fate in FATES if fate in states), "pending")

    def broken(self) -> Iterator[Broken]:
        if self.wanted is None:
            yield Broken(
                f"change {self.number}", "it was sent or answered, but no decision wanted it"
            )
            return
        *place, contact = self.wanted
        record = "/".join(place)
        for cause in (*self._lost(record), *self._unmatched()):
            yield Broken(record, f"change {self.number} {cause}", contact)

    def _lost(self, record: str) -> Iterator[str]:
        if self.name == "pending" and self.open is None:
            yield "is lost: it neither waits, nor lies on the shelf, nor was it written or taken back"
        if self.name in SHELVED and record not in self._shelf:
            yield f"came back {self.name} and does not lie on the shelf"

    def _unmatched(self) -> Iterator[str]:
        answers: dict[int, list[str]] = defaultdict(list)
        for _, attempt, state in self.receipts:
            if attempt and attempt not in self.attempts:
                yield f"has a receipt for an attempt ({attempt}) that is not on record"
            elif attempt and state not in OPEN:
                answers[attempt].append(state)
        for attempt in self.attempts:
            if len(answers[attempt]) > 1:
                yield f"has {len(answers[attempt])} receipts for one attempt: {', '.join(answers[attempt])}"
            if not answers[attempt] and self.open != attempt:
                yield f"was sent (attempt {attempt}) and has no receipt, and nobody is looking it up"


def _undecided(tx: Transaction) -> Iterator[Broken]:
    for number, platform, kind, record, contact in tx.rows(
        "SELECT w.id, w.platform, w.kind, w.record, w.contact FROM wanted w"
        " LEFT JOIN decision d ON d.id = w.decision WHERE d.id IS NULL ORDER BY w.id"
    ):
        cause = f"change {number} has no decision on record"
        yield Broken(f"{platform}/{kind}/{record}", cause, contact)


def _twice(tx: Transaction) -> Iterator[Broken]:
    """Several living records that one and the same create made."""
    made: dict[tuple[str, ...], set[int]] = defaultdict(set)
    whose: dict[tuple[str, ...], int] = {}
    for platform, kind, record, contact, ref in tx.rows(
        "SELECT w.platform, w.kind, w.record, w.contact, r.ref FROM wanted w JOIN receipt r ON r.wanted = w.id"
        " JOIN ref f ON f.id = r.ref WHERE w.record LIKE ? AND r.state = 'written'"
        " AND f.gone_at IS NULL AND f.target IS NULL",
        NEW,
    ):
        made[platform, kind, record].add(ref)
        whose[platform, kind, record] = contact
    for place, refs in made.items():
        if len(refs) > 1:
            records = _names(tx, refs)
            yield Broken(records[0], f"created twice: {' and '.join(records)}", whose[place])


def _names(tx: Transaction, refs: Iterable[int]) -> list[str]:
    return [named(tx, ref)[0] for ref in sorted(refs)]


def _unanswered_sightings(tx: Transaction) -> Iterator[Broken]:
    """What is noted as written by us, without any receipt. Memberships are noted on merges and doubts, too."""
    for number, ref in tx.rows(
        "SELECT s.id, s.ref FROM sighting s LEFT JOIN (SELECT DISTINCT COALESCE(r.ref, f.id) AS ref, r.at"
        " FROM receipt r JOIN wanted w ON w.id = r.wanted"
        " LEFT JOIN home h ON h.platform = w.platform AND h.kind = w.kind"
        " LEFT JOIN ref f ON f.home = h.id AND f.key = w.record"
        " WHERE r.state = 'written') a ON a.ref = s.ref AND a.at = s.at"
        " WHERE s.written = 1 AND a.ref IS NULL AND s.delta NOT LIKE ? ORDER BY s.id",
        f'{{"{LIST}%',
    ):
        record, contact = named(tx, ref)
        cause = f"sighting {number} is noted as our write, and no receipt says so"
        yield Broken(record, cause, contact)
