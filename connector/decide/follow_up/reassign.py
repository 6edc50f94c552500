"""A lead that nobody answers goes to somebody else: by the routing rules, to nobody who has had it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from connector.decide.facts import Facts
from connector.decide.routing.route import FALLBACK, route
from connector.model.person.decision import Routing
from connector.model.person.run import Run, Told
from connector.model.person.standing import Standing
from connector.model.rules import Rulebook

NOBODY = "nobody is left who has not had this lead"
CHOSEN = "its owner was chosen by hand"


def former(standing: Standing) -> tuple[str, ...]:
    """Everybody who has had this lead, its owner last."""
    before = tuple(name for name in standing.former_owners if name != standing.owner)
    return (*before, standing.owner) if standing.owner else before


def another(
    book: Rulebook, facts: Facts, standing: Standing, now: datetime, obstacles: Sequence[str]
) -> Routing | str:
    """Who gets the lead now, or why nobody does. Whoever has had it does not get it again, so this ends; nor does a fallback that is
    a queue: with an owner who is told again and again the lead is better off."""
    if obstacles:
        return ", ".join(obstacles)
    had = former(standing)
    found = route(book, facts.contact, facts.get, facts.roster, now, had, again=True)
    queued = found.rule == FALLBACK and book.routes.fallback.to == "queue"
    return NOBODY if queued or found.owner in map(facts.roster.main, had) else found


def noted(standing: Standing, why: str, *, again: bool) -> Standing:
    """The standing that says why the lead did not go to anybody else, for every rung that wants it; `again`: it may yet."""
    handover = standing.handover
    if handover is None:
        return standing
    kept = tuple(_noted(run, why, again) for run in handover.runs)
    return standing.at(handover=replace(handover, runs=kept))


def _noted(run: Run, why: str, again: bool) -> Run:
    if not run.running or run.pause is not None:
        return run

    def said(told: Told) -> Told:
        return told._replace(note=why, open=again) if told.open else told

    return replace(run, told=tuple(said(told) for told in run.told))
