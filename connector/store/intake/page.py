"""One page into the store, in one transaction with its cursor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connector.model.problem import Problem
from connector.model.systems.fact import Page
from connector.model.systems.reading import Reading
from connector.model.systems.ref import Ref
from connector.store import shelf
from connector.store.identity.doubts import settle_doubts
from connector.store.intake.done.activities import note_activities
from connector.store.intake.done.addresses import address_ref, claim
from connector.store.intake.done.outcomes import note_outcomes
from connector.store.intake.done.ties import tie
from connector.store.intake.records.accounts import settle_accounts
from connector.store.intake.records.carry import awaited, carry
from connector.store.intake.records.companies import meet_companies
from connector.store.intake.records.memberships import keep_memberships
from connector.store.intake.records.moves import bury, follow, revive, unite
from connector.store.intake.records.owners import meet_owners
from connector.store.intake.records.people import meet_people
from connector.store.intake.records.sightings import observe
from connector.store.intake.work import Work
from connector.store.keeping import ADDRESSES
from connector.store.loops.us import note_us
from connector.store.sending.others import ask_again
from connector.store.shelf import Trouble, trouble_of
from connector.store.sql.words import Words


@dataclass(frozen=True, slots=True)
class Merged:
    """What one page brought that was new."""

    sightings: int = 0
    activities: int = 0
    outcomes: int = 0
    contacts_new: int = 0
    problems: int = 0


def merge(
    work: Work,
    words: Words,
    secret: bytes,
    platform: str,
    stream: str,
    page: Page,
    readings: Sequence[Reading],
) -> Merged:
    """Everything of the page but its cursor. Late and repeated rows are harmless."""
    if page.us is not None:
        note_us(work.tx, page.us)
    _load(work, page, readings, secret)
    moved = follow(work, page.moved)
    revive(work, readings)
    seen_first = awaited(work, readings)
    troubles = _meet(work, readings)
    emails = [v for kind, v, _ in work.identities if kind in ADDRESSES]
    work.save()
    for move in page.moved:  # those whose records were met only now
        unite(work, work.refs[move.old], work.refs[move.new])
    carry(work, [*seen_first, *(work.refs[move.new] for move in page.moved)])
    for move in moved:
        if move.kind == "merged":
            keep_memberships(work, work.refs[move.old], work.refs[move.new])
    tie(work, readings, page.ties, page.untied)
    bury(work, page.gone)
    activities = note_activities(work, platform, stream, page.activities, words, secret)
    hints = [one.contact_hint for one in page.activities if one.ref is None and one.contact_hint]
    troubles += claim(work, secret, [*emails, *hints])
    outcomes = note_outcomes(work, page.outcomes, page.outcomes_of)
    work.save()
    settle_accounts(work, work.restless)
    if page.moved or page.gone or work.rekeyed:
        settle_doubts(work, work.touched)
        ask_again(work)
    problems = _shelve(work, platform, page.problems, readings, troubles)
    work.save_touched()
    merged = Merged(work.sightings_new, activities, outcomes, work.contacts_new, problems)
    if work.sightings_new or outcomes:
        work.intake(platform, stream)
    return merged


def _load(work: Work, page: Page, readings: Sequence[Reading], secret: bytes) -> None:
    work.refs.load([reading.ref for reading in readings], observed=True)
    refs: list[Ref] = [reading.account for reading in readings if reading.account is not None]
    refs += [other for reading in readings for _, other in reading.links]
    refs += [one.ref for one in page.activities if one.ref is not None]
    refs += [
        address_ref(secret, one.contact_hint)
        for one in page.activities
        if one.ref is None and one.contact_hint
    ]
    refs += [one.ref for one in page.outcomes] + list(page.outcomes_of)
    refs += [ref for move in page.moved for ref in (move.old, move.new)]
    refs += [gone.ref for gone in page.gone]
    refs += [ref for each in page.ties for ref in (each.ref, each.other)]
    if refs:
        work.refs.load(refs, observed=bool(page.gone or page.moved))


def _meet(work: Work, readings: Sequence[Reading]) -> list[Trouble]:
    owners = [reading for reading in readings if reading.is_ == "owner"]
    companies = [reading for reading in readings if reading.is_ == "account"]
    people = [reading for reading in readings if reading.is_ == "contact"]
    if owners:
        meet_owners(work, owners)
    troubles = meet_companies(work, companies) if companies else []
    for reading in readings:
        if reading.is_ == "none" and reading.forms:
            observe(work, work.refs[reading.ref], reading)
    return troubles + meet_people(work, people) if people else troubles


def _shelve(
    work: Work,
    platform: str,
    problems: Iterable[Problem],
    readings: Sequence[Reading],
    troubles: Sequence[Trouble],
) -> int:
    found = [trouble_of(problem, "read", platform) for problem in problems]
    for reading in readings:
        for problem in reading.problems:
            entry = work.refs[reading.ref]
            found.append(trouble_of(problem, "read", platform, entry.contact))
    found += troubles
    if not found and not shelf.anything(work.tx):
        return 0
    codes: dict[str, set[str]] = {str(reading.ref): set() for reading in readings}
    for one in found:
        codes.setdefault(one.record, set()).add(one.code)
    shelf.put(work.tx, found, work.now, again=work.sightings_new > 0)
    shelf.cure(work.tx, ("read", "match"), codes, work.now)
    return len(found)
