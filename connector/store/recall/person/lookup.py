"""Whom a person at the command line means, and what he wants tried again."""

from __future__ import annotations

from connector.model.systems.ref import Ref
from connector.store import shelf
from connector.store.due import LINKED
from connector.store.due import RETRY as RETRIED
from connector.store.identity import rulings
from connector.store.identity.doubts import duplicates, settle_doubts
from connector.store.identity.rulings import Ruled
from connector.store.intake.records.accounts import settle_accounts
from connector.store.intake.records.people import introduce_again
from connector.store.intake.work import Work
from connector.store.keeping import ADDRESSES, FORMER_ADDRESS
from connector.store.loops.loops import write_again
from connector.store.sql.transaction import Transaction


def find(tx: Transaction, text: str) -> tuple[int, ...]:
    """Contacts by ref, e-mail address, key or number."""
    wanted = text.strip()
    found = _by_ref(tx, wanted) if wanted.count("/") >= 2 else _by_text(tx, wanted)
    return tuple(sorted(found))


def contacts(tx: Transaction, after: int, limit: int) -> tuple[int, ...]:
    rows = tx.rows(
        "SELECT id FROM contact WHERE id > ? AND survivor IS NULL ORDER BY id LIMIT ?", after, limit
    )
    return tuple(number for (number,) in rows)


def _by_ref(tx: Transaction, text: str) -> set[int]:
    try:
        platform, kind, key = Ref.parse(text)
    except ValueError:
        return set()
    rows = tx.rows(
        "SELECT r.contact FROM ref r JOIN home h ON h.id = r.home"
        " WHERE h.platform = ? AND h.kind = ? AND r.key = ? AND r.contact IS NOT NULL",
        platform,
        kind,
        key,
    )
    return {contact for (contact,) in rows}


def _by_text(tx: Transaction, text: str) -> set[int]:
    shown = tx.rows(
        "SELECT r.contact, i.kind FROM identity i JOIN ref r ON r.id = i.ref"
        " WHERE i.kind IN [?] AND i.value = ? AND r.contact IS NOT NULL",
        list(ADDRESSES),
        text.lower(),
    )
    now = [(contact,) for contact, kind in shown if kind != FORMER_ADDRESS]
    rows = now or [(contact,) for contact, _ in shown]
    rows += tx.rows("SELECT COALESCE(survivor, id) FROM contact WHERE key = ?", text)
    if text.isascii() and text.isdigit() and len(text) < 18:
        rows += tx.rows("SELECT COALESCE(survivor, id) FROM contact WHERE id = ?", int(text))
    return {contact for (contact,) in rows}


def retry(work: Work, number: int) -> None:
    """The contact is decided again; a record of nobody is matched again. Raises KeyError for an unknown row."""
    found = work.tx.one("SELECT origin, record, contact FROM shelf WHERE id = ?", number)
    if found is None:
        raise KeyError(number)
    origin, record, contact = found
    shelf.set_state(work.tx, number, shelf.RETRY, work.now)
    if origin == "loop":
        write_again(work.tx, record, work.now)
    if origin == "match":
        _match_again(work, Ref.parse(record))
    elif contact is not None:
        work.touch(contact, RETRIED)
    if origin == "identity":
        settle_doubts(work)
    work.save()
    settle_accounts(work, work.restless)
    work.save_touched()


def link(work: Work, ref: Ref, contact: int) -> Ruled:
    """A person says whose record it is."""
    return _ruled(work, rulings.link(work, ref, contact))


def unlink(work: Work, ref: Ref) -> Ruled:
    """A person says that a record is somebody else's than the rest of its contact."""
    return _ruled(work, rulings.unlink(work, ref))


def _ruled(work: Work, ruled: Ruled) -> Ruled:
    work.save()
    settle_accounts(work, work.restless)
    settle_doubts(work)
    joined = {entry.id: entry for entry in (work.refs[ref] for ref in ruled.moved)}
    shelf.put(work.tx, duplicates(work, joined), work.now)
    work.save_touched()
    return ruled


def _match_again(work: Work, ref: Ref) -> None:
    work.refs.load([ref], observed=True)
    entry = work.refs.known(ref)
    if entry is None or not work.keeping.is_person(ref.platform, ref.kind):
        return
    if entry.contact is None and not introduce_again(work, ref, entry):
        return
    if entry.contact is not None:
        work.restless.add(entry.contact)
        work.touch(entry.contact, LINKED)
    shelf.cure(work.tx, ("match",), {str(ref): ()}, work.now)
