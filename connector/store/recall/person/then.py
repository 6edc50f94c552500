"""A contact as it was known at a moment: the same dossier, from the ledgers instead of the projections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter

from connector.decide.place.machine import telling
from connector.decide.scoring.own import Log
from connector.decide.scoring.strength import all_from_log
from connector.decide.tracks.attribution import attributed
from connector.model.person.contact import Contact
from connector.model.person.decision import Strength
from connector.model.person.dossier import Dossier
from connector.model.person.standing import Standing
from connector.model.rules import Rulebook, Signal
from connector.model.systems.fact import Outcome
from connector.model.systems.ref import Ref
from connector.store.deciding import dossiers
from connector.store.deciding.contests import NONE, contests
from connector.store.deciding.fields import agreed, winning
from connector.store.deciding.firsts import firsts
from connector.store.deciding.strengths import activities_of
from connector.store.keeping import Keeping
from connector.store.recall.person.companies import account_at, account_named
from connector.store.recall.person.history import everyone_in, history, parted_at, refs_of
from connector.store.sql.codec import restored
from connector.store.sql.moment import from_ms, to_ms
from connector.store.sql.transaction import Transaction


def then(
    tx: Transaction,
    keeping: Keeping,
    contact: int,
    at: datetime,
    book: Rulebook | None = None,
    *,
    hindsight: bool = False,
) -> Dossier | None:
    """What we knew of the contact at `at` (aware UTC), its signals by `book` (by default the one in force). None if there is none now.

    With `hindsight` what is known now of that time: whatever happened until `at`, however late we learned it, and what was taken
    back since does not count; the standing stays the one reached then. Links are those of today: somebody who was merged since
    is shown as one person. Their company is the one they belonged to then (with hindsight today's), as it was.
    """
    found = dossiers.dossiers(tx, keeping, dossiers.marks(tx, [contact]), at)
    if not found:
        return None
    today, refs = found[0].contact, refs_of(tx, contact)
    named = None if today.account is None else today.account.key
    if not hindsight:
        named = account_named(tx, contact, list(refs), at) or named
    observed, away = parted_at(tx, contact, at, hindsight=hindsight)
    until = None if hindsight else to_ms(at)
    contest = contests(tx, keeping, {contact: observed}, until).get(contact, NONE)
    fields = winning(keeping, observed, contest.chosen, away)
    outcomes, recorded = _outcomes(tx, refs, today, at, hindsight=hindsight)
    standings = _standings(tx, contact, at)
    machines = keeping.machines if book is None else telling(book)
    first = firsts(tx, dict.fromkeys(refs, contact), machines, until)
    began, seen = first.activity.get(contact), first.seen.get(contact)
    person = Contact(
        id=today.id,
        key=today.key,
        refs=tuple(observed),
        fields=fields,
        account=account_at(tx, keeping, named, at, hindsight=hindsight) if observed else None,
        outcomes=attributed(outcomes, standings),
        recorded=recorded,
        observed=observed,
        done=today.done,
        contested=contest.waiting,
        consents=agreed(keeping, fields),
        handed=dossiers.told_of(keeping, observed),
        first_activity=began if began is not None and began.at <= at else None,
        first_seen=seen if seen is not None and seen <= at else None,
    )
    signals = keeping.signals if book is None else book.signals
    strengths = _strengths(tx, keeping, signals, dict.fromkeys(refs, contact), at, until)
    return Dossier(person, strengths, standings, 0)


def rulebook_at(tx: Transaction, at: datetime) -> str | None:
    """Digest of the rulebook that was in force at a moment."""
    found = tx.one(
        "SELECT r.digest FROM activation a JOIN rulebook r ON r.id = a.rulebook WHERE a.at <= ? ORDER BY a.id DESC LIMIT 1",
        to_ms(at),
    )
    return None if found is None else str(found[0])


def _standings(tx: Transaction, contact: int, at: datetime) -> Mapping[str, Standing]:
    """The last one of each track: as decided, or as an undone plan gave it back."""
    decided = [
        (one.id, one.decision.track, one.decision.standing) for one in history(tx, contact, at)
    ]
    back = [
        (number, track, restored(Standing, body))
        for number, track, body in tx.rows(
            "SELECT id, track, standing FROM restored WHERE contact IN [?] AND at <= ? ORDER BY id",
            everyone_in(tx, contact),
            to_ms(at),
        )
    ]
    return {track: standing for _, track, standing in sorted([*decided, *back], key=itemgetter(0))}


def _strengths(
    tx: Transaction,
    keeping: Keeping,
    signals: Sequence[Signal],
    holders: Mapping[int, int],
    at: datetime,
    learned_until: int | None,
) -> dict[str, Strength]:
    if keeping.book is None or not holders:
        return {}
    log = _log(tx, signals, holders, at, learned_until)
    return all_from_log(signals, log, at, keeping.book.timezone)


def log_of(tx: Transaction, contact: int, at: datetime, book: Rulebook) -> Log:
    """What a contact's signals by this book were read from at a moment: its activities by kind, as known then."""
    holders = dict.fromkeys(refs_of(tx, contact), contact)
    return _log(tx, book.signals, holders, at, to_ms(at))


def _log(
    tx: Transaction,
    signals: Sequence[Signal],
    holders: Mapping[int, int],
    at: datetime,
    learned_until: int | None,
) -> Log:
    kinds = {kind for signal in signals for kind in signal.kinds}
    logs = activities_of(tx, holders, kinds, learned_until)
    return {
        kind: [one for one in acts if one[0] <= at]
        for log in logs.values()
        for kind, acts in log.items()
    }


def _outcomes(
    tx: Transaction, refs: Mapping[int, Ref], today: Contact, at: datetime, *, hindsight: bool
) -> tuple[tuple[Outcome, ...], dict[str, datetime]]:
    """Outcomes as known then, also those taken back since; with hindsight those of that time that still stand."""
    named = {number for number, ref in refs.items()} | _tied(tx, list(refs), to_ms(at))
    latest: dict[tuple[int, str], tuple[int, bool, str, int]] = {}
    for ref, key, recorded_at, withdrawn, body, happened in tx.rows(
        "SELECT ref, key, recorded_at, withdrawn, body, at FROM outcome WHERE ref IN [?] ORDER BY id",
        sorted(named),
    ):
        if hindsight or recorded_at <= to_ms(at):
            latest[ref, key] = (recorded_at, bool(withdrawn), body, happened)
    standing = {
        key: row
        for (_, key), row in latest.items()
        if not row[1] and (not hindsight or row[3] <= to_ms(at))
    }
    outcomes = sorted(
        (restored(Outcome, row[2]) for row in standing.values()), key=lambda one: (one.at, one.key)
    )
    return tuple(outcomes), {key: from_ms(row[0]) for key, row in standing.items()} | {
        key: moment for key, moment in today.recorded.items() if key in standing
    }


def _tied(tx: Transaction, refs: list[int], limit: int) -> set[int]:
    """Opportunities and the like that these records named then."""
    rows = tx.rows(
        "SELECT ref, other, source, withdrawn FROM tie WHERE ref IN [?] AND at <= ? ORDER BY id",
        refs,
        limit,
    )
    latest = {(ref, other, source): withdrawn for ref, other, source, withdrawn in rows}
    return {other for (_, other, _), withdrawn in latest.items() if not withdrawn}
