"""Records of companies: which account they are, and whom a change of theirs concerns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import orjson

from connector.decide.identity.keys import Pair
from connector.decide.identity.marks import DOMAIN
from connector.decide.identity.match import identify
from connector.decide.identity.matches import Ambiguous, Candidates, Known
from connector.model.identity import OF_PERSON
from connector.model.systems.reading import Reading
from connector.model.systems.ref import Ref
from connector.store.due import ACCOUNT
from connector.store.identity.doubts import ambiguous
from connector.store.intake.candidates import companies_by_key, shown_in
from connector.store.intake.directory import Entry
from connector.store.intake.joins import join_accounts
from connector.store.intake.records.sightings import observe
from connector.store.intake.work import Work
from connector.store.shelf import Trouble

_OF_DOMAIN = "SELECT id FROM contact WHERE domain IN [?] AND survivor IS NULL"
_NAMING = (
    "SELECT r.contact FROM identity i JOIN ref r ON r.id = i.ref"
    " WHERE i.kind = ? AND i.value IN [?] AND r.contact IS NOT NULL"
)


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
    keys: set[Pair] = set()
    for reading in readings:
        entry = work.refs[reading.ref]
        before = entry.keys
        if observe(work, entry, reading):
            changed.add(entry.account or 0)
            if entry.keys != before:
                keys ^= _pairs(before) ^ _pairs(entry.keys)
    work.save()
    for one, other in joins:
        join_accounts(work, one, other)
    _concern(work, changed, keys)
    return troubles


def _introduce(
    work: Work, strangers: Sequence[Reading], joins: list[tuple[int, int]]
) -> list[Trouble]:
    pairs = [pair for reading in strangers for pair in reading.keys]
    matches = identify(
        strangers,
        Candidates({}, companies_by_key(work, pairs)),
        work.keeping.identity.account,
        (),
        lambda reading: shown_in(work, reading),
    ).matches
    minted: dict[int, int] = {}
    troubles = []
    for reading, match in zip(strangers, matches, strict=True):
        entry = work.refs[reading.ref]
        if isinstance(match, Ambiguous):
            record, platform = str(reading.ref), reading.ref.platform
            troubles.append(ambiguous(record, platform, match.contacts, match.why))
        elif isinstance(match, Known):
            _assign(work, entry, match.contact, match.why, joins)
        elif match.number in minted:
            _assign(work, entry, minted[match.number], match.why, joins)
        else:
            minted[match.number] = (
                work.new_account(entry) if entry.account is None else entry.account
            )
    return troubles


def _assign(work: Work, entry: Entry, account: int, why: str, joins: list[tuple[int, int]]) -> None:
    """A company that its people named before it was seen may turn out to be one we know."""
    if entry.account is None:
        work.link(entry, "account", account, why=f"key:{why}" if why else "own")
    elif entry.account != account:
        joins.append((entry.account, account))


def _pairs(keys: str) -> set[Pair]:
    return {(kind, str(value)) for kind, value in orjson.loads(keys)}


def _concern(work: Work, accounts: Iterable[int], keys: Iterable[Pair]) -> None:
    """People of changed companies are decided again; who has a key that a company gained or lost may belong to another."""
    for (contact,) in work.tx.rows(
        "SELECT id FROM contact WHERE account IN [?] AND survivor IS NULL", sorted(accounts)
    ):
        work.touch(contact, ACCOUNT)
    by_kind: dict[str, set[str]] = defaultdict(set)
    for kind, value in keys:
        by_kind[kind].add(value)
    for kind, values in by_kind.items():
        sql, *more = (_OF_DOMAIN,) if kind == DOMAIN else (_NAMING, OF_PERSON + kind)
        rows = work.tx.rows(sql, *more, sorted(values))
        work.restless.update(contact for (contact,) in rows)
