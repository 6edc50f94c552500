"""Records of companies: which account they are, and whom a change of theirs concerns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import orjson

from connector.decide.fields.identify import Ambiguous, Candidates, Known, identify
from connector.model.reading import Reading
from connector.model.ref import Ref
from connector.store.due import ACCOUNT
from connector.store.intake.accounts import DOMAIN
from connector.store.intake.candidates import accounts_by_key
from connector.store.intake.directory import Entry
from connector.store.intake.joins import join_accounts
from connector.store.intake.people import ambiguous
from connector.store.intake.sightings import observe
from connector.store.intake.work import Work
from connector.store.shelf import Trouble


def meet_companies(work: Work, readings: Sequence[Reading]) -> list[Trouble]:
    """Find or mint the account of every reading; contacts of a changed account become due. Writes what it needs written."""
    strangers: dict[Ref, Reading] = {}
    for reading in readings:
        entry = work.refs[reading.ref]
        if entry.account is None or entry.body is None:  # unknown, or only named by its people yet
            strangers.setdefault(reading.ref, reading)
    joins: list[tuple[int, int]] = []
    troubles = _introduce(work, list(strangers.values()), joins) if strangers else []
    changed: set[int] = set()
    domains: set[str] = set()
    for reading in readings:
        entry = work.refs[reading.ref]
        before = entry.keys
        if observe(work, entry, reading):
            changed.add(entry.account or 0)
            if entry.keys != before:
                domains ^= _domains(before) ^ _domains(entry.keys)
    work.save()
    for one, other in joins:
        join_accounts(work, one, other)
    _concern(work, changed, domains)
    return troubles


def _introduce(
    work: Work, strangers: Sequence[Reading], joins: list[tuple[int, int]]
) -> list[Trouble]:
    keys = [key for reading in strangers for key in reading.keys]
    matches = identify(strangers, Candidates({}, accounts_by_key(work, keys)))
    minted: dict[int, int] = {}
    troubles = []
    for reading, match in zip(strangers, matches, strict=True):
        entry = work.refs[reading.ref]
        if isinstance(match, Ambiguous):
            troubles.append(ambiguous(str(reading.ref), reading.ref.platform, match.contacts))
        elif isinstance(match, Known):
            _assign(work, entry, match.contact, joins)
        elif match.number in minted:
            _assign(work, entry, minted[match.number], joins)
        else:
            minted[match.number] = (
                work.new_account(entry) if entry.account is None else entry.account
            )
    return troubles


def _assign(work: Work, entry: Entry, account: int, joins: list[tuple[int, int]]) -> None:
    """A company that its people named before it was seen may turn out to be one we know."""
    if entry.account is None:
        work.link(entry, "account", account)
    elif entry.account != account:
        joins.append((entry.account, account))


def _domains(keys: str) -> set[str]:
    return {str(value) for kind, value in orjson.loads(keys) if kind == DOMAIN}


def _concern(work: Work, accounts: Iterable[int], domains: Iterable[str]) -> None:
    for (contact,) in work.tx.rows(
        "SELECT id FROM contact WHERE account IN [?] AND survivor IS NULL", sorted(accounts)
    ):
        work.touch(contact, ACCOUNT)
    named = sorted(domains)
    if named:
        rows = work.tx.rows(
            "SELECT id FROM contact WHERE domain IN [?] AND survivor IS NULL", named
        )
        work.restless.update(contact for (contact,) in rows)
