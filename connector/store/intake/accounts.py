"""Which company a contact belongs to: the one its record names, else the one that has its e-mail domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import orjson

from connector.model.reading import Reading
from connector.store.due import ACCOUNT
from connector.store.intake.candidates import Key, accounts_by_key
from connector.store.intake.directory import Entry
from connector.store.intake.work import Work

DOMAIN = "domain"
Found = Mapping[Key, frozenset[int]]


def accounts_of_domains(work: Work, domains: Iterable[str]) -> Found:
    """The accounts that have these domains."""
    keys = {(DOMAIN, domain) for domain in domains}
    return accounts_by_key(work, keys) if keys else {}


def account_of_domain(found: Found, domain: str | None) -> int | None:
    """One of them; of several the oldest, so that it does not depend on the order of arrival."""
    return None if domain is None else min(found.get((DOMAIN, domain), ()), default=None)


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
    domains = {contact: _domain(work, shown) for contact, shown in refs.items()}
    found = accounts_of_domains(work, {d for d in domains.values() if d is not None})
    rows = []
    for contact, before, domain_before in work.tx.rows(
        "SELECT id, account, domain FROM contact WHERE id IN [?]", wanted
    ):
        domain = domains[contact]
        named = next((account for account, _ in refs[contact] if account is not None), None)
        account = named if named is not None else account_of_domain(found, domain)
        if (account, domain) != (before, domain_before):
            rows.append((account, domain, contact))
        if account != before:
            work.touch(contact, ACCOUNT)
    work.tx.many("UPDATE contact SET account = ?, domain = ? WHERE id = ?", rows)


def _domain(work: Work, shown: Iterable[tuple[int | None, str]]) -> str | None:
    for _, keys in shown:
        domain = work.keeping.domain(orjson.loads(keys))
        if domain is not None:
            return domain
    return None
