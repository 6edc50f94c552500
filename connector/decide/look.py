"""When to look at a contact again: the next moment at which time alone may change its decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from math import inf

from connector.decide.decay import STEPS, Part, difference_stays_above, part
from connector.decide.events import event_ends
from connector.decide.place.fading import until_less
from connector.decide.ready import Ready, ready
from connector.model.contact import Contact
from connector.model.decision import Decision, Strength
from connector.model.rules import Rulebook
from connector.model.standing import Standing

FARTHEST = 100 * 365 * 86_400.0  # seconds; a look so far ahead may as well be early
LEAST_STEP = 1.0  # seconds; looking again sooner tells nothing new


def _holds(rules: Ready, standing: Standing) -> Iterator[datetime]:
    spans = {
        way.rule.name: way.rule.hold_for
        for way in rules.ways.of(standing.stage)
    }
    for name, since in standing.holding:
        span = spans.get(name)
        if span is not None:
            yield since + span


def _fixed(
    rules: Ready,
    contact: Contact,
    strengths: Mapping[str, Strength],
    standing: Standing,
    now: datetime,
) -> Iterator[datetime]:
    """Moments that are known as such: holds, rest, clock, lead events, windows."""
    yield from _holds(rules, standing)
    if standing.rest_until is not None:
        yield standing.rest_until
    handover = standing.handover
    if handover is not None and handover.open and handover.answer_due is not None:
        yield handover.answer_due
    yield from event_ends(rules, contact, strengths, standing, now)
    for voice in rules.voices:
        strength = strengths.get(voice.name)
        if strength is not None and strength.expires_at is not None:
            yield strength.expires_at


def _parts(rules: Ready, strengths: Mapping[str, Strength]) -> tuple[list[Part], list[Part]]:
    """What adds to the activity and what takes from it."""
    up: list[Part] = []
    down: list[Part] = []
    for voice in rules.voices:
        strength = strengths.get(voice.name)
        if strength is None or strength.sum <= 0 or voice.points == 0:
            continue
        half_life = None if voice.half_life is None else voice.half_life.total_seconds()
        pieces = up if voice.points > 0 else down
        pieces.append(part(voice.points, strength.sum, half_life, voice.cap))
    return up, down


def _plateau(parts: list[Part]) -> float:
    """Seconds for which nothing moves at all: everything constant or above its cap; 0 if something fades now."""
    ends = [piece.uncapped_at() for piece in parts if piece.half_life != inf]
    return min(ends, default=inf)


def _speed(parts: list[Part]) -> float:
    return sum(piece.amount / piece.half_life for piece in parts if piece.uncapped_at() == 0.0)


def _unsure(up: list[Part], down: list[Part]) -> float:
    """A step where the six decimals cannot tell the moment: an eighth of the time for which they cannot."""
    speed = abs(_speed(up) - _speed(down))
    uncertain = 3 * sum(piece.slack for piece in up + down) / speed if speed > 0 else inf
    shortest = min((piece.half_life for piece in up + down), default=inf)
    return max(LEAST_STEP, min(uncertain / 8, shortest / 64))


def _inside(up: list[Part], down: list[Part], low: float, high: float) -> float:
    """Seconds for which the activity surely stays strictly between two thresholds; 0 if that is unsure already."""
    t = 0.0
    for _ in range(STEPS):
        falls = difference_stays_above(up, down, t, low) if low > -inf else inf
        rises = difference_stays_above(down, up, t, -high) if high < inf else inf
        reached = min(falls, rises)
        if reached == inf or reached - t < LEAST_STEP or not down:
            return reached
        t = reached
    return t


def _crossing(
    rules: Ready, strengths: Mapping[str, Strength], stage: str, activity: float
) -> float:
    """Seconds until decay may carry the activity over a threshold of this stage; inf if never."""
    thresholds = rules.thresholds.get(stage, ())
    up, down = _parts(rules, strengths)
    if not thresholds or not (up or down):
        return inf
    plateau = _plateau(up + down)
    if plateau == inf:
        return inf
    if activity in thresholds:
        return plateau or _unsure(up, down)
    low = max((v for v in thresholds if v < activity), default=-inf)
    high = min((v for v in thresholds if v > activity), default=inf)
    reached = _inside(up, down, low, high)
    return reached if reached >= LEAST_STEP else _unsure(up, down)


def next_look(
    book: Rulebook,
    contact: Contact,
    strengths: Mapping[str, Strength],
    decision: Decision,
    now: datetime,
) -> datetime | None:
    """The moment after `now` at which to decide again if nothing else happens; None if time alone changes nothing.

    Never later than the true moment, earlier is possible. Where the activity is so near a threshold that six decimals cannot
    tell the moment, it steps on by an eighth of what is uncertain: seconds, or hours where next to nothing is left to fade.
    """
    rules, standing = ready(book), decision.standing
    fixed = [at for at in _fixed(rules, contact, strengths, standing, now) if at > now]
    seconds = _crossing(rules, strengths, standing.stage, decision.score.activity)
    seconds = min(seconds, until_less(book.interest, strengths))
    if seconds < inf:
        fixed.append(now + timedelta(seconds=max(min(seconds, FARTHEST), 0.001)))
    return min(fixed, default=None)
