"""What systems answered: into what was observed, back into the outbox, or onto the shelf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson

from connector.decide.fields.spelling import respelled
from connector.model.money import Money
from connector.model.systems.change import Change, Receipt
from connector.store import shelf
from connector.store.due import GONE, LINKED, SETTLED
from connector.store.identity.doubts import AMBIGUOUS
from connector.store.intake.directory import Entry
from connector.store.intake.records.accounts import settle_accounts
from connector.store.intake.records.memberships import doubt_memberships, keep_memberships
from connector.store.intake.records.moves import found_again, redirect, tombstone, unite
from connector.store.intake.work import Work
from connector.store.sending.losers import note_losers
from connector.store.sending.outbox import (
    NOTHING,
    SUPERSEDED,
    Pending,
    drop,
    drop_of_person,
    gone_trouble,
    note_never_sent,
    pending,
)
from connector.store.shelf import Trouble
from connector.store.sql.codec import dumps, plain
from connector.store.sql.moment import EPOCH, from_ms, to_ms
from connector.store.tables import ledgers

PAUSE = timedelta(seconds=60)
SECOND = 1000  # vendors stamp whole seconds
NOT_ITS_FAULT = ("TryLater", "Stopped")  # the system as a whole did not answer: costs no try
TASK = "task"
DELETED = "ENTITY_IS_DELETED"
MADE, FOUND = (
    "made",
    "found",
)  # link.why of a record that we created, or found when it was to be created


def settle(work: Work, receipts: Sequence[Receipt]) -> None:
    """Each receipt closes the open attempt of its change; one that comes twice changes nothing."""
    if not receipts:
        return
    rows = {
        row.id: row
        for row in pending(
            work.tx, "b.id IN [?]", sorted({receipt.change.id for receipt in receipts})
        )
    }
    refs = [ref for receipt in receipts for ref in (receipt.change.ref, receipt.ref) if ref]
    work.refs.load(refs, observed=True)
    for receipt in receipts:
        row = rows.get(receipt.change.id)
        if row is None or row.attempt is None or row.sent != receipt.change.version:
            continue
        rows[row.id] = row._replace(attempt=None)
        _settle(work, row, _timely(work, receipt))
    work.save()
    settle_accounts(work, work.restless)
    work.save_touched()


def _settle(work: Work, row: Pending, receipt: Receipt) -> None:
    again = _again_at(work, receipt)
    _note(work, row, receipt, again)
    if receipt.state == "unclear":
        work.tx.run("UPDATE outbox SET not_before = ? WHERE id = ?", again, row.id)
    elif receipt.state == "retry":
        _retry(work, row, receipt, again)
    else:
        _ACTS[receipt.state](work, row, receipt)
        _close(work, row, keep_newer=receipt.state in ("written", "refused"))


def _timely(work: Work, receipt: Receipt) -> Receipt:
    """A create that finds its record in the bin: if we knew of that deletion, it is an earlier record's, and this one never was."""
    if receipt.state == "gone" and receipt.change.create and not _makes_person(work, receipt):
        return _without_person(work, receipt)
    if receipt.state != "gone" or receipt.code != DELETED or not _makes_person(work, receipt):
        return receipt
    entry = work.refs.known(receipt.ref) if receipt.ref is not None else None
    if entry is None or entry.gone_at is None:
        return receipt
    return replace(receipt, state="retry", ref=None, code="NOT_THERE")


def _without_person(work: Work, receipt: Receipt) -> Receipt:
    """A task whose person's record was deleted is no trouble of its own: that record is, and whoever has it is decided again."""
    person = None if receipt.ref is None else work.refs.known(receipt.ref)
    if person is not None and person.gone_at is None:
        tombstone(work, person, work.now)
    return replace(receipt, state="moved", ref=None)


def _makes_person(work: Work, receipt: Receipt) -> bool:
    ref = receipt.change.ref
    return receipt.change.create and work.keeping.is_person(ref.platform, ref.kind)


def _again_at(work: Work, receipt: Receipt) -> int:
    if receipt.state == "unclear":
        wait = receipt.retry_after or timedelta()
    else:
        wait = PAUSE if receipt.retry_after is None else receipt.retry_after
    return to_ms(from_ms(work.now) + wait)


def _note(work: Work, row: Pending, receipt: Receipt, again: int) -> None:
    ref = None if receipt.ref is None else work.refs[receipt.ref].id
    waits = again if receipt.state in ("retry", "unclear") else None
    work.tx.insert(
        ledgers.receipt,
        [
            (
                work.tx.entry(),
                receipt.change.version,
                row.attempt,
                receipt.state,
                ref,
                receipt.code,
                receipt.message,
                waits,
                work.now,
            )
        ],
    )


def _retry(work: Work, row: Pending, receipt: Receipt, again: int) -> None:
    _doubt(work, receipt)
    attempts = row.attempts - (receipt.code in NOT_ITS_FAULT)
    _reopen(work, row, again, max(attempts, 0), superseded=True)


def _doubt(work: Work, receipt: Receipt) -> None:
    """A part of the change may have been written, and memberships are not read back."""
    if receipt.code not in NOT_ITS_FAULT and not receipt.change.create:
        doubt_memberships(work, work.refs[receipt.change.ref], receipt.change.fields)


def _reopen(
    work: Work, row: Pending, not_before: int, attempts: int, *, superseded: bool = False
) -> None:
    """Waits again; what nobody wants any more goes. `superseded`: what was sent is not sent again if there is newer."""
    if row.wanted == NOTHING:
        _forget(work, row)
        return
    if row.wanted != row.sent:
        not_before, attempts = work.now, 0
        if superseded:
            note_never_sent(work.tx, [row.sent or NOTHING], SUPERSEDED, "DECIDED_AGAIN", work.now)
    work.tx.run(
        "UPDATE outbox SET attempt = NULL, sent = NULL, not_before = ?, attempts = ? WHERE id = ?",
        not_before,
        attempts,
        row.id,
    )


def _close(work: Work, row: Pending, *, keep_newer: bool) -> None:
    """The sent change is through; a newer one of an existing record stays, its base decides whether it still fits."""
    newer = row.wanted not in (NOTHING, row.sent)
    if newer and keep_newer and not row.record.startswith("new:"):
        _reopen(work, row, work.now, 0)
        return
    if newer:
        drop(work.tx, [row], SUPERSEDED, "DECIDED_AGAIN", work.now)
    if newer or row.wanted == NOTHING:
        work.touch(row.contact, SETTLED)
    _forget(work, row)


def _forget(work: Work, row: Pending) -> None:
    work.tx.run("DELETE FROM outbox WHERE id = ?", row.id)


def _written(work: Work, row: Pending, receipt: Receipt) -> None:
    change = receipt.change
    ref = receipt.ref or change.ref
    entry = work.refs[ref]
    if change.create:
        _adopt(work, row, entry, receipt, MADE)
    note_written(work, entry, change, receipt.fields or change.fields, receipt.shown)
    shelf.cure(work.tx, ("write",), {str(change.ref): (), str(ref): ()}, work.now)


def _adopt(work: Work, row: Pending, entry: Entry, receipt: Receipt, why: str) -> None:
    """A record that was created, or found when it was about to be created."""
    found_again(work, entry)
    if entry.contact is None:
        work.link(entry, "contact", row.contact, why=why)
        work.restless.add(row.contact)
    elif entry.contact != row.contact:
        shelf.put(work.tx, [_somebody_elses(row, receipt, entry.contact)], work.now)
        return
    if work.keeping.is_person(row.platform, row.kind):
        kinds = work.keeping.person_kinds(row.platform)
        drop_of_person(work.tx, row.contact, row.platform, kinds, work.now)
    work.touch(row.contact, SETTLED)


def _somebody_elses(row: Pending, receipt: Receipt, contact: int) -> Trouble:
    """Nobody is created as long as this lies on the shelf: it would find the same record again."""
    found = receipt.ref or receipt.change.ref
    return Trouble(
        origin="write",
        platform=row.platform,
        record=str(receipt.change.ref),
        code=AMBIGUOUS,
        message=f"{found} was found instead of creating this one, and it is contact {contact}'s",
        hint=f"leadcycle link {found} {row.contact} if it is the same person; else correct what identifies them, and retry",
        contact=row.contact,
        wanted=receipt.change.version,
    )


def note_written(
    work: Work,
    entry: Entry,
    change: Change,
    fields: Mapping[str, Any],
    shown: Mapping[str, Any],
) -> None:
    """What we wrote is what is observed now, in the system's own spelling where it answered one; its hub values stay those it
    was made from."""
    body: dict[str, Any] = {} if entry.body is None else orjson.loads(entry.body)
    delta = {}
    for name, form in fields.items():
        seen = body.get(name)
        if (
            name not in body
            or (None if seen is None else seen[0]) != form
            or _in_other_currency(seen, change.values.get(name))
        ):
            spelled = shown.get(name, form)
            ours = [plain(change.values.get(name)), work.now, 1]
            own = spelled == form or not respelled(form, spelled)
            delta[name] = [form, *ours] if own else [spelled, *ours, form]
    note_losers(work, entry, change, {name: body.get(name) for name in delta})
    delta |= _seen_already(
        work, change, {name: body.get(name) for name in fields if name not in delta}
    )
    keys = entry.keys
    if (
        change.create
        and change.key
        and not work.keeping.is_person(change.ref.platform, change.ref.kind)
    ):
        before = [pair for pair in orjson.loads(keys) if pair[0] == TASK]  # one that is passed on
        keys = dumps([*(pair for pair in before if pair[1] != change.key), [TASK, change.key]])
        work.identities.add((TASK, change.key, entry.id))
    if not delta and keys == entry.keys:
        return
    body.update(delta)
    changed = keys if keys != entry.keys else None
    entry.body, entry.keys = dumps(body), keys
    entry.seen_at = to_ms(EPOCH) if entry.seen_at is None else entry.seen_at
    work.sightings.append(
        (work.tx.entry(), entry.id, work.now, work.now, 1, dumps(delta), changed, None)
    )
    work.observed[entry.id] = (entry.id, entry.seen_at, entry.body, entry.keys)


def _in_other_currency(seen: Sequence[Any] | None, value: Any) -> bool:
    """An amount may change although its number stays."""
    return isinstance(value, Money) and seen is not None and bool(seen[1] != plain(value))


def _seen_already(work: Work, change: Change, shown: Mapping[str, Any]) -> dict[str, Any]:
    """What was read between the write and its answer is no edit of somebody else's: it is ours from now on."""
    unowned = {
        n: seen for n, seen in shown.items() if seen is not None and len(seen) == 3 and seen[2]
    }
    if not unowned:
        return {}
    sent = work.tx.one("SELECT min(at) FROM attempt WHERE wanted = ?", change.version)
    since = work.now if sent is None or sent[0] is None else int(sent[0])
    return {n: [*seen, 1] for n, seen in unowned.items() if seen[2] >= since // SECOND * SECOND}


def _refused(work: Work, row: Pending, receipt: Receipt) -> None:
    """What a record refuses that goes on as another one by now is decided again for that one, and no trouble."""
    _doubt(work, receipt)
    entry = work.refs.known(receipt.change.ref)
    if entry is not None and entry.target is not None:
        work.touch(row.contact, LINKED)
        return
    trouble = Trouble(
        origin="write",
        platform=row.platform,
        record=str(receipt.change.ref),
        code=receipt.code or "REFUSED",
        message=receipt.message,
        hint=receipt.hint,
        contact=row.contact,
        wanted=receipt.change.version,
    )
    shelf.put(work.tx, [trouble], work.now)


def _gone(work: Work, row: Pending, receipt: Receipt) -> None:
    change, person = receipt.change, _makes_person(work, receipt)
    entry = work.refs.known(receipt.ref or change.ref)
    if entry is None and person and receipt.ref is not None:
        entry = work.refs[receipt.ref]  # written, and deleted before anybody had read it
    if entry is not None and entry.contact is None and person:
        work.link(entry, "contact", row.contact, why=MADE)
    if entry is not None and entry.gone_at is None:
        tombstone(work, entry, work.now)
    trouble = gone_trouble(change.ref, row.contact, change.version, receipt.hint)
    shelf.put(work.tx, [trouble], work.now)
    work.touch(row.contact, GONE)


def _moved(work: Work, row: Pending, receipt: Receipt) -> None:
    if receipt.ref is not None and receipt.ref != receipt.change.ref:
        new = work.refs[receipt.ref]
        if receipt.change.create:
            _adopt(work, row, new, receipt, FOUND)
        else:
            old = work.refs[receipt.change.ref]
            news = redirect(work, old, new, "merged", work.now)
            unite(work, old, new)
            if news:
                keep_memberships(work, old, new)
    work.touch(row.contact, LINKED)


_ACTS = {"written": _written, "refused": _refused, "gone": _gone, "moved": _moved}
