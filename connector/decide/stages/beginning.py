"""Where a contact's cycle begins: in `main` everybody's does, in another track by its rule; a stage may have another name now."""

from __future__ import annotations

from datetime import datetime

from connector.decide.instant import Instant
from connector.decide.ready import Ready
from connector.decide.stages.walk import Walk
from connector.model.person.decision import Step
from connector.model.person.standing import MAIN, Standing

RENAMED = "renamed"


def entered(at: Instant, standing: Standing) -> bool:
    """Whether the contact has a cycle in this track, or begins one now: everybody has one in `main`."""
    if standing.stage or standing.track == MAIN:
        return True
    Walk(at, standing).tell(sales=True)
    rules = (holds for track, holds in at.ready.ways.tracks if track.name == standing.track)
    return any(holds(at.facts.get) for holds in rules)


def begin(ready: Ready, standing: Standing, now: datetime) -> tuple[Standing, tuple[Step, ...]]:
    """A new contact begins at the start, and so does one whose stage this rulebook neither knows nor calls otherwise now."""
    rank, new = ready.ways.rank, ready.ways.renamed
    stage, peak = new.get(standing.stage, standing.stage), new.get(standing.peak, standing.peak)
    if stage not in rank:
        start = _start(ready, standing.track)
        highest = peak if peak in rank else start
        return standing.at(stage=start, peak=highest, since=now, holding=()), ()
    highest = peak if peak in rank and rank[stage] <= rank[peak] else stage
    if (stage, highest) == (standing.stage, standing.peak):
        return standing, ()
    moved = Step(RENAMED, ready.book.lifecycle.renamed_where, standing.stage, stage)
    return standing.at(stage=stage, peak=highest), (moved,) if stage != standing.stage else ()


def _start(ready: Ready, track: str) -> str:
    found = ready.book.lifecycle.track(track)
    return (found.start if found else "") or ready.book.lifecycle.start
