"""Records of persons: whose they are, and what they show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connector.decide.fields.identify import Ambiguous, Candidates, Known, identify
from connector.model.reading import Reading
from connector.model.ref import Ref
from connector.store.due import LINKED, SIGHTING
from connector.store.intake.accounts import account_of_domain, accounts_of_domains, name_company
from connector.store.intake.candidates import contacts_by_key, contacts_by_our_key
from connector.store.intake.directory import Entry
from connector.store.intake.sightings import new_keys, observe
from connector.store.intake.work import Work
from connector.store.shelf import Trouble


def meet_people(work: Work, readings: Sequence[Reading]) -> list[Trouble]:
    """Find or mint the contact of every reading, and note what it shows."""
    strangers: dict[Ref, Reading] = {}
    known = []
    entries = [work.refs[reading.ref] for reading in readings]
    for entry, reading in zip(entries, readings, strict=True):
        if entry.contact is not None:
            known.append(reading)
        elif reading.forms:  # one that only names other records does not say who it is
            strangers.setdefault(reading.ref, reading)
    troubles = _introduce(work, list(strangers.values()), known) if strangers else []
    for entry, reading in zip(entries, readings, strict=True):
        fresh = reading.ref in strangers
        keys = entry.keys
        changed = observe(work, entry, reading)
        moved = name_company(work, entry, reading)
        if entry.contact is None or not (changed or moved or fresh):
            continue
        work.touch(entry.contact, LINKED if fresh else SIGHTING)
        if not fresh and (moved or keys != entry.keys):
            work.restless.add(entry.contact)
    return troubles


def _introduce(
    work: Work, strangers: Sequence[Reading], others: Sequence[Reading]
) -> list[Trouble]:
    known = [reading for reading in others if _shows_new_keys(work, reading)]
    by_ref = {**contacts_by_our_key(work, strangers), **_redirected(work, strangers)}
    by_ref.update({reading.ref: work.refs[reading.ref].contact or 0 for reading in known})
    by_key = contacts_by_key(work, (key for reading in strangers for key in reading.keys))
    matches = identify([*strangers, *known], Candidates(by_ref, by_key))[: len(strangers)]
    domains = [work.keeping.domain(reading.keys) for reading in strangers]
    accounts = accounts_of_domains(work, {d for d in domains if d is not None})
    minted: dict[int, int] = {}
    troubles = []
    for reading, match, domain in zip(strangers, matches, domains, strict=True):
        entry = work.refs[reading.ref]
        if isinstance(match, Ambiguous):
            troubles.append(ambiguous(str(reading.ref), reading.ref.platform, match.contacts))
        elif isinstance(match, Known):
            _join(work, entry, match.contact)
        elif match.number in minted:
            _join(work, entry, minted[match.number])
        else:
            name_company(work, entry, reading)
            named = entry.account
            account = account_of_domain(accounts, domain) if named is None else named
            minted[match.number] = work.new_contact(entry, domain, account)
            if entry.target is not None or entry.gone_at is not None:
                work.restless.add(minted[match.number])  # such a record names no company
    _follow_redirects(work, [work.refs[reading.ref] for reading in strangers])
    return troubles


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


def _shows_new_keys(work: Work, reading: Reading) -> bool:
    """Whether a known record shows keys that the store does not know of it yet."""
    entry = work.refs[reading.ref]
    return entry.contact is not None and new_keys(entry, reading) is not None


def _join(work: Work, entry: Entry, contact: int) -> None:
    work.link(entry, "contact", contact)
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
                work.link(entry, "contact", into[target])
            continue
        work.links.append(
            (work.tx.entry(), number, "contact", into[target], None, work.now, "redirect")
        )
        work.tx.run("UPDATE ref SET contact = ? WHERE id = ?", into[target], number)


def ambiguous(record: str, platform: str, contacts: Iterable[int]) -> Trouble:
    """A record that could be several persons'; it waits for somebody who knows."""
    names = ", ".join(str(contact) for contact in contacts)
    return Trouble(
        origin="match",
        platform=platform,
        record=record,
        code="AMBIGUOUS",
        message=f"this could be any of the contacts {names}",
        hint="merge them, or correct what identifies them, in the system that shows them twice",
    )
