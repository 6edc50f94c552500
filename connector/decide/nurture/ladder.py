"""The ladder for the silent ones: step by step while there is no activity of theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from connector.decide.conditions.condition import Get
from connector.decide.instant import Instant
from connector.decide.nurture.silence import last_activity
from connector.decide.ready import Ready
from connector.model.person.decision import Strength
from connector.model.person.standing import Standing
from connector.model.person.stay import Climb
from connector.model.rules import Ladder

END = "its last step is over"
Strengths = Mapping[str, Strength]


def silent_since(ready: Ready, strengths: Strengths, standing: Standing) -> datetime | None:
    """Their last activity; without one, since when they stand where they stand."""
    return last_activity(ready, strengths) or standing.since


def climb(at: Instant, standing: Standing, barred: str) -> Climb | None:
    """Where somebody is on the ladders after this moment; `barred` says why nobody may climb now."""
    ready, get, now = at.ready, at.facts.get, at.now
    silent = silent_since(ready, at.strengths, standing)
    if not ready.ladders or silent is None:
        return None
    found = standing.climb
    if found is not None and silent > found.silent:
        found = None  # an activity of theirs
    fitting = {} if barred else {one.name: one for one in _fitting(ready, get, standing.stage)}
    if found is not None and found.ended is None:
        found = _goes_on(found, fitting.get(found.ladder), barred, now)
        if found.ended is None:
            return found
    over = _over(found)
    for rule in fitting.values():
        if now >= silent + rule.after and not _climbed(rule, over, now):
            before = tuple(one for one in over.items() if one[0] != rule.name)
            return Climb(rule.name, now, silent, before=before)
    return found


def step(ready: Ready, found: Climb | None, now: datetime) -> str | None:
    """The stream of the step somebody is on, "" for who is left alone at the end, None for who is on no ladder.

    Asked about a moment before the climb began it is the first step: a plan may look at an earlier moment than a decision did.
    """
    rule = None if found is None else _rule(ready, found.ladder)
    if found is None or rule is None:
        return None
    if found.ended is not None:
        return "" if found.why == END else None
    return rule.steps[min(_done(found, rule, now), len(rule.steps) - 1)]


def moments(
    ready: Ready, strengths: Strengths, standing: Standing, now: datetime
) -> Iterator[datetime]:
    """When time alone may put somebody on a ladder, or on its next step."""
    if not ready.ladders:
        return
    silent, found = silent_since(ready, strengths, standing), standing.climb
    over = _over(found)
    for rule, _ in ready.ladders:
        if silent is not None:
            yield silent + rule.after
        if found is not None and found.ladder == rule.name and found.ended is None:
            yield found.since + rule.every * (_done(found, rule, now) + 1)
        if rule.name in over and rule.again_after is not None:
            yield over[rule.name] + rule.again_after


def joint(one: Climb | None, other: Climb | None) -> Climb | None:
    """The climb of one person who was two contacts: that of the later silence, for there is an activity between."""
    both = [climb for climb in (one, other) if climb is not None]
    return max(both, key=lambda climb: climb.silent, default=None)


def _fitting(ready: Ready, get: Get, stage: str) -> Iterator[Ladder]:
    for rule, holds in ready.ladders:
        if (not rule.stages or stage in rule.stages) and holds(get):
            yield rule


def _rule(ready: Ready, name: str) -> Ladder | None:
    return next((rule for rule, _ in ready.ladders if rule.name == name), None)


def _done(found: Climb, rule: Ladder, now: datetime) -> int:
    """Steps that are over."""
    return max(0, int((now - found.since) / rule.every))


def _goes_on(found: Climb, rule: Ladder | None, barred: str, now: datetime) -> Climb:
    if rule is None:
        return replace(found, ended=now, why=barred or "it is not for them any more")
    end = found.since + rule.every * len(rule.steps)
    return found if now < end else replace(found, ended=end, why=END)


def _over(found: Climb | None) -> dict[str, datetime]:
    """The ladders that were climbed in this silence, with their ends."""
    if found is None:
        return {}
    last = {} if found.ended is None else {found.ladder: found.ended}
    return {**dict(found.before), **last}


def _climbed(rule: Ladder, over: Mapping[str, datetime], now: datetime) -> bool:
    """Whether this silence has been answered by this ladder already."""
    ended = over.get(rule.name)
    if ended is None:
        return False
    return rule.again_after is None or now < ended + rule.again_after
