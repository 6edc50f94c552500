"""A contact as it was known at a moment: the same dossier, from the ledgers instead of the projections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from connector.decide.strength import all_from_log
from connector.model.contact import Contact
from connector.model.decision import Strength
from connector.model.dossier import Dossier
from connector.model.fact import Outcome
from connector.model.ref import Ref
from connector.model.standing import Standing
from connector.store.codec import restored
from connector.store.deciding import dossiers
from connector.store.deciding.contests import NONE, contests
from connector.store.deciding.fields import agreed, winning
from connector.store.deciding.strengths import activities_of
from connector.store.keeping import Keeping
from connector.store.moment import from_ms, to_ms
from connector.store.recall.history import history, parted_at, refs_of
from connector.store.transaction import Transaction


def then(tx: Transaction, keeping: Keeping, contact: int, at: datetime) -> Dossier | None:
    """What we knew of the contact at `at` (aware UTC). None if there is no such contact now.

    Links are those of today: somebody who was merged since is shown as one person. The account is today's, too.
    """
    found = dossiers.dossiers(tx, keeping, dossiers.marks(tx, [contact]), at)
    if not found:
        return None
    today, refs = found[0].contact, refs_of(tx, contact)
    observed, away = parted_at(tx, contact, at)
    contest = contests(tx, keeping, {contact: observed}, to_ms(at)).get(contact, NONE)
    fields = winning(keeping, observed, contest.chosen, away)
    outcomes, recorded = _outcomes(tx, refs, today, at)
    person = Contact(
        id=today.id,
        key=today.key,
        refs=tuple(observed),
        fields=fields,
        account=today.account,
        outcomes=outcomes,
        recorded=recorded,
        observed=observed,
        done=today.done,
        contested=contest.waiting,
        consents=agreed(keeping, fields),
        handed=dossiers.told_of(keeping, observed),
    )
    return Dossier(
        person, _strengths(tx, keeping, contact, refs, at), _standings(tx, contact, at), 0
    )


def rulebook_at(tx: Transaction, at: datetime) -> str | None:
    """Digest of the rulebook that was in force at a moment."""
    found = tx.one(
        "SELECT r.digest FROM activation a JOIN rulebook r ON r.id = a.rulebook WHERE a.at <= ? ORDER BY a.id DESC LIMIT 1",
        to_ms(at),
    )
    return None if found is None else str(found[0])


def _standings(tx: Transaction, contact: int, at: datetime) -> Mapping[str, Standing]:
    return {
        recorded.decision.track: recorded.decision.standing for recorded in history(tx, contact, at)
    }


def _strengths(
    tx: Transaction, keeping: Keeping, contact: int, refs: Mapping[int, Ref], at: datetime
) -> dict[str, Strength]:
    if keeping.book is None:
        return {}
    holders = dict.fromkeys(refs, contact)
    kinds = {kind for signal in keeping.signals for kind in signal.kinds}
    log = activities_of(tx, holders, kinds, to_ms(at)).get(contact, {})
    return all_from_log(keeping.signals, log, at, keeping.book.timezone)


def _outcomes(
    tx: Transaction, refs: Mapping[int, Ref], today: Contact, at: datetime
) -> tuple[tuple[Outcome, ...], dict[str, datetime]]:
    """Outcomes as known then, also those taken back since."""
    named = {number for number, ref in refs.items()} | _tied(tx, list(refs), to_ms(at))
    latest: dict[tuple[int, str], tuple[int, bool, str]] = {}
    for ref, key, recorded_at, withdrawn, body in tx.rows(
        "SELECT ref, key, recorded_at, withdrawn, body FROM outcome WHERE ref IN [?] AND recorded_at <= ? ORDER BY id",
        sorted(named),
        to_ms(at),
    ):
        latest[ref, key] = (recorded_at, bool(withdrawn), body)
    standing = {key: row for (_, key), row in latest.items() if not row[1]}
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
