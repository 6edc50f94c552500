"""When decay may carry the activity over a threshold: never late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from math import inf

from connector.decide.ready import Ready
from connector.decide.scoring.decay import STEPS, Bundle, Part, bundle, difference_stays_above, part
from connector.model.person.decision import Strength

LEAST_STEP = 1.0  # seconds; looking again sooner tells nothing new


def until_crossing(
    rules: Ready,
    strengths: Mapping[str, Strength],
    stage: str,
    activity: float,
    further: tuple[float, ...] = (),
) -> float:
    """Seconds until decay may carry the activity over a threshold of this stage, or over a `further` one; inf if never.

    Where it is so near one that six decimals cannot tell the moment, it steps on by an eighth of what is uncertain: seconds, or
    hours where next to nothing is left to fade.
    """
    thresholds = (*rules.thresholds.get(stage, ()), *further)
    if not thresholds:
        return inf
    up, down = _bundles(rules, strengths)
    plateau = min((each.stands_until() for each in up + down), default=inf)
    if plateau == inf:
        return inf
    if activity in thresholds:
        return plateau or _unsure(up, down)
    low = max((v for v in thresholds if v < activity), default=-inf)
    high = min((v for v in thresholds if v > activity), default=inf)
    reached = _inside(up, down, low, high)
    return reached if reached >= LEAST_STEP else _unsure(up, down)


def _bundles(rules: Ready, strengths: Mapping[str, Strength]) -> tuple[list[Bundle], list[Bundle]]:
    """What adds to the activity and what takes from it; signals with a common cap together."""
    up: dict[str, list[Part]] = defaultdict(list)
    down: dict[str, list[Part]] = defaultdict(list)
    for voice in rules.voices:
        strength, points = strengths.get(voice.name), voice.points
        if strength is None or strength.sum <= 0 or points == 0:
            continue
        pieces = up if points > 0 else down
        pieces[voice.group].append(part(points, strength.sum, voice.fades_in, voice.cap))
    caps = {choir.name: choir.cap for choir in rules.choirs}
    return _under(caps, up), _under(caps, down)


def _under(caps: Mapping[str, float], sides: Mapping[str, list[Part]]) -> list[Bundle]:
    return [bundle(parts, caps.get(name, inf)) for name, parts in sides.items()]


def _speed(bundles: list[Bundle]) -> float:
    """Points a second by which they fade now."""
    return sum(
        piece.amount / piece.half_life
        for each in bundles
        if each.free_at == 0.0
        for piece in each.parts
        if piece.free_at == 0.0
    )


def _unsure(up: list[Bundle], down: list[Bundle]) -> float:
    """A step where the six decimals cannot tell the moment: an eighth of the time for which they cannot."""
    speed = abs(_speed(up) - _speed(down))
    pieces = [piece for each in up + down for piece in each.parts]
    uncertain = 3 * sum(piece.slack for piece in pieces) / speed if speed > 0 else inf
    shortest = min((piece.half_life for piece in pieces), default=inf)
    return max(LEAST_STEP, min(uncertain / 8, shortest / 64))


def _inside(up: list[Bundle], down: list[Bundle], low: float, high: float) -> float:
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
