"""Changes are lent to a sender: the most urgent first, each checked once more against what the store knows now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson

from connector.model.systems.change import LANES, Change, Lane
from connector.store.due import BASE, Why, touch
from connector.store.identity.lookups import with_addresses
from connector.store.keeping import Keeping
from connector.store.sending.guard.latch import State, sendable
from connector.store.sending.others import TAKEN, taken
from connector.store.sending.outbox import DROPPED, Pending, changes_of, drop, pending
from connector.store.sending.permission import refused_by_people
from connector.store.sending.suppressed import Suppressed
from connector.store.sql.transaction import Transaction
from connector.store.sql.words import Homes
from connector.store.tables import ledgers

_ALONE = (
    "NOT EXISTS (SELECT 1 FROM outbox o WHERE o.contact = b.contact AND o.platform = b.platform AND o.kind IN [?]"
    " AND o.id <> b.id AND o.attempt IS NOT NULL AND substr(o.record, 1, 4) = 'new:')"
)
"""Nothing for a person while the answer to a create of theirs is out: there may be a record by now that changes what is
wanted of the others (two people turned out to be one)."""


def lease(
    tx: Transaction,
    keeping: Keeping,
    platform: str,
    limit: int,
    now: int,
    lanes: Sequence[Lane] | None,
    epoch: int | None,
    guard: Callable[[], State],
) -> list[Change]:
    """At most `limit` changes with an attempt on record. What no longer holds is dropped and decided again.

    `guard` latches, in this transaction, news that has moved more people than it may; what waits behind a latch is left alone.
    """
    free, values = sendable(guard().latches)
    wanted = [LANES.index(lane) for lane in lanes or LANES]
    people = list(keeping.person_kinds(platform))
    lent: list[Change] = []
    while len(lent) < limit:
        rows = pending(
            tx,
            "b.platform = ? AND b.lane IN [?] AND b.not_before <= ? AND b.attempt IS NULL"
            f" AND {_ALONE} AND {free} ORDER BY b.lane, b.id LIMIT ?",
            platform,
            wanted,
            now,
            people,
            *values,
            limit - len(lent),
        )
        if not rows:
            break
        changes = changes_of(tx, rows, sent=False)
        verdicts = _verdicts(tx, keeping, changes, now)
        _drop(tx, rows, verdicts, now)
        lent += _lend(
            tx, [row for row, code in zip(rows, verdicts, strict=True) if not code], now, epoch
        )
    return lent


def unclear(tx: Transaction, platform: str, limit: int, now: int) -> list[Change]:
    """Changes whose attempt has no receipt, or an unclear one, as they were sent."""
    rows = pending(
        tx,
        "b.platform = ? AND b.not_before <= ? AND b.attempt IS NOT NULL ORDER BY b.lane, b.id LIMIT ?",
        platform,
        now,
        limit,
    )
    return with_addresses(tx, changes_of(tx, rows, sent=True))


def _lend(tx: Transaction, rows: Sequence[Pending], now: int, epoch: int | None) -> list[Change]:
    if not rows:
        return []
    first = tx.entry(len(rows))
    sent = [
        row._replace(attempts=row.attempts + 1, attempt=first + place, sent=row.wanted)
        for place, row in enumerate(rows)
    ]
    tx.insert(ledgers.attempt, [(row.attempt, row.wanted, now, epoch) for row in sent])
    tx.many(
        "UPDATE outbox SET attempts = ?, attempt = ?, sent = ? WHERE id = ?",
        [(row.attempts, row.attempt, row.sent, row.id) for row in sent],
    )
    return with_addresses(tx, changes_of(tx, sent, sent=True))


def _drop(tx: Transaction, rows: Sequence[Pending], verdicts: Sequence[str], now: int) -> None:
    dropped = [(row, code) for row, code in zip(rows, verdicts, strict=True) if code]
    for row, code in dropped:
        drop(tx, [row], DROPPED, code, now)
    due: dict[int, Why] = {row.contact: BASE for row, _ in dropped}
    touch(tx, due, now)


def _verdicts(tx: Transaction, keeping: Keeping, changes: Sequence[Change], now: int) -> list[str]:
    """Why each change must not be sent; "" if it may."""
    forms = _forms(tx, [change for change in changes if not change.create])
    creates = [change for change in changes if change.create]
    there = _there(tx, keeping, creates)
    stopped = _stopped(tx, keeping, changes, creates)
    refused = refused_by_people(tx, keeping, changes, now)
    return [
        stopped.get(change.id)
        or _verdict(change, forms.get(change.id), change.id in there, change.id in refused)
        for change in changes
    ]


def _verdict(change: Change, forms: Mapping[str, Any] | None, there: bool, refused: bool) -> str:
    if change.create:
        code = "EXISTS" if there else ""
    elif forms is None:
        code = "MOVED"
    else:
        held = all(forms.get(name) == form for name, form in change.base.items())
        code = "" if held else "BASE_CHANGED"
    return "NO_CONSENT" if refused and not code else code


def _forms(tx: Transaction, changes: Iterable[Change]) -> dict[int, dict[str, Any]]:
    """What is observed of the records to be updated; a record that is gone or went elsewhere is missing."""
    homes = Homes(tx)
    found: dict[int, dict[str, Any]] = {}
    by_place: dict[tuple[str, str], dict[str, int]] = {}
    for change in changes:
        by_place.setdefault(change.ref[:2], {})[change.ref.id] = change.id
    for place, ids in by_place.items():
        for key, body in tx.rows(
            "SELECT r.key, COALESCE(o.body, '{}') FROM ref r LEFT JOIN observed o ON o.ref = r.id"
            " WHERE r.home = ? AND r.key IN [?] AND r.target IS NULL AND r.gone_at IS NULL",
            homes.known(*place) or 0,
            sorted(ids),
        ):
            shown = orjson.loads(body)
            found[ids[key]] = {name: seen and seen[0] for name, seen in shown.items()}
    return found


def _there(tx: Transaction, keeping: Keeping, creates: Sequence[Change]) -> set[int]:
    """Creates of records that the contact has by now."""
    if not creates:
        return set()
    homes = Homes(tx)
    has: dict[int, set[tuple[str, str]]] = {}
    done: dict[int, set[str]] = {}
    for contact, home, keys in tx.rows(
        "SELECT r.contact, r.home, COALESCE(o.keys, '[]') FROM ref r LEFT JOIN observed o ON o.ref = r.id"
        " WHERE r.contact IN [?] AND r.target IS NULL AND r.gone_at IS NULL",
        sorted({change.contact for change in creates}),
    ):
        has.setdefault(contact, set()).add(homes.place(home))
        done.setdefault(contact, set()).update(
            v for kind, v in orjson.loads(keys) if kind == "task"
        )
    return {
        change.id
        for change in creates
        if _exists(keeping, change, has.get(change.contact, set()), done.get(change.contact, set()))
    }


def _stopped(
    tx: Transaction, keeping: Keeping, changes: Sequence[Change], creates: Sequence[Change]
) -> dict[int, str]:
    """Creates of what somebody has deleted since the decision, and values that identify somebody else by now."""
    found = {
        change.id: TAKEN
        for change, held in zip(changes, taken(tx, keeping, changes), strict=True)
        if held
    }
    if creates:
        suppressed = Suppressed.load(tx, keeping, creates)
        found |= {change.id: "GONE" for change in creates if suppressed.deleted(change)}
    return found


def _exists(keeping: Keeping, change: Change, has: set[tuple[str, str]], done: set[str]) -> bool:
    platform, kind, _ = change.ref
    if not keeping.is_person(platform, kind):
        return change.key in done
    return any((platform, other) in has for other in keeping.same_person_kinds(platform, kind))
