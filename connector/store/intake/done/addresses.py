"""Activities that name only an address hang on a record of their own until somebody with that address is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b

from connector.model.systems.ref import Ref
from connector.store import shelf
from connector.store.due import ACTIVITY
from connector.store.identity.doubts import ambiguous
from connector.store.intake.candidates import contacts_by_key
from connector.store.intake.work import Work
from connector.store.keeping import ADDRESSES, FORMER_ADDRESS
from connector.store.shelf import Trouble

PLATFORM, KIND = "address", "email"
SECRET = "address_key"  # noqa: S105  (the name of a row, not a secret)


def address_ref(secret: bytes, address: str) -> Ref:
    """A ref that stands for an address without showing it."""
    digest = blake2b(address.strip().lower().encode(), key=secret, digest_size=16)
    return Ref(PLATFORM, KIND, digest.hexdigest())


def claim(work: Work, secret: bytes, addresses: Iterable[str]) -> list[Trouble]:
    """Give records of addresses to the contacts that have them; an address of several waits on the shelf."""
    home = work.homes.known(PLATFORM, KIND)
    wanted = sorted({address.lower() for address in addresses})
    if home is None or not wanted:
        return []
    by_hash = {address_ref(secret, address).id: address for address in wanted}
    rows = work.tx.rows(
        "SELECT id, key FROM ref WHERE home = ? AND key IN [?] AND contact IS NULL",
        home,
        list(by_hash),
    )
    if not rows:
        return []
    people = _people(work, [by_hash[key] for _, key in rows])
    troubles = []
    claimed: dict[str, tuple[int, int]] = {}
    for number, key in rows:
        contacts = people.get(by_hash[key], frozenset())
        if len(contacts) > 1:
            troubles.append(ambiguous(f"{PLATFORM}/{KIND}/{key}", PLATFORM, sorted(contacts)))
        for contact in contacts if len(contacts) == 1 else ():
            claimed[key] = (contact, number)
    _give(work, claimed)
    return troubles


def _give(work: Work, claimed: Mapping[str, tuple[int, int]]) -> None:
    for key, (contact, number) in claimed.items():
        work.links.append((work.tx.entry(), number, "contact", contact, None, work.now, "address"))
        work.refs.forget(Ref(PLATFORM, KIND, key))
        work.touch(contact, ACTIVITY)
    work.tx.many("UPDATE ref SET contact = ? WHERE id = ?", list(claimed.values()))
    known: dict[str, Iterable[str]] = {f"{PLATFORM}/{KIND}/{key}": () for key in claimed}
    shelf.cure(work.tx, ("match",), known, work.now)


def _people(work: Work, addresses: Iterable[str]) -> dict[str, frozenset[int]]:
    """Who has each address; who had it counts only where nobody has it."""
    pairs = [(kind, address) for address in addresses for kind in ADDRESSES]
    found = contacts_by_key(work, pairs)
    people: dict[str, frozenset[int]] = {}
    for kind, address in pairs:
        if kind != FORMER_ADDRESS or address not in people:
            contacts = found.get((kind, address), frozenset())
            if contacts:
                people[address] = people.get(address, frozenset()) | contacts
    return people
