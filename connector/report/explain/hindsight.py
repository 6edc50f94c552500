"""A past moment by what is known now: what would have been decided then, beside what could be decided then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from connector.decide.decision import decide
from connector.model.decision import Decision
from connector.model.dossier import Dossier
from connector.model.rules import Rulebook
from connector.model.standing import MAIN, Standing
from connector.store import Late, Store


class Difference(NamedTuple):
    """One thing that comes out otherwise; `what` is a word (stage, grade, points) or the name of a rule that scores."""

    what: str
    then: str | float
    now: str | float


@dataclass(frozen=True, slots=True)
class Hindsight:
    """`decision` is what would have been decided, from the standing reached until then; `late` what was learned since of that time."""

    decision: Decision
    differences: tuple[Difference, ...]
    late: tuple[Late, ...]


def hindsight(
    store: Store, book: Rulebook, known: Dossier, contact: int, at: datetime
) -> Hindsight:
    """Decides the moment twice by `book`: from `known`, what was known then, and from what is known now of the time until then.

    Owners are those of today: who would have got the lead is not told, only that somebody would.
    """
    start = known.standings.get(MAIN, Standing(stage=book.lifecycle.start))
    better, roster = store.told.then(contact, at, book, hindsight=True), store.roster()
    then = decide(book, known.contact, known.strengths, start, roster, at)
    now = decide(book, better.contact, better.strengths, start, roster, at)
    late = tuple(store.told.late(contact, at))
    return Hindsight(now, tuple(_differences(then, now)), late)


def _differences(then: Decision, now: Decision) -> Iterator[Difference]:
    pairs: tuple[tuple[str, str | float, str | float], ...] = (
        ("stage", then.standing.stage, now.standing.stage),
        ("grade", then.score.grade, now.score.grade),
        ("band", then.score.band, now.score.band),
        ("profile", then.score.profile, now.score.profile),
        ("activity", then.score.activity, now.score.activity),
        ("stream", then.standing.stream, now.standing.stream),
        ("excluded", then.standing.excluded, now.standing.excluded),
        ("waits", "; ".join(then.waits), "; ".join(now.waits)),
        *_points(then, now),
    )
    for what, one, other in pairs:
        if one != other:
            yield Difference(what, one, other)


def _points(then: Decision, now: Decision) -> Iterator[tuple[str, float, float]]:
    """Rules that give other points, in the order of the rules."""
    before = {one.rule: one.points for one in then.score.reasons}
    after = {one.rule: one.points for one in now.score.reasons}
    for rule in dict.fromkeys((*before, *after)):
        yield rule, before.get(rule, 0.0), after.get(rule, 0.0)
