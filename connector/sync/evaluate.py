"""Due contacts, whole, into decisions and changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from connector.decide.fields.plan import activity_asked
from connector.decide.fields.scope import barred
from connector.decide.fields.writing.changes import changes
from connector.decide.fit.change import fitted
from connector.decide.fit.kind import NONE, Fits, fitting
from connector.decide.look import next_look
from connector.decide.tracks.decisions import decisions, entered, waiting
from connector.decide.tracks.leading import leading
from connector.model.mapping.mappings import Mappings
from connector.model.person.dossier import Decided, Dossier
from connector.model.roster import Roster
from connector.model.rules import Rulebook
from connector.store import Store
from connector.sync.images import with_images

ROUNDS = 20  # decided again at most so often when the roster moves on; then the rest waits for the next unit


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What one bounded evaluation did."""

    contacts: int = 0
    decisions: int = 0
    handed_over: int = 0
    changes: int = 0


def evaluate_one(
    book: Rulebook,
    mappings: Mappings,
    dossier: Dossier,
    roster: Roster,
    now: datetime,
    fits: Fits = NONE,
) -> Decided:
    """Everything that follows for one contact; pure. `fits` is what the systems' records can take, as far as they have said."""
    contact, strengths = dossier.contact, dossier.strengths
    out_of = partial(barred, mappings, book, contact=contact, roster=roster)
    every = decisions(book, contact, strengths, dossier.standings, roster, now, out_of)
    lead, made = leading(every), tuple(entered(every))
    wanted, problems = changes(
        lead, contact, mappings, roster, book, backfill=dossier.backfill, made=made
    )
    wanted = with_images(wanted, dossier, mappings)
    wanted, misfits = fitted(wanted, contact, fits)
    looks = [now] if waiting(every) else []
    asked = activity_asked(mappings)
    looks += filter(None, (next_look(book, contact, strengths, one, now, asked) for one in every))
    first = (lead, *(one for one in made if one is not lead))
    return Decided(dossier, first, wanted, min(looks, default=None), (*problems, *misfits))


def evaluate(
    store: Store,
    book: Rulebook,
    mappings: Mappings,
    now: datetime,
    *,
    epoch: int | None = None,
    limit: int = 200,
    rounds: int = 3,
) -> Evaluated:
    """Decide at most `limit` due contacts, most urgent first; what is changed back for `rounds` times is written no more.

    A contact that takes a turn in a pool moves the roster on, so contacts that assign an owner are recorded one at a time with a
    roster read just before; all the others are recorded together.
    """
    dossiers = store.due(now, limit)
    if not dossiers:
        return Evaluated()
    keep = partial(store.record, now=now, epoch=epoch, rounds=rounds)
    roster, fits = store.roster(), fitting(store.described.shapes())(mappings)
    quiet: list[Decided] = []
    done: list[Decided] = []
    for dossier in dossiers:
        decided = evaluate_one(book, mappings, dossier, roster, now, fits)
        if not _assigns(decided):
            quiet.append(decided)
            continue
        recorded = _assign(store, keep, book, mappings, decided, roster, now, fits)
        if recorded is not None:
            done.append(recorded)
        roster = store.roster()
    if quiet:
        keep(quiet, roster.version)
    if any(_of_leavers(decided, roster) for decided in (*quiet, *done)):
        store.note_leavers(now, epoch=epoch)
    return _sum([*quiet, *done])


def _assign(
    store: Store,
    keep: Callable[[Sequence[Decided], int], bool],
    book: Rulebook,
    mappings: Mappings,
    decided: Decided,
    roster: Roster,
    now: datetime,
    fits: Fits,
) -> Decided | None:
    """Record it as decided, or decide again by the roster that has moved on meanwhile."""
    for _ in range(ROUNDS):
        if keep([decided], roster.version):
            return decided
        roster = store.roster()
        decided = evaluate_one(book, mappings, decided.dossier, roster, now, fits)
    return None


def _of_leavers(decided: Decided, roster: Roster) -> bool:
    """Whether somebody who has left has one lead more or less, or one that stands elsewhere."""
    return any(
        decision.changed and any(map(roster.left, (decision.before.owner, decision.standing.owner)))
        for decision in decided.decisions
    )


def _assigns(decided: Decided) -> bool:
    return any(decision.routing is not None for decision in decided.decisions)


def _sum(decided: Iterable[Decided]) -> Evaluated:
    rows = list(decided)
    return Evaluated(
        contacts=len(rows),
        decisions=sum(decision.changed for row in rows for decision in row.decisions),
        handed_over=sum(_assigns(row) for row in rows),
        changes=sum(len(row.changes) for row in rows),
    )
