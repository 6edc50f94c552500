"""A lead that nobody answers goes to somebody else: by the routing rules, to nobody who has had it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from connector.decide.facts import Facts
from connector.decide.routing.route import route
from connector.model.decision import Routing
from connector.model.rules import Rulebook
from connector.model.run import Run
from connector.model.standing import Standing

NOBODY = "nobody is left who has not had this lead"
CHOSEN = "its owner was chosen by hand"


def former(standing: Standing) -> tuple[str, ...]:
    """Everybody who has had this lead, its owner last."""
    before = tuple(name for name in standing.former_owners if name != standing.owner)
    return (*before, standing.owner) if standing.owner else before


def another(
    book: Rulebook, facts: Facts, standing: Standing, now: datetime, obstacles: Sequence[str]
) -> Routing | str:
    """Who gets the lead now, or why nobody does. Whoever has had it does not get it again, so this ends."""
    if obstacles:
        return ", ".join(obstacles)
    had = former(standing)
    found = route(book, facts.contact, facts.get, facts.roster, now, had, again=True)
    return NOBODY if found.owner in had else found


def noted(standing: Standing, run: Run, why: str) -> Standing:
    """The standing that says why the rung reached last in this run came to nothing."""
    handover = standing.handover
    if handover is None:
        return standing
    last = replace(run, told=(*run.told[:-1], run.told[-1]._replace(note=why)))
    kept = tuple(last if each.clock == run.clock else each for each in handover.runs)
    return standing.at(handover=replace(handover, runs=kept))
