"""Records of persons: whose they are, and what they show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import orjson

from connector.decide.identity.keys import Pair
from connector.decide.identity.match import identify
from connector.decide.identity.matches import Ambiguous, Candidates, Identified, Known
from connector.model.systems.reading import Reading
from connector.model.systems.ref import Ref
from connector.store.due import LINKED, SIGHTING
from connector.store.identity.doubts import ambiguous, duplicates, perhaps
from connector.store.identity.shared import mark_shared, renamed
from connector.store.intake.candidates import (
    contacts_by_our_key,
    observed_in,
    people_by_key,
    shown_in,
)
from connector.store.intake.directory import Entry
from connector.store.intake.records.accounts import (
    account_of,
    accounts_meant,
    domains_of,
    name_company,
)
from connector.store.intake.records.sightings import observe
from connector.store.intake.work import Work
from connector.store.shelf import Trouble
from connector.store.sql.moment import from_ms

BY_KEY = "key:"  # link.why of a record that a key joined


def meet_people(work: Work, readings: Sequence[Reading]) -> list[Trouble]:
    """Find or mint the contact of every reading, and note what it shows."""
    strangers: dict[Ref, Reading] = {}
    unknown = []
    fresh: list[Reading] = []
    changed: list[tuple[Reading, str]] = []
    for reading in readings:
        entry = work.refs[reading.ref]
        if entry.contact is not None:
            _note_known(work, entry, reading, fresh, changed)
            continue
        unknown.append(reading)
        if reading.forms:  # one that only names other records does not say who it is
            strangers.setdefault(reading.ref, reading)
    troubles: list[Trouble] = []
    marked: dict[Ref, tuple[Pair, ...]] = {}
    if strangers or fresh:
        troubles, marked = _introduce(work, list(strangers.values()), fresh)
    if changed:
        parted, more = renamed(work, changed)
        marked |= parted
        troubles += more
    for reading in unknown:
        _note_stranger(work, reading, marked.get(reading.ref, ()), reading.ref in strangers)
    for reading in readings if marked else ():
        if reading.ref in marked and reading.ref not in strangers:
            observe(work, work.refs[reading.ref], _with(reading, marked[reading.ref]))
    return troubles


def _note_known(
    work: Work,
    entry: Entry,
    reading: Reading,
    fresh: list[Reading],
    changed: list[tuple[Reading, str]],
) -> None:
    """What a known record shows; if it shows other keys or values than before, somebody may have to look at it."""
    keys, body = entry.keys, entry.body
    news = observe(work, entry, reading)
    moved = name_company(work, entry, reading)
    if not (news or moved):
        return
    work.touch(entry.contact, SIGHTING)
    if moved or keys != entry.keys:
        work.restless.add(entry.contact or 0)
    if keys != entry.keys:
        had = {(kind, value) for kind, value in orjson.loads(keys)}
        shown = tuple(pair for pair in reading.keys if pair not in had)
        fresh += [reading._replace(keys=shown)] if shown else []
    if news and body is not None:
        changed.append((reading, body))


def _note_stranger(work: Work, reading: Reading, marks: Sequence[Pair], met: bool) -> None:
    entry = work.refs[reading.ref]
    keys = entry.keys
    news = observe(work, entry, _with(reading, marks) if marks else reading)
    moved = name_company(work, entry, reading)
    if entry.contact is None or not (news or moved or met):
        return
    work.touch(entry.contact, LINKED if met else SIGHTING)
    if not met and (moved or keys != entry.keys):
        work.restless.add(entry.contact)


def introduce_again(work: Work, ref: Ref, entry: Entry) -> bool:
    """Match a record that belongs to nobody once more, by what it showed last. False if it is still ambiguous."""
    keys = tuple((kind, str(value)) for kind, value in orjson.loads(entry.keys))
    said = observed_in(work, {entry.id: entry.home}).get(entry.id, {})
    names = {field: field for field in said}
    at = from_ms(work.now)
    reading = Reading(ref, "contact", at, at, said, said, names, keys)
    _introduce(work, [reading], [])
    return entry.contact is not None


def _with(reading: Reading, pairs: Iterable[Pair]) -> Reading:
    return reading._replace(keys=(*reading.keys, *pairs))


def _introduce(
    work: Work, strangers: Sequence[Reading], known: Sequence[Reading]
) -> tuple[list[Trouble], dict[Ref, tuple[Pair, ...]]]:
    """Whose the strangers are. Returns what somebody must look at, and what turned out to be shared, by the refs that show it."""
    identity = work.keeping.identity
    moved = _redirected(work, strangers)
    by_ref = {**contacts_by_our_key(work, strangers), **moved}
    by_ref.update({reading.ref: work.refs[reading.ref].contact or 0 for reading in known})
    everybody = [*strangers, *known]
    by_key = people_by_key(work, (key for reading in everybody for key in reading.keys))
    found = identify(
        everybody,
        Candidates(by_ref, by_key),
        identity.person,
        identity.names,
        lambda reading: shown_in(work, reading),
    )
    troubles, joined = _settle(work, strangers, found, moved)
    _follow_redirects(work, [work.refs[reading.ref] for reading in strangers])
    if joined:
        troubles += duplicates(work, joined)
    if found.perhaps:
        troubles += perhaps(work, _doubtful(work, everybody, found))
    if not found.shared:
        return troubles, {}
    marked, more = mark_shared(work, everybody, found.shared)
    return troubles + more, marked


def _settle(
    work: Work, strangers: Sequence[Reading], found: Identified, moved: Collection[Ref]
) -> tuple[list[Trouble], dict[int, Entry]]:
    """Link every stranger; returns the records that a key joined."""
    domains = domains_of(work, strangers)
    accounts = accounts_meant(work, domains, [reading.keys for reading in strangers])
    minted: dict[int, int] = {}
    troubles: list[Trouble] = []
    joined: dict[int, Entry] = {}
    for reading, match, domain in zip(strangers, found.matches, domains, strict=False):
        entry = work.refs[reading.ref]
        if isinstance(match, Ambiguous):
            record, platform = str(reading.ref), reading.ref.platform
            troubles.append(ambiguous(record, platform, match.contacts, match.why))
        elif isinstance(match, Known):
            by_ref = "redirect" if reading.ref in moved else "our key"
            _join(work, entry, match.contact, BY_KEY + match.why if match.why else by_ref)
            joined.update({entry.id: entry} if match.why else {})
        elif match.number in minted:
            _join(work, entry, minted[match.number], BY_KEY + match.why)
            joined[entry.id] = entry
        else:
            minted[match.number] = _mint(work, entry, reading, domain, accounts)
    return troubles, joined


def _mint(
    work: Work,
    entry: Entry,
    reading: Reading,
    domain: str | None,
    accounts: Mapping[Pair, frozenset[int]],
) -> int:
    name_company(work, entry, reading)
    named = entry.account
    account = account_of(accounts, domain, reading.keys) if named is None else named
    contact = work.new_contact(entry, domain, account)
    if entry.target is not None or entry.gone_at is not None:
        work.restless.add(contact)  # such a record names no company
    return contact


def _doubtful(
    work: Work, readings: Sequence[Reading], found: Identified
) -> dict[tuple[int, int], tuple[Entry, str]]:
    """Pairs of contacts that may be one person, with the record that shows it and the key."""
    seen: dict[tuple[int, int], tuple[Entry, str]] = {}
    for one in found.perhaps:
        entry = work.refs[readings[one.place].ref]
        other = one.contact
        if one.other is not None:
            other = work.refs[readings[one.other].ref].contact
        if entry.contact is None or other is None or entry.contact == other:
            continue
        if (other, entry.contact) not in seen:
            seen.setdefault((entry.contact, other), (entry, one.why))
    return seen


def _redirected(work: Work, strangers: Sequence[Reading]) -> dict[Ref, int]:
    """Records that went to a known one, or that a known one went to, before they were ever seen."""
    entries = {reading.ref: work.refs[reading.ref] for reading in strangers}
    old = {ref: entry for ref, entry in entries.items() if not entry.new}
    if not old:
        return {}
    ids = [entry.id for entry in old.values()]
    targets = [entry.target for entry in old.values() if entry.target is not None]
    known: dict[int, int] = dict(
        work.tx.rows(
            "SELECT target, min(contact) FROM ref WHERE target IN [?] AND contact IS NOT NULL GROUP BY target",
            ids,
        )
    )
    into: dict[int | None, int] = dict(
        work.tx.rows("SELECT id, contact FROM ref WHERE id IN [?] AND contact IS NOT NULL", targets)
    )
    found = {ref: known.get(entry.id) or into.get(entry.target) for ref, entry in old.items()}
    return {ref: contact for ref, contact in found.items() if contact is not None}


def _join(work: Work, entry: Entry, contact: int, why: str) -> None:
    work.link(entry, "contact", contact, why=why)
    work.restless.add(contact)


def _follow_redirects(work: Work, entries: Iterable[Entry]) -> None:
    """Records redirected here before anybody knew whose this one is belong to the same contact."""
    into = {e.id: e.contact for e in entries if e.contact is not None and not e.new}
    if not into:
        return
    rows = work.tx.rows(
        "SELECT id, target FROM ref WHERE target IN [?] AND contact IS NULL", sorted(into)
    )
    here = {entry.id: entry for entry in work.refs}
    for number, target in rows:
        entry = here.get(number)
        if (
            entry is not None
        ):  # in this very page: it may have been joined just now, and is not written yet
            if entry.contact is None:
                work.link(entry, "contact", into[target], why="redirect")
            continue
        work.links.append(
            (work.tx.entry(), number, "contact", into[target], None, work.now, "redirect")
        )
        work.tx.run("UPDATE ref SET contact = ? WHERE id = ?", into[target], number)
