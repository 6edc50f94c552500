"""Changes are lent to a sender: the most urgent first, each checked once more against what the store knows now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from connector.decide.condition import compiled, tests
from connector.decide.facts import DERIVED, Facts
from connector.model.change import LANES, Change, Lane
from connector.model.roster import Roster
from connector.store import ledgers
from connector.store.deciding.dossiers import dossiers, marks
from connector.store.due import BASE, Why, touch
from connector.store.intake.memberships import LIST
from connector.store.keeping import Keeping
from connector.store.moment import from_ms
from connector.store.sending.outbox import DROPPED, Pending, changes_of, drop, pending
from connector.store.transaction import Transaction
from connector.store.words import Homes


def lease(
    tx: Transaction,
    keeping: Keeping,
    platform: str,
    limit: int,
    now: int,
    lanes: Sequence[Lane] | None,
    epoch: int | None,
) -> list[Change]:
    """At most `limit` changes with an attempt on record. What no longer holds is dropped and decided again."""
    wanted = [LANES.index(lane) for lane in lanes or LANES]
    lent: list[Change] = []
    while len(lent) < limit:
        rows = pending(
            tx,
            "b.platform = ? AND b.lane IN [?] AND b.not_before <= ? AND b.attempt IS NULL"
            " ORDER BY b.lane, b.id LIMIT ?",
            platform,
            wanted,
            now,
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
    return changes_of(tx, rows, sent=True)


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
    return changes_of(tx, sent, sent=True)


def _drop(tx: Transaction, rows: Sequence[Pending], verdicts: Sequence[str], now: int) -> None:
    dropped = [(row, code) for row, code in zip(rows, verdicts, strict=True) if code]
    for row, code in dropped:
        drop(tx, [row], DROPPED, code, now)
    due: dict[int, Why] = {row.contact: BASE for row, _ in dropped}
    touch(tx, due, now)


def _verdicts(tx: Transaction, keeping: Keeping, changes: Sequence[Change], now: int) -> list[str]:
    """Why each change must not be sent; "" if it may."""
    forms = _forms(tx, [change for change in changes if not change.create])
    there = _there(tx, keeping, [change for change in changes if change.create])
    joining = {change.contact for change in changes if _joins_list(change)}
    may_mail = _may_mail(tx, keeping, joining, now)
    return [
        _verdict(
            change, forms.get(change.id), change.id in there, may_mail.get(change.contact, True)
        )
        for change in changes
    ]


def _verdict(change: Change, forms: Mapping[str, Any] | None, there: bool, may_mail: bool) -> str:
    if change.create:
        code = "EXISTS" if there else ""
    elif forms is None:
        code = "MOVED"
    else:
        held = all(forms.get(name) == form for name, form in change.base.items())
        code = "" if held else "BASE_CHANGED"
    if not code and not may_mail and _joins_list(change):
        code = "NO_CONSENT"
    return code


def _joins_list(change: Change) -> bool:
    return any(name.startswith(LIST) and form for name, form in change.fields.items())


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


def _exists(keeping: Keeping, change: Change, has: set[tuple[str, str]], done: set[str]) -> bool:
    platform, kind, _ = change.ref
    if not keeping.is_person(platform, kind):
        return change.key in done
    return any((platform, other) in has for other in keeping.same_person_kinds(platform, kind))


def _may_mail(
    tx: Transaction, keeping: Keeping, contacts: Iterable[int], now: int
) -> dict[int, bool]:
    """Consent as the store knows it in this transaction. A rule that asks for more than people's fields is left to decisions."""
    consent = None if keeping.book is None else keeping.book.nurture.consent
    wanted = sorted(contacts)
    if consent is None or not wanted or keeping.mappings is None:
        return {}
    if not {test.field for test in tests(consent)} <= DERIVED | keeping.mappings.fields.keys():
        return {}
    holds = compiled(consent)
    found = dossiers(tx, keeping, marks(tx, wanted), from_ms(now))
    return {one.contact.id: holds(Facts(one.contact, Roster()).get) for one in found}
