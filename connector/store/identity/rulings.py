"""What people said about who is who. A ruling holds against every key; only another ruling ends it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from connector.model.systems.ref import Ref
from connector.store import shelf
from connector.store.due import LINKED
from connector.store.identity.parting import give_back, restored_contact
from connector.store.intake.directory import Entry
from connector.store.intake.joins import join_contacts
from connector.store.intake.work import Work
from connector.store.sending.outbox import drop_of_record
from connector.store.sql.transaction import Transaction
from connector.store.tables import ledgers

LINK, UNLINK = "link", "unlink"
PERSON = "person"  # link.why of what a person said
_ADDRESS = "address"  # the platform of records that stand for an address only


@dataclass(frozen=True, slots=True)
class Ruled:
    """What a ruling did: these records now belong to `contact`, those that stay to `other` (None: nobody is left there)."""

    contact: int
    other: int | None
    moved: tuple[Ref, ...]
    stay: tuple[Ref, ...] = ()


class NothingToRule(ValueError):
    """The record stands already as the ruling would have it; the text says how."""


def link(work: Work, ref: Ref, contact: int) -> Ruled:
    """This record is that contact's, by a person's word. Raises KeyError for a record or contact we do not know, NothingToRule.

    A record that is all its contact has takes the contact with it, decisions and all; else it goes alone, with what it was
    merged or converted into.
    """
    entry = _known(work, ref)
    row = work.tx.one("SELECT COALESCE(survivor, id) FROM contact WHERE id = ?", contact)
    if row is None:
        raise KeyError(contact)
    target, before = int(row[0]), entry.contact
    if before == target:
        raise NothingToRule(f"{ref} belongs to contact {target} already")
    chain = _chain(work, entry)
    others = [] if before is None else _others(work, before, chain)
    names = _names(work, chain)
    if before is None or others:
        _move(work, chain, target)
    else:
        target = join_contacts(work, before, target)
        _say(work, chain, target)
    _note(work, LINK, target, entry.id, before or 0)
    for one in [target] if before is None else [target, before if others else target]:
        _due(work, one)
    shelf.cure(work.tx, ("match", "identity"), {str(name): () for name in names}, work.now)
    stay = tuple(_names(work, others))
    return Ruled(target, before if others else None, tuple(names), stay)


def unlink(work: Work, ref: Ref) -> Ruled:
    """This record is somebody else's than the rest of its contact: it goes into a contact of its own, with its own facts.

    Raises KeyError for a record we do not know, NothingToRule where it stands alone. A contact that was joined with this
    one before comes back as it was, key, decisions and all.
    """
    entry = _known(work, ref)
    if entry.contact is None:
        raise KeyError(ref)
    before, chain = entry.contact, _chain(work, entry)
    others = _others(work, before, chain)
    if not others:
        raise NothingToRule(f"{ref} is all that contact {before} has")
    names = _names(work, chain)
    work.save()
    back = restored_contact(work, before, [row.id for row in chain])
    if back is None:
        back = work.new_contact(entry, None, None)
    _move(work, chain, back)
    event = work.tx.entry()
    body = give_back(work.tx, before, back, event)
    row = (event, UNLINK, back, entry.id, before, "", body, work.now)
    work.tx.insert(ledgers.ruling, [row])
    for name in names:
        drop_of_record(work.tx, *name, work.now)
        work.tx.run("UPDATE shelf SET contact = ? WHERE record = ?", back, str(name))
    _due(work, back)
    _due(work, before)
    shelf.cure(work.tx, ("identity",), {str(name): () for name in names}, work.now)
    return Ruled(back, before, tuple(names), tuple(_names(work, others)))


def kept_apart(tx: Transaction, contacts: Collection[int]) -> set[frozenset[int]]:
    """Pairs of contacts that a person said are two people."""
    apart: set[frozenset[int]] = set()
    if not contacts:
        return apart
    wanted = sorted(contacts)
    for kind, one, other in tx.rows(
        "SELECT g.kind, COALESCE(c.survivor, c.id), COALESCE(o.survivor, o.id) FROM ruling g"
        " JOIN contact c ON c.id = g.contact JOIN contact o ON o.id = g.other"
        " WHERE g.kind IN ('link', 'unlink') ORDER BY g.id"
    ):
        if one in wanted and other in wanted:
            (apart.add if kind == UNLINK else apart.discard)(frozenset((one, other)))
    return apart


def _known(work: Work, ref: Ref) -> Entry:
    work.refs.load([ref], observed=True)
    entry = work.refs.known(ref)
    if entry is None:
        raise KeyError(ref)
    return entry


def _chain(work: Work, entry: Entry) -> list[Entry]:
    """The record with all that it was merged or converted into or that went into it: one record under several refs."""
    found = {entry.id: entry}
    waiting = [entry]
    while waiting:
        one = waiting.pop()
        for row in work.tx.rows(
            "SELECT id, home, key, contact, account, gone_at, target FROM ref WHERE target = ? OR id = ?",
            one.id,
            one.target or 0,
        ):
            if row[0] not in found and row[3] == entry.contact:
                found[row[0]] = Entry(*row)
                waiting.append(found[row[0]])
    return [found[number] for number in sorted(found)]


def _others(work: Work, contact: int, chain: Iterable[Entry]) -> list[Entry]:
    """The contact's other records, those that only stand for an address left out."""
    mine = {entry.id for entry in chain}
    rows = work.tx.rows(
        "SELECT id, home, key, contact, account, gone_at, target FROM ref WHERE contact = ? ORDER BY id",
        contact,
    )
    entries = [Entry(*row) for row in rows if row[0] not in mine]
    return [entry for entry in entries if work.homes.place(entry.home)[0] != _ADDRESS]


def _move(work: Work, entries: Sequence[Entry], contact: int) -> None:
    _say(work, entries, contact)
    work.save()
    ids = [entry.id for entry in entries]
    work.tx.run("UPDATE ref SET contact = ? WHERE id IN [?]", contact, ids)
    for entry in work.refs:
        if entry.id in ids:
            entry.contact = contact


def _say(work: Work, entries: Iterable[Entry], contact: int) -> None:
    for entry in entries:
        row = (work.tx.entry(), entry.id, "contact", contact, None, work.now, PERSON)
        work.links.append(row)


def _note(work: Work, kind: str, contact: int, ref: int, other: int) -> None:
    row = (work.tx.entry(), kind, contact, ref, other, "", "", work.now)
    work.tx.insert(ledgers.ruling, [row])


def _due(work: Work, contact: int) -> None:
    work.touch(contact, LINKED)
    work.restless.add(work.survivors.get(contact, contact))


def _names(work: Work, entries: Iterable[Entry]) -> list[Ref]:
    return [Ref(*work.homes.place(entry.home), entry.key) for entry in entries]
