"""A past moment by what is known now: what would have been decided then, beside what could be decided then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from connector.model.person.decision import Decision
from connector.report.explain.view import View
from connector.store import Late


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


def hindsight(view: View) -> Hindsight:
    """Decides the moment twice: from what was known then, and from what is known now of the time until then.

    Owners are those of today: who would have got the lead is not told, only that somebody would.
    """
    told = view.store.told
    better = told.then(view.contact, view.at, view.book, hindsight=True)
    then, now = view.decision, view.decided(better.contact, better.strengths)
    return Hindsight(now, tuple(_differences(then, now)), tuple(told.late(view.contact, view.at)))


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
