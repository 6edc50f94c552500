"""Two contacts, or two accounts, turn out to be one. Facts hang on refs, so nothing but the refs changes hands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from connector.decide.joint import Meeting, joint, rank_of
from connector.model.person.standing import Standing
from connector.model.rules import Nurture
from connector.store.deciding.strengths import strengths_of
from connector.store.deciding.unanswered import count_unanswered
from connector.store.due import LINKED
from connector.store.intake.work import Work
from connector.store.sending.outbox import drop_of_contact
from connector.store.sql.codec import dumps, record, restored
from connector.store.sql.moment import from_ms
from connector.store.sql.transaction import Transaction
from connector.store.tables import ledgers, projections


def join_contacts(work: Work, one: int, other: int) -> int:
    """The lower number survives and becomes due; returns it. Writes what waits, before and after."""
    if one == other:
        return one
    survivor, loser = sorted((one, other))
    work.save()
    tx, now = work.tx, work.now
    event = tx.entry()
    standings = dumps(joint_standings(work, survivor, loser))
    tx.insert(ledgers.joined, [(event, "contact", loser, survivor, now, standings)])
    refs = tx.rows("SELECT id FROM ref WHERE contact = ? ORDER BY id", loser)
    tx.insert(
        ledgers.link,
        [(tx.entry(), ref, "contact", survivor, None, now, "joined") for (ref,) in refs],
    )
    tx.run("UPDATE ref SET contact = ? WHERE contact = ?", survivor, loser)
    tx.run("UPDATE contact SET survivor = ? WHERE id = ? OR survivor = ?", survivor, loser, loser)
    tx.run("UPDATE contact SET account = NULL, domain = NULL WHERE id = ?", loser)
    tx.run("UPDATE shelf SET contact = ? WHERE contact = ?", survivor, loser)
    join_standings(tx, survivor, loser, event)
    drop_of_contact(tx, loser, survivor, now)
    tx.run("DELETE FROM look WHERE contact = ?", loser)
    work.touched.pop(loser, None)
    work.survivors = {k: survivor if v == loser else v for k, v in work.survivors.items()}
    work.survivors[loser] = survivor
    work.restless.discard(loser)
    for entry in work.refs:
        if entry.contact == loser:
            entry.contact = survivor
    work.restless.add(survivor)
    work.touch(survivor, LINKED)
    return survivor


def joint_standings(work: Work, survivor: int, loser: int) -> dict[str, Any]:
    """By track: how the person stands from now on, as the ledger keeps it."""
    bodies = _bodies(work.tx, survivor, loser)
    standings = {place: restored(Standing, body) for place, body in bodies.items()}
    meeting = _meeting(work, survivor, loser, standings.values())
    found = {}
    for track in sorted({track for _, track in standings}):
        stands = joint(standings.get((survivor, track)), standings.get((loser, track)), meeting)
        if stands is not None:
            found[track] = orjson.loads(record(stands))
    return found


def _meeting(work: Work, survivor: int, loser: int, standings: Iterable[Standing]) -> Meeting:
    ((key,),) = work.tx.rows("SELECT key FROM contact WHERE id = ?", loser)
    at, book = from_ms(work.now), work.keeping.book
    if book is None:
        return Meeting(key, at, {}, Nurture())
    asked = bool(book.nurture.mails) and any(standing.stays for standing in standings)
    mails = _mails(work, book.nurture.mails, survivor, loser) if asked else (0.0, 0.0)
    return Meeting(key, at, rank_of(book.lifecycle), book.nurture, mails)


def _mails(work: Work, signal: str, one: int, other: int) -> tuple[float, float]:
    """How many mails each of them has received, as streams count them."""
    owned: dict[int, list[int]] = {one: [], other: []}
    for ref, contact in work.tx.rows(
        "SELECT id, contact FROM ref WHERE contact IN [?]", [one, other]
    ):
        owned[contact].append(ref)
    found = strengths_of(work.tx, work.keeping, owned, from_ms(work.now))
    counted = (found.get(contact, {}).get(signal) for contact in (one, other))
    ours, theirs = (0.0 if strength is None else strength.sum for strength in counted)
    return ours, theirs


def join_standings(tx: Transaction, survivor: int, loser: int, event: int) -> None:
    """Put into force what the ledger says of this event."""
    bodies = _bodies(tx, survivor, loser)
    ((text,),) = tx.rows("SELECT standings FROM joined WHERE id = ?", event)
    stands = {track: dumps(body) for track, body in orjson.loads(text).items()}
    for track in sorted({track for _, track in bodies}):
        kept, given = bodies.get((survivor, track)), bodies.get((loser, track))
        count_unanswered(tx, [(kept, stands[track]), (given, None)], event)
        if stands[track] != kept:
            tx.put(projections.standing, [(survivor, track, stands[track])])
    tx.run("DELETE FROM standing WHERE contact = ?", loser)


def _bodies(tx: Transaction, *contacts: int) -> dict[tuple[int, str], str]:
    rows = tx.rows("SELECT contact, track, body FROM standing WHERE contact IN [?]", list(contacts))
    return {(contact, track): body for contact, track, body in rows}


def join_accounts(work: Work, one: int, other: int) -> int:
    """The lower number survives; contacts of the loser become due. Everything that waits is written."""
    if one == other:
        return one
    survivor, loser = sorted((one, other))
    work.save()
    tx, now = work.tx, work.now
    tx.insert(ledgers.joined, [(tx.entry(), "account", loser, survivor, now, "{}")])
    tx.run("UPDATE ref SET account = ? WHERE account = ?", survivor, loser)
    tx.run("UPDATE account SET survivor = ? WHERE id = ? OR survivor = ?", survivor, loser, loser)
    rows = tx.rows("SELECT id FROM contact WHERE account = ? AND survivor IS NULL", loser)
    for (contact,) in rows:
        work.touch(contact, LINKED)
    tx.run("UPDATE contact SET account = ? WHERE account = ?", survivor, loser)
    for entry in work.refs:
        if entry.account == loser:
            entry.account = survivor
    return survivor
