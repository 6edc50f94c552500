"""When a sum of fading parts, capped alone and in bundles, may first leave an interval: bounds that are never late.

Strengths are known to six decimals and read to six decimals later, so each part is bounded from both sides. Between the
moments at which a part falls below its cap, the logarithm of the sum is convex: Newton's tangent meets the limit before the
curve does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf, log, log2, sqrt
from typing import NamedTuple

ULP = 5e-7  # half a unit of the sixth decimal
STEPS = 64
NEAR = 30.0  # seconds: nearer than this, a Newton step is not worth it


class Part(NamedTuple):
    """One signal's points without their sign: `amount` now and uncapped, halving every `half_life` seconds (inf: constant).

    Until `free_at` seconds from now its cap surely holds it.
    """

    amount: float
    half_life: float
    cap: float
    low: float  # bounds of the amount as far as the kept decimals tell
    high: float
    slack: float  # by which a later reading may be off from its bound
    free_at: float = 0.0


def part(points: float, strength: float, half_life: float | None, cap: float) -> Part:
    """The part of a signal with that many points each, at its present strength."""
    weight = abs(points)
    if half_life is None:
        amount = round(min(weight * strength, cap), 6)
        return Part(amount, inf, amount, amount, amount, 0.0)
    slack = (weight + 1.0) * ULP
    low, high, limit = weight * (strength - ULP), weight * (strength + ULP), cap + slack
    free_at = half_life * log2(low / limit) if low > limit else 0.0
    return Part(weight * strength, half_life, cap, low, high, slack, free_at)


class Bundle(NamedTuple):
    """Parts under one cap (inf: each for itself). Until `free_at` seconds from now the cap surely holds them."""

    parts: tuple[Part, ...]
    cap: float = inf
    free_at: float = 0.0

    def at_least(self, t: float) -> float:
        total = 0.0
        for amount, half_life, cap, low, _, slack, _ in self.parts:
            if half_life == inf:
                total += amount
                continue
            left = low * 2.0 ** (-t / half_life) - slack
            if left > 0.0:
                total += min(cap, left)
        return min(self.cap, total)

    def at_most(self, t: float) -> float:
        total = 0.0
        for amount, half_life, cap, _, high, slack, _ in self.parts:
            if half_life == inf:
                total += amount
            else:
                total += min(cap, high * 2.0 ** (-t / half_life) + slack)
        return min(self.cap, total)

    def stands_until(self) -> float:
        """Seconds for which nothing in it moves; 0 if something fades now."""
        ends = [part.free_at for part in self.parts if part.half_life != inf]
        return max(self.free_at, min(ends, default=inf))


def bundle(parts: Iterable[Part], cap: float = inf) -> Bundle:
    alone = Bundle(tuple(parts))
    return alone if cap == inf else Bundle(alone.parts, cap, stays_above([alone], 0.0, cap))


def least(bundles: Iterable[Bundle], t: float) -> float:
    return sum([each.at_least(t) for each in bundles])


def most(bundles: Iterable[Bundle], t: float) -> float:
    return sum([each.at_most(t) for each in bundles])


def _fading(each: Bundle, t: float) -> tuple[float, float, float]:
    """What stays as it is from `t` on, what fades, and how fast: together at most the bundle's least from `t` on."""
    if each.free_at > t:
        return each.cap, 0.0, 0.0
    constant = total = slope = 0.0
    for amount, half_life, cap, low, _, slack, free_at in each.parts:
        if half_life == inf:
            constant += amount
        elif free_at > t:
            constant += cap
        else:
            value = low * 2.0 ** (-t / half_life)
            constant -= slack
            total += value
            slope += value / half_life
    over = max(0.0, constant + total - each.cap)  # the cap still holds a little, unsurely
    return constant - over, total, slope


def _tangent(bundles: Iterable[Bundle], t: float, limit: float) -> float:
    """Where the tangent of the uncapped parts' logarithm meets the limit; inf if they never need to."""
    constant = total = slope = 0.0
    for each in bundles:
        stays, fades, fast = _fading(each, t)
        constant, total, slope = constant + stays, total + fades, slope + fast
    over = limit - constant
    if over < 0 or (over == 0 and total > 0):
        return inf
    if total <= over:
        return t
    return t + log2(total / over) * total / slope


def _kinks(bundles: Iterable[Bundle], start: float) -> list[float]:
    """Moments at which a part, or a bundle of them, falls below its cap."""
    moments = set()
    for parts, _, whole in bundles:
        if whole > start:
            moments.add(whole)
        for _, _, _, _, _, _, free_at in parts:
            if free_at > start:
                moments.add(free_at)
    return sorted(moments)


def stays_above(bundles: Sequence[Bundle], start: float, limit: float) -> float:
    """A moment until which the sum surely stays above `limit`, counted from `start`; inf if for ever, `start` if unsure.

    Never late; early by no more than the kept decimals and half a minute make it.
    """
    kinks = _kinks(bundles, start)
    t = start
    for _ in range(STEPS + len(kinks)):
        kink = next((k for k in kinks if k > t), inf) if kinks else inf
        reached = min(_tangent(bundles, t, limit), kink)
        if reached == inf or (reached != kink and reached - t < NEAR):
            return reached
        t = reached
    return t


def _falls(each: Bundle, t: float) -> tuple[float, float]:
    """How fast a bundle may fall at `t`, and the moment at which that may become faster."""
    if each.free_at > t:
        return 0.0, each.free_at
    fall, end = 0.0, inf
    for _, half_life, _, _, high, _, kink in each.parts:
        if kink > t:
            end = min(end, kink)
        elif half_life != inf:
            fall += high * 2.0 ** (-t / half_life) * log(2) / half_life
    return fall, end


def _surely_falls(each: Bundle, t: float) -> tuple[float, float]:
    """How fast a bundle surely falls at `t`, and by how much that slows down at most in a second."""
    if each.free_at > t:
        return 0.0, 0.0
    free, fall, bend = each.cap == inf or each.at_most(t) < each.cap, 0.0, 0.0
    for _, half_life, cap, low, high, slack, free_at in each.parts:
        if half_life != inf and free_at <= t:
            rate, left = log(2) / half_life, 2.0 ** (-t / half_life)
            now = left * rate
            fall += low * now if free and high * left + slack < cap else 0.0
            bend += high * now * rate
    return fall, bend


def _bend(up: Iterable[Bundle], down: Iterable[Bundle], t: float, margin: float) -> float:
    """Where `up - down` may have lost `margin` since `t`, by its slope and the most it can bend; the next kink at the latest."""
    slope = bend = 0.0
    end = min(_kinks(down, t), default=inf)
    for each in up:
        fall, until = _falls(each, t)
        slope, end = slope - fall, min(end, until)
    for each in down:
        fall, slower = _surely_falls(each, t)
        slope, bend = slope + fall, bend + slower
    if bend > 0:
        return min(end, t + (slope + sqrt(slope * slope + 2 * bend * margin)) / bend)
    return min(end, t + margin / -slope) if slope < 0 else end


def difference_stays_above(
    up: Sequence[Bundle], down: Sequence[Bundle], start: float, limit: float
) -> float:
    """Like `stays_above`, for the sum of `up` less the sum of `down`; may be earlier: ask again from there."""
    against = most(down, start)
    reached = stays_above(up, start, limit + against)
    if not down or reached == inf:
        return reached
    margin = least(up, start) - against - limit
    if margin <= 0:
        return reached
    return max(reached, _bend(up, down, start, margin))
