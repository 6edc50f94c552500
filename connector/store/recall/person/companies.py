"""A company as it was known at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from connector.model.person.contact import Account
from connector.model.systems.fact import Outcome
from connector.model.systems.ref import Ref
from connector.store.deciding.deals import deals_of
from connector.store.deciding.dossiers import as_account
from connector.store.keeping import Keeping
from connector.store.recall.person.history import everyone_in, parted
from connector.store.sql.moment import to_ms
from connector.store.sql.transaction import Transaction
from connector.store.sql.words import Homes


def account_named(tx: Transaction, contact: int, refs: Sequence[int], at: datetime) -> str | None:
    """The account, by its key, that a contact's records named at `at`, else the one that the last decision saw; None: neither."""
    latest: dict[int, int] = dict(
        tx.rows(
            "SELECT ref, target FROM link WHERE ref IN [?] AND role = 'company' AND at <= ? ORDER BY id",
            refs,
            to_ms(at),
        )
    )
    company = next((latest[ref] for ref in refs if latest.get(ref)), None)
    if company is not None:
        sql = "SELECT a.key FROM ref r JOIN account a ON a.id = r.account WHERE r.id = ?"
        found = tx.one(sql, company)
    else:
        found = tx.one(
            "SELECT account FROM decision WHERE contact IN [?] AND at <= ? ORDER BY id DESC LIMIT 1",
            everyone_in(tx, contact),
            to_ms(at),
        )
    return None if found is None else found[0]


def account_at(
    tx: Transaction, keeping: Keeping, key: str | None, at: datetime, *, hindsight: bool
) -> Account | None:
    """The account of that key by its records until `at`, with `hindsight` by what is known now of that time."""
    if key is None:
        return None
    observed, _ = parted(tx, _records(tx, keeping, key), at, hindsight=hindsight)
    return replace(as_account(keeping, key, dict(observed)), deals=_deals(tx, key, at, hindsight))


def _deals(tx: Transaction, key: str, at: datetime, hindsight: bool) -> tuple[Outcome, ...]:
    """As they were known then, or with `hindsight` those of that time."""
    row = tx.one("SELECT COALESCE(survivor, id) FROM account WHERE key = ?", key)
    if row is None:
        return ()
    found = deals_of(tx, [row[0]], None if hindsight else to_ms(at)).get(row[0], ())
    return tuple(one for one in found if one.at <= at)


def _records(tx: Transaction, keeping: Keeping, key: str) -> dict[int, Ref]:
    """All its records, also those of what it was joined with since."""
    homes = Homes(tx)
    rows = tx.rows(
        "SELECT r.id, r.home, r.key FROM ref r JOIN account a ON r.account IN (a.id, a.survivor)"
        " WHERE a.key = ? AND r.contact IS NULL ORDER BY r.id",
        key,
    )
    found = {number: Ref(*homes.place(home), record) for number, home, record in rows}
    return {n: ref for n, ref in found.items() if not keeping.is_person(ref.platform, ref.kind)}
