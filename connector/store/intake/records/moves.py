"""Records that continue under another ref, and records that were deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connector.model.systems.fact import Gone, Move
from connector.model.systems.reading import Reading
from connector.model.systems.ref import Ref
from connector.store import shelf
from connector.store.deciding.roster import move_on
from connector.store.due import GONE, LINKED
from connector.store.intake.directory import Entry
from connector.store.intake.done.deals import touch_colleagues
from connector.store.intake.done.ties import STANDS
from connector.store.intake.joins import join_accounts, join_contacts
from connector.store.intake.work import Work
from connector.store.sending.outbox import drop_of_record, shelve_of_record
from connector.store.sql.moment import to_ms
from connector.store.tables import ledgers


def follow(work: Work, moves: Iterable[Move]) -> Sequence[Move]:
    """What was known of the old ref belongs to whom the new one belongs; two contacts become one. Returns what was news."""
    news = []
    for move in moves:
        old, new = work.refs[move.old], work.refs[move.new]
        if old is new:
            continue
        if redirect(work, old, new, move.kind, to_ms(move.at)):
            news.append(move)
        unite(work, old, new)
    return news


def unite(work: Work, old: Entry, new: Entry) -> None:
    """Both records are one person's, or one company's; nothing happens while neither is known."""
    if old.contact is not None and new.contact is not None:
        if old.contact != new.contact:
            join_contacts(work, old.contact, new.contact)
    elif old.contact is not None:
        work.link(new, "contact", old.contact, why="redirect")
        _touched(work, old.contact)
    elif new.contact is not None:
        work.link(old, "contact", new.contact, why="redirect")
        _touched(work, new.contact)
    elif work.keeping.is_person(*work.homes.place(old.home)):
        return  # nobody knows yet whose they are; the account of such a record is only the company it names
    elif old.account is not None and new.account is not None:
        if old.account != new.account:
            join_accounts(work, old.account, new.account)
    elif old.account is not None:
        work.link(new, "account", old.account, why="redirect")
    elif new.account is not None:
        work.link(old, "account", new.account, why="redirect")


def _touched(work: Work, contact: int) -> None:
    work.touch(contact, LINKED)
    work.restless.add(contact)


def redirect(work: Work, old: Entry, new: Entry, kind: str, at: int) -> bool:
    """Note where a record went, once (then True); what waits for the old one, or was refused there, is decided again for the
    new one.
    """
    if old.target == new.id:
        return False
    _append(work, old.id, new.id, kind, at)
    old.target = new.id
    work.refs.change(old)
    if new.target == old.id:  # the systems changed their mind about who was merged into whom
        _append(work, new.id, None, "returned", at)
        new.target = None
        work.refs.change(new)
    place = (*work.homes.place(old.home), old.key)
    drop_of_record(work.tx, *place, work.now)
    shelf.cure(work.tx, ("write",), {str(Ref(*place)): ()}, work.now)
    if old.contact is not None:
        _touched(work, old.contact)
    return True


def bury(work: Work, gone: Sequence[Gone]) -> None:
    """Tombstones for records we know; what waits for them goes to the shelf."""
    for one in gone:
        entry = work.refs.known(one.ref)
        if entry is None or entry.gone_at is not None or _seen_since(work, entry, to_ms(one.at)):
            continue
        tombstone(work, entry, to_ms(one.at))
        platform, kind = work.homes.place(entry.home)
        shelve_of_record(work.tx, platform, kind, entry.key, work.now)


def tombstone(work: Work, entry: Entry, at: int) -> None:
    """This record is gone; its contact is decided again, and so is everybody it was evidence for."""
    event = _append(work, entry.id, None, "gone", at)
    entry.gone_at = at
    work.refs.change(entry)
    _concern_roster(work, entry, event)
    if entry.contact is not None:
        work.touch(entry.contact, GONE)
        work.restless.add(entry.contact)
    for (contact,) in work.tx.rows(
        "SELECT DISTINCT r.contact FROM tie t JOIN ref r ON r.id = t.ref"  # noqa: S608  (ours)
        f" WHERE t.other = ? AND r.contact IS NOT NULL AND {STANDS}",
        entry.id,
    ):
        work.touch(contact, GONE)
    touch_colleagues(work, [entry.id])


def revive(work: Work, readings: Iterable[Reading]) -> None:
    """A record that is seen again after its deletion is back."""
    if not any(entry.gone_at is not None for entry in work.refs):
        return
    for reading in readings:
        entry = work.refs[reading.ref]
        if entry.gone_at is None or not reading.forms or to_ms(reading.at) < entry.gone_at:
            continue
        _restore(work, entry, to_ms(reading.at))


def found_again(work: Work, entry: Entry) -> None:
    """A system has just shown the record under this ref: whatever we thought had become of it is over."""
    if entry.target is not None:
        _append(work, entry.id, None, "returned", work.now)
        entry.target = None
        work.refs.change(entry)
    if entry.gone_at is not None:
        _restore(work, entry, work.now)


def _restore(work: Work, entry: Entry, at: int) -> None:
    event = _append(work, entry.id, None, "restored", at)
    entry.gone_at = None
    work.refs.change(entry)
    _concern_roster(work, entry, event)
    touch_colleagues(work, [entry.id])
    if entry.contact is not None:
        _touched(work, entry.contact)
        shelf.cure_of_contact(work.tx, entry.contact, "GONE", work.now)


def _seen_since(work: Work, entry: Entry, at: int) -> bool:
    """Whether the record came back, or was seen, after this deletion: then the news of it is old."""
    if entry.seen_at is not None and entry.seen_at > at:
        return True
    found = work.tx.one(
        "SELECT 1 FROM redirect WHERE ref = ? AND kind = 'restored' AND at >= ?", entry.id, at
    )
    return found is not None


def _concern_roster(work: Work, entry: Entry, event: int) -> None:
    """An owner's record came or went."""
    if work.tx.one("SELECT 1 FROM owner WHERE ref = ?", entry.id) is not None:
        move_on(work.tx, event)


def _append(work: Work, ref: int, target: int | None, kind: str, at: int) -> int:
    work.save()  # the ledger names refs that may be new
    event = work.tx.entry()
    work.tx.insert(ledgers.redirect, [(event, ref, target, kind, at, work.now)])
    return event
