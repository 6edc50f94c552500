"""Two contacts, or two accounts, turn out to be one. Facts hang on refs, so nothing but the refs changes hands."""

from __future__ import annotations

from connector.model.standing import Standing
from connector.store import ledgers, projections
from connector.store.codec import restored
from connector.store.deciding.unanswered import count_unanswered
from connector.store.due import LINKED
from connector.store.intake.work import Work
from connector.store.sending.outbox import drop_of_contact
from connector.store.transaction import Transaction


def join_contacts(work: Work, one: int, other: int) -> int:
    """The lower number survives and becomes due; returns it. Writes what waits, before and after."""
    if one == other:
        return one
    survivor, loser = sorted((one, other))
    work.save()
    tx, now = work.tx, work.now
    event = tx.entry()
    tx.insert(ledgers.joined, [(event, "contact", loser, survivor, now)])
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


def join_standings(tx: Transaction, survivor: int, loser: int, event: int) -> None:
    """Per track: the standing with a hand-over wins, else the survivor's."""
    rows = tx.rows(
        "SELECT contact, track, body FROM standing WHERE contact IN [?]", [survivor, loser]
    )
    bodies = {(contact, track): body for contact, track, body in rows}
    for track in sorted({track for _, track, _ in rows}):
        kept, given = bodies.get((survivor, track)), bodies.get((loser, track))
        won = winning_standing(kept, given)
        count_unanswered(tx, [(kept, won), (given, None)], event)
        if won is not None and won != kept:
            tx.put(projections.standing, [(survivor, track, won)])
    tx.run("DELETE FROM standing WHERE contact = ?", loser)


def winning_standing(survivor: str | None, loser: str | None) -> str | None:
    """The one with a hand-over, else the survivor's."""
    if survivor is None or loser is None:
        return survivor or loser
    kept: Standing = restored(Standing, survivor)
    given: Standing = restored(Standing, loser)
    return loser if given.handover is not None and kept.handover is None else survivor


def join_accounts(work: Work, one: int, other: int) -> int:
    """The lower number survives; contacts of the loser become due. Everything that waits is written."""
    if one == other:
        return one
    survivor, loser = sorted((one, other))
    work.save()
    tx, now = work.tx, work.now
    tx.insert(ledgers.joined, [(tx.entry(), "account", loser, survivor, now)])
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
