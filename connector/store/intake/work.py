"""One page on its way into the store: what was loaded for it and what it will write."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from connector.store.due import Why, touch
from connector.store.intake.directory import Directory, Entry
from connector.store.keeping import Keeping
from connector.store.sql.transaction import Row, Transaction
from connector.store.sql.words import Homes
from connector.store.tables import ledgers, projections

BACKFILL = 3
Mint = Callable[[], str]


def mint_key() -> str:
    """What the keys of one page begin with: 80 random bits, unrelated to any number of ours."""
    return os.urandom(10).hex()


@dataclass
class Work:
    """Rows wait here and are written together by `save`, in an order that foreign keys accept."""

    tx: Transaction
    keeping: Keeping
    mint: Mint
    now: int
    backfill: bool = False
    contacts_new: int = 0
    stem: str = ""
    minted: int = 0
    sightings_new: int = 0
    restless: set[int] = field(default_factory=set)  # contacts whose account must be found again
    links: list[Row] = field(default_factory=list)
    contacts: list[Row] = field(default_factory=list)
    accounts: list[Row] = field(default_factory=list)
    sightings: list[Row] = field(default_factory=list)
    observed: dict[int, Row] = field(default_factory=dict)
    identities: set[tuple[str, str, int]] = field(default_factory=set)
    unidentified: list[tuple[str, str, int]] = field(default_factory=list)
    consents: list[Row] = field(default_factory=list)
    touched: dict[int, Why] = field(default_factory=dict)
    rekeyed: bool = False  # some record no longer shows what identified it
    _intake: int = 0
    survivors: dict[int, int] = field(
        default_factory=dict
    )  # contacts joined here: loser -> survivor

    def __post_init__(self) -> None:
        self.homes = Homes(self.tx)
        self._kinds: dict[str, bool] = {}
        self.refs = Directory(self.tx, self.homes)

    def intake(self, platform: str, stream: str) -> int:
        """This page's row in the ledger, written when it is first asked for."""
        if not self._intake:
            self._intake = self.tx.entry()
            row = (self._intake, platform, stream, self.now, int(self.backfill))
            self.tx.insert(ledgers.intake, [row])
        return self._intake

    def touch(self, contact: int | None, why: Why) -> None:
        """The contact must be decided again; its most urgent cause counts."""
        if contact is None:
            return
        contact = self.survivors.get(contact, contact)
        before = self.touched.get(contact)
        if before is None or why.lane < before.lane:
            self.touched[contact] = why

    def link(
        self, entry: Entry, role: str, target: int, key: str | None = None, why: str = "own"
    ) -> None:
        """Whose record this is from now on, and by what we know; remembered in the ledger."""
        if role == "contact":
            target = self.survivors.get(target, target)
        self.links.append((self.tx.entry(), entry.id, role, target, key, self.now, why))
        if role == "contact":
            entry.contact = target
        elif role == "account":
            entry.account = target
        self.refs.change(entry)

    def new_contact(self, entry: Entry, domain: str | None, account: int | None) -> int:
        """Mint a contact for this record."""
        number, key = self.tx.allot("contact"), self._key()
        self.contacts.append((number, key, account, domain, None))
        self.contacts_new += 1
        self.link(entry, "contact", number, key)
        return number

    def new_account(self, entry: Entry) -> int:
        """Mint an account for this record."""
        number, key = self.tx.allot("account"), self._key()
        self.accounts.append((number, key, None))
        self.link(entry, "account", number, key)
        return number

    def _key(self) -> str:
        """Keys of one page differ in their last digits only, so that the index of keys grows at one place at a time."""
        if not self.minted:
            self.stem = self.mint()
        self.minted += 1
        return f"{self.stem}{self.minted:04x}"

    def any_of(self, kind: str) -> bool:
        """Whether any record has a key of this kind, as far as it is written."""
        found = self._kinds.get(kind)
        if found is None:
            row = self.tx.one("SELECT 1 FROM identity WHERE kind = ? LIMIT 1", kind)
            found = self._kinds[kind] = row is not None
        return found

    def save(self) -> None:
        """Write everything that waits, except due marks."""
        tx = self.tx
        self.refs.save()
        tx.insert(projections.contact, self.contacts)
        tx.insert(projections.account, self.accounts)
        tx.insert(ledgers.link, self.links)
        tx.insert(ledgers.sighting, self.sightings)
        tx.put(projections.observed, list(self.observed.values()))
        tx.many("DELETE FROM identity WHERE kind = ? AND value = ? AND ref = ?", self.unidentified)
        tx.add(projections.identity, sorted(self.identities))
        tx.insert(ledgers.consent, self.consents)
        self.sightings_new += len(self.sightings)
        self.rekeyed = self.rekeyed or bool(self.unidentified)
        waiting: tuple[Any, ...] = (
            self.contacts,
            self.accounts,
            self.links,
            self.sightings,
            self.observed,
            self.unidentified,
            self.identities,
            self.consents,
        )
        for rows in waiting:
            rows.clear()

    def save_touched(self) -> None:
        """Write the due marks; a backfill waits behind everything else."""
        touch(self.tx, self.touched, self.now, BACKFILL if self.backfill else None)
        self.touched.clear()
