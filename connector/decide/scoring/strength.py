"""Strengths of signals: decayed, unweighted sums, kept at a reference time or read from the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connector.decide.conditions.condition import compiled
from connector.decide.scoring.own import Log, Logged, looked_up, own
from connector.model.person.decision import Strength
from connector.model.rules import Signal

NONE = Strength(0.0)
NO_OTHERS: Log = {}


def matches(
    signal: Signal, activity_kind: str, asset: str, detail: Mapping[str, Any] | None
) -> bool:
    """Whether an activity counts for a signal, as far as it alone can tell."""
    return signal.kind == activity_kind and compiled(signal.when)(looked_up(asset, detail))


def _decay(later: timedelta, half_life: timedelta | None) -> float:
    """What is left after a span (more than one for a span backwards).

    Raises OverflowError about a thousand half-lives back: move the reference time with `moved` before.
    """
    return 1.0 if half_life is None else float(2.0 ** -(later / half_life))


def add(kept: float, ref_time: datetime, at: datetime, half_life: timedelta | None) -> float:
    """The sum at `ref_time` with one more activity; order does not matter. Half-life None never fades."""
    return kept + _decay(ref_time - at, half_life)


def moved(kept: float, ref_time: datetime, to: datetime, half_life: timedelta | None) -> float:
    """The same sum at another reference time."""
    return kept * _decay(to - ref_time, half_life)


def strength_at(
    kept: float, ref_time: datetime, half_life: timedelta | None, now: datetime
) -> float:
    """The sum at `now`, rounded to six decimals: the only form in which points and thresholds see it."""
    return round(moved(kept, ref_time, now, half_life), 6)


def _first_of_each(signal: Signal, times: list[datetime], zone: ZoneInfo) -> list[datetime]:
    """The first n of each calendar day or ISO week."""
    if signal.at_most is None:
        return times
    most, period = signal.at_most
    taken: dict[tuple[int, ...], int] = {}
    counted = []
    for at in times:
        day = at.astimezone(zone).date()
        key = tuple(day.isocalendar()[:2]) if period == "week" else (day.toordinal(),)
        taken[key] = taken.get(key, 0) + 1
        if taken[key] <= most:
            counted.append(at)
    return counted


def from_log(
    signal: Signal,
    activities: Iterable[Logged],
    now: datetime,
    timezone: str,
    others: Log = NO_OTHERS,
) -> Strength:
    """The strength read from one contact's activities of the signal's kind, in any order; `when` is applied here.

    `others` are the contact's activities by kind: those that follow one are among them. An activity leaves at `at + window`
    exactly. One dated after `now` counts by its date (more than one), so that a kept sum and the log agree: whoever records
    activities clips such dates to the moment of learning.
    """
    return at_moment(signal, [at for at, _, _ in own(signal, activities, others)], now, timezone)


def at_moment(signal: Signal, times: list[datetime], now: datetime, timezone: str) -> Strength:
    """The strength at `now` of a signal whose own activities happened at these times, oldest first."""
    counted = _first_of_each(signal, times, ZoneInfo(timezone))
    window = signal.window
    if window is not None:
        counted = [at for at in counted if at + window > now]
        times = [at for at in times if at + window > now]
    if not times:
        return NONE
    total = sum((_decay(now - at, signal.half_life) for at in counted), 0.0)
    first = counted[0] if counted else times[-1]  # that one counts for when they last did anything
    return Strength(round(total, 6), times[-1], None if window is None else first + window)


def all_from_log(
    signals: Iterable[Signal], log: Log, now: datetime, timezone: str
) -> dict[str, Strength]:
    """By name, the strengths of one contact's signals; one without activities is absent."""
    found = {
        signal.name: from_log(signal, log.get(signal.kind, ()), now, timezone, log)
        for signal in signals
    }
    return {name: strength for name, strength in found.items() if strength.last_at is not None}
