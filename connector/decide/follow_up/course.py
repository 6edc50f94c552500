"""The follow-up of one contact at one moment: its clocks, who is told, what looks like a silent rejection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from connector.decide.facts import Facts
from connector.decide.follow_up.clocks import Clocks
from connector.decide.follow_up.ladder import climbed, giving
from connector.decide.follow_up.suspicions import suspicious
from connector.model.person.run import Run
from connector.model.person.standing import Handover, Standing
from connector.model.rules import Rulebook
from connector.model.rules.follow_up import Rung

NOTHING: Mapping[str, Any] = {"breached": (), "paused": None, "suspicious": ()}


class Followed(NamedTuple):
    """The standing with its follow-up; `reassign` is a rung that is to give the lead to somebody else."""

    standing: Standing
    reassign: tuple[Run, Rung] | None = None


def runs(
    book: Rulebook, facts: Facts, standing: Standing, grade: str, now: datetime
) -> tuple[Run, ...]:
    """All clocks of the hand-over as they are at `now`, before anybody is told."""
    handover = standing.handover
    if handover is None:
        return ()
    return tuple(Clocks(book, facts, standing, handover, grade, now).all())


def states(
    book: Rulebook, facts: Facts, standing: Standing, grade: str, now: datetime
) -> Mapping[str, Any]:
    """What conditions may ask: `breached` (clocks whose time ran out), `paused` (why they stand still), `suspicious`."""
    return _states(runs(book, facts, standing, grade, now), standing, now)


def shown(standing: Standing, now: datetime) -> Mapping[str, Any]:
    """The same as decided at `now`."""
    return _states(standing.handover.runs if standing.handover else (), standing, now)


def _states(found: tuple[Run, ...], standing: Standing, now: datetime) -> Mapping[str, Any]:
    if not found:
        return NOTHING
    paused = (run.pause for run in found)
    return {
        "breached": tuple(run.clock for run in found if run.over(now)),
        "paused": next((leg.pause for leg in paused if leg is not None), None),
        "suspicious": standing.suspicions,
    }


def followed_up(
    book: Rulebook, facts: Facts, standing: Standing, grade: str, now: datetime
) -> Followed:
    """Nothing fires for what has been answered: what happened since is looked at before anybody is told."""
    handover, rules = standing.handover, book.follow_up
    if handover is None:
        return Followed(standing.at(suspicions=()) if standing.suspicions else standing)
    kept, moves = [], None
    named = {clock.name: clock for clock in rules.all_clocks}
    for run in runs(book, facts, standing, grade, now):
        clock = named[run.clock]
        told = climbed(rules, clock, run, standing.owner, facts.roster, now)
        kept.append(told)
        rung = giving(clock, told)
        moves = moves if rung is None else (told, rung)
    going = standing.at(handover=_with(handover, tuple(kept), rules.answer is not None))
    silent = suspicious(rules, book.lifecycle, going, facts.contact, now)
    going = going.at(suspicions=silent) if silent != going.suspicions else going
    return Followed(standing if going == standing else going, moves)


def _with(handover: Handover, kept: tuple[Run, ...], has_answer: bool) -> Handover:
    """The answer's due moment goes by its clock."""
    answer = kept[0] if has_answer and kept and kept[0].clock == "answer" else None
    due = handover.answer_due if answer is None else answer.due
    if kept == handover.runs and due == handover.answer_due:
        return handover
    return replace(handover, runs=kept, answer_due=due)
