"""Which of a person's activities are a signal's own: without machines' doings, without what was taken back, or the first alone."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from connector.decide.conditions.condition import Get, compiled
from connector.decide.conditions.operators import fold
from connector.model.rules import Burst, Follower, Signal

Logged = tuple[datetime, str, Mapping[str, Any] | None]  # at, asset, detail
Log = Mapping[str, Sequence[Logged]]  # by kind
BY_TIME = itemgetter(0)
Same = Callable[[Logged], str]


def looked_up(asset: str, detail: Mapping[str, Any] | None) -> Get:
    """What conditions may ask of one activity."""

    def get(name: str) -> Any:
        if name == "asset":
            return asset or None
        return None if detail is None else detail.get(name)

    return get


def own(signal: Signal, activities: Iterable[Logged], others: Log) -> list[Logged]:
    """The signal's own among the activities of its kind, oldest first; `others` holds those of its followers' kind."""
    holds = compiled(signal.when)
    acts = activities if not (signal.bursts or signal.burst) else _of_people(signal, activities)
    found = sorted((act for act in acts if holds(looked_up(act[1], act[2]))), key=BY_TIME)
    if signal.unless is not None:
        found = _not_taken_back(found, signal.unless, others.get(signal.unless.kind, ()))
    return _first(found, signal.only) if signal.only else found


def _of_people(signal: Signal, activities: Iterable[Logged]) -> Iterator[Logged]:
    """Without what lies in a burst; of a signal that counts one, what lies in that."""
    acts = sorted(activities, key=BY_TIME)
    machines = _in_bursts(acts, signal.bursts)
    counted = None if signal.burst is None else set(_in_burst(acts, signal.burst))
    for place, act in enumerate(acts):
        if place not in machines and (counted is None or place in counted):
            yield act


def _in_bursts(acts: Sequence[Logged], bursts: Iterable[Burst]) -> set[int]:
    return {place for burst in bursts for place in _in_burst(acts, burst)}


def _in_burst(acts: Sequence[Logged], burst: Burst) -> Iterator[int]:
    """Places, in the order of time, of all activities that a burst takes."""
    holds, same = compiled(burst.when), _named(burst.same)
    crowds: dict[str, list[int]] = defaultdict(list)
    for place, act in enumerate(acts):
        key = same(act)
        if key and holds(looked_up(act[1], act[2])):
            crowds[key].append(place)
    for places in crowds.values():
        yield from _crowded(acts, places, burst)


def _crowded(acts: Sequence[Logged], places: Sequence[int], burst: Burst) -> Iterator[int]:
    """A span that ends at each activity in turn; whatever lies in one with enough of them."""
    different = _named(burst.different) if burst.different else None
    of = [str(place) if different is None else different(acts[place]) for place in places]
    seen: Counter[str] = Counter()
    first = told = 0
    for last, place in enumerate(places):
        seen[of[last]] += 1
        while acts[place][0] - acts[places[first]][0] > burst.within:
            seen[of[first]] -= 1
            if not seen[of[first]]:
                del seen[of[first]]
            first += 1
        if len(seen) >= burst.at_least:
            yield from places[max(first, told) : last + 1]
            told = last + 1


def _not_taken_back(
    acts: Sequence[Logged], unless: Follower, others: Sequence[Logged]
) -> list[Logged]:
    same = _named(unless.same) if unless.same else lambda _: "*"
    followers = _followers(unless, others, same)
    return [act for act in acts if not _taken_back(act, unless, followers.get(same(act), ()))]


def _followers(
    unless: Follower, others: Sequence[Logged], same: Same
) -> Mapping[str, Sequence[Logged]]:
    """Those that may take an activity back, oldest first, by what they must have in common with it."""
    acts, holds = sorted(others, key=BY_TIME), compiled(unless.when)
    machines = _in_bursts(acts, unless.bursts)
    found: dict[str, list[Logged]] = defaultdict(list)
    for place, act in enumerate(acts):
        key = same(act)
        if key and place not in machines and holds(looked_up(act[1], act[2])):
            found[key].append(act)
    return found


def _taken_back(act: Logged, unless: Follower, followers: Sequence[Logged]) -> bool:
    """Nothing takes itself back."""
    for other in followers[bisect_left(followers, act[0], key=BY_TIME) :]:
        if other[0] > act[0] + unless.within:
            return False
        if other is not act:
            return True
    return False


def _first(acts: Sequence[Logged], only: str) -> list[Logged]:
    if only == "first":
        return list(acts[:1])
    firsts: dict[str, Logged] = {}
    for act in acts:
        firsts.setdefault(fold(act[1]), act)
    return list(firsts.values())


def _named(name: str) -> Same:
    """A detail (or the asset) as a text that is equal or not; "" while it is unknown."""

    def same(act: Logged) -> str:
        value = looked_up(act[1], act[2])(name)
        return "" if value is None else fold(str(value))

    return same
