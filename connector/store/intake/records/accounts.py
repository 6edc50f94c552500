"""Which company a contact belongs to: the one its record names, else the one that has its e-mail domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import orjson

from connector.decide.identity.keys import Pair
from connector.decide.identity.marks import DOMAIN
from connector.model.identity import OF_PERSON
from connector.model.systems.reading import Reading
from connector.store.due import ACCOUNT
from connector.store.intake.candidates import accounts_by_key
from connector.store.intake.directory import Entry
from connector.store.intake.work import Work

Found = Mapping[Pair, frozenset[int]]


def domains_of(work: Work, readings: Iterable[Reading]) -> list[str | None]:
    """The domain by which each of these persons' records names a company."""
    return [work.keeping.domain(reading.keys) for reading in readings]


def accounts_meant(
    work: Work, domains: Iterable[str | None], keys: Iterable[Sequence[Pair]]
) -> Found:
    """The accounts that have these domains, or that these keys of persons name."""
    wanted = {(DOMAIN, domain) for domain in domains if domain is not None}
    wanted.update(pair for shown in keys for pair in _of_companies(shown))
    return accounts_by_key(work, wanted) if wanted else {}


def account_of(found: Found, domain: str | None, keys: Sequence[Pair]) -> int | None:
    """The one that has the domain; of several the oldest, so that it does not depend on the order of arrival.

    Else the one that a key names, if it names one only: two companies of one name are not told apart by guessing.
    """
    if domain is not None and (there := found.get((DOMAIN, domain))):
        return min(there)
    for pair in _of_companies(keys):
        named = found.get(pair, frozenset())
        if len(named) == 1:
            return next(iter(named))
    return None


def _of_companies(keys: Iterable[Pair]) -> list[Pair]:
    """A person's keys that name a company, as the company's record shows them."""
    return [
        (kind.removeprefix(OF_PERSON), str(value))
        for kind, value in keys
        if kind.startswith(OF_PERSON)
    ]


def name_company(work: Work, entry: Entry, reading: Reading) -> bool:
    """Note the company this record names; a company not yet seen gets an account at once. True if it is another one."""
    if reading.account is None:
        if entry.account is None or not _says_none(work, reading):
            return False
        entry.account = None
        _note(work, entry, 0)
        return True
    company = work.refs[reading.account]
    if company.account is None:
        work.new_account(company)
    if entry.account == company.account:
        return False
    entry.account = company.account
    _note(work, entry, company.id)
    return True


def _says_none(work: Work, reading: Reading) -> bool:
    record = work.keeping.record(reading.ref[0], reading.ref[1])
    return record is not None and record.account in reading.forms


def _note(work: Work, entry: Entry, company: int) -> None:
    work.links.append((work.tx.entry(), entry.id, "company", company, None, work.now, "company"))
    work.refs.change(entry)


def settle_accounts(work: Work, contacts: Iterable[int]) -> None:
    """Find the domain and account of contacts again, after their refs or keys have changed. Everything else is written."""
    wanted = sorted(set(contacts))
    if not wanted:
        return
    refs: dict[int, list[tuple[int | None, str]]] = {contact: [] for contact in wanted}
    for contact, account, keys in work.tx.rows(
        "SELECT r.contact, r.account, COALESCE(o.keys, '[]') FROM ref r LEFT JOIN observed o ON o.ref = r.id"
        " WHERE r.contact IN [?] AND r.target IS NULL AND r.gone_at IS NULL ORDER BY r.contact, r.id",
        wanted,
    ):
        refs[contact].append((account, keys))
    keys = {
        contact: [pair for _, text in rows for pair in _loaded(text)]
        for contact, rows in refs.items()
    }
    domains = {contact: work.keeping.domain(shown) for contact, shown in keys.items()}
    found = accounts_meant(work, domains.values(), keys.values())
    rows = []
    for contact, before, domain_before in work.tx.rows(
        "SELECT id, account, domain FROM contact WHERE id IN [?]", wanted
    ):
        domain = domains[contact]
        named = next((account for account, _ in refs[contact] if account is not None), None)
        account = named if named is not None else account_of(found, domain, keys[contact])
        if (account, domain) != (before, domain_before):
            rows.append((account, domain, contact))
        if account != before:
            work.touch(contact, ACCOUNT)
    work.tx.many("UPDATE contact SET account = ?, domain = ? WHERE id = ?", rows)


def _loaded(keys: str) -> list[Pair]:
    return [] if keys == "[]" else [(kind, value) for kind, value in orjson.loads(keys)]
