"""What makes a clock stand still: a date somebody has set, the owner's absence, a condition; none longer than its rule allows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from connector.decide.conditions.condition import Holds, compiled, ranked
from connector.decide.facts import Facts
from connector.decide.once import once
from connector.model.person.run import Leg, Run
from connector.model.rules import Rulebook
from connector.model.rules.follow_up import FollowUp, Pause

Halt = tuple[Pause, Holds | None]


@once(size=16)
def halts(book: Rulebook) -> tuple[Halt, ...]:
    """The pauses with their conditions compiled."""
    stages = book.lifecycle.stages
    return tuple(
        (rule, None if rule.when is None else compiled(ranked(rule.when, stages)))
        for rule in book.follow_up.pauses
    )


class Held(NamedTuple):
    """A pause that holds at this moment: since when it may count, until when (None: nobody knows), and which field says why."""

    name: str
    since: datetime
    until: datetime | None
    said_in: str


class World(NamedTuple):
    """What pauses are told from: the facts at `now`, whose lead it is, and the rules."""

    rules: FollowUp
    halts: Sequence[Halt]
    facts: Facts
    owner: str
    now: datetime


def held(world: World, run: Run) -> Held | None:
    """The first rule by which this clock, which goes, should stand still now."""
    for rule, holds in world.halts:
        if rule.concerns(run.clock) and _left(rule, run.legs, world.now) > timedelta(0):
            found = _held(world, rule, holds)
            if found is not None:
                return found
    return None


def ended(world: World, run: Run) -> datetime | None:
    """When the pause of the last leg came to its end; None if it still holds."""
    leg = run.legs[-1]
    rule, holds = _rule(world, leg.pause)
    if rule is None:
        return world.now
    limit = _limit(rule, run)
    still = _held(world, rule, holds) is not None
    over = world.now if still else _over(world, rule, run)
    if limit is not None and limit <= over:
        return limit
    return None if still else over


def goes_on(world: World, run: Run) -> datetime | None:
    """When a clock that stands still goes on by itself; None if it goes, or nobody can say."""
    rule, holds = (None, None) if run.pause is None else _rule(world, run.pause.pause)
    if rule is None:
        return None
    found = _held(world, rule, holds)
    known = (None if found is None else found.until, _limit(rule, run))
    return min((moment for moment in known if moment is not None), default=None)


def stops_at(world: World, run: Run) -> datetime | None:
    """When a clock that goes will stand still because its owner has said so: the next absence that is known."""
    if not any(rule.owner_away and rule.concerns(run.clock) for rule, _ in world.halts):
        return None
    roster = world.facts.roster
    owner = roster.named(world.owner)
    absences = roster.absences.get(world.owner if owner is None else owner.key, ())
    return min((one.since for one in absences if one.since > world.now), default=None)


def _rule(world: World, name: str) -> tuple[Pause | None, Holds | None]:
    return next((halt for halt in world.halts if halt[0].name == name), (None, None))


def _left(rule: Pause, legs: Sequence[Leg], until: datetime) -> timedelta:
    """What is left of the longest time for which a rule may stop this clock."""
    return timedelta.max if rule.longest is None else rule.longest - _used(legs, rule.name, until)


def _limit(rule: Pause, run: Run) -> datetime | None:
    if rule.longest is None:
        return None
    leg = run.legs[-1]
    return leg.since + max(_left(rule, run.legs[:-1], leg.since), timedelta(0))


def _over(world: World, rule: Pause, run: Run) -> datetime:
    """When a pause that holds no more ended: at its own moment, but not before anybody had said so."""
    leg, end = run.legs[-1], run.turns_at if rule.owner_away else _until(world, rule)
    if end is None or end > world.now:
        return world.now
    said = world.facts.contact.fields.get(rule.until)
    known = leg.since if said is None else max(leg.since, said.at)
    return min(max(end, known), world.now)


def _held(world: World, rule: Pause, holds: Holds | None) -> Held | None:
    now = world.now
    if holds is not None:
        return Held(rule.name, now, None, rule.reason) if holds(world.facts.get) else None
    until = _until(world, rule)
    if until is None or until <= now:
        return None
    said = world.facts.contact.fields.get(rule.until)
    return Held(rule.name, now if said is None else min(said.at, now), until, rule.reason)


def _until(world: World, rule: Pause) -> datetime | None:
    if rule.owner_away:
        return world.facts.roster.away_until(world.owner, world.now)
    zone = world.rules.named(world.rules.calendar_of(world.owner)).timezone
    return moment_of(world.facts.get(rule.until), zone) if rule.until else None


def moment_of(value: Any, zone: str) -> datetime | None:
    """A moment as it is; a day begins at its midnight there. Anything else is no moment."""
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else None
    if isinstance(value, date):
        return datetime.combine(value, time(), ZoneInfo(zone)).astimezone(UTC)
    return None


def _used(legs: Sequence[Leg], name: str, until: datetime) -> timedelta:
    """For how long this pause has held so far."""
    spans = (
        after.since - leg.since
        for leg, after in pairwise([*legs, Leg(until, "")])
        if leg.pause == name and not leg.calendar
    )
    return sum(spans, timedelta(0))
