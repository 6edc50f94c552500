"""Whom a person at the command line means, and what he wants tried again."""

from __future__ import annotations

import orjson

from connector.model.ref import Ref
from connector.store import shelf
from connector.store.due import LINKED
from connector.store.due import RETRY as RETRIED
from connector.store.intake.accounts import settle_accounts
from connector.store.intake.candidates import contacts_by_key
from connector.store.intake.work import Work
from connector.store.keeping import Keeping
from connector.store.sending.loops import write_again
from connector.store.transaction import Transaction


def find(tx: Transaction, keeping: Keeping, text: str) -> tuple[int, ...]:
    """Contacts by ref, e-mail address, key or number."""
    wanted = text.strip()
    found = _by_ref(tx, wanted) if wanted.count("/") >= 2 else _by_text(tx, keeping, wanted)
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


def _by_text(tx: Transaction, keeping: Keeping, text: str) -> set[int]:
    rows = tx.rows(
        "SELECT r.contact FROM identity i JOIN ref r ON r.id = i.ref"
        " WHERE i.kind IN [?] AND i.value = ? AND r.contact IS NOT NULL",
        sorted(keeping.email_fields),
        text.lower(),
    )
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
    work.save()
    settle_accounts(work, work.restless)
    work.save_touched()


def _match_again(work: Work, ref: Ref) -> None:
    work.refs.load([ref], observed=True)
    entry = work.refs.known(ref)
    if entry is None or not work.keeping.is_person(ref.platform, ref.kind):
        return
    contact = entry.contact
    if contact is None:
        keys = [(kind, str(value)) for kind, value in orjson.loads(entry.keys)]
        named = {c for ids in contacts_by_key(work, keys).values() for c in ids}
        if len(named) > 1:
            return
        if named:
            contact = named.pop()
            work.link(entry, "contact", contact)
        else:
            contact = work.new_contact(entry, None, None)
    work.restless.add(contact)
    work.touch(contact, LINKED)
    shelf.cure(work.tx, ("match",), {str(ref): ()}, work.now)
