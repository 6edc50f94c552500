"""The search: every set of changes with one change, then with two, and so on, each decided; the nearest come first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from connector.decide.conditions.condition import Get
from connector.decide.counterfactual.change import (
    Change,
    Nearest,
    Obstructed,
    Proposal,
    Situation,
    Wait,
)
from connector.decide.counterfactual.course import Course, arrival, times
from connector.decide.counterfactual.levers import levers
from connector.decide.explanation.obstacles import hindrance, obstacles
from connector.decide.ready import ready
from connector.model.person.decision import Decision

MOST = 5  # proposals
BUDGET = 2_000  # decisions
DEEPEST = 4
FURTHER = 1  # sets so much larger than the smallest that leads there are tried, too
REPEATS = 20  # of one activity, where the sets have become too many
LOOKS, PATIENCE = 200, 40  # by time alone, and under changes


def nearest(situation: Situation, stage: str, most: int = MOST, budget: int = BUDGET) -> Nearest:
    """What would lead to `stage`, at most `most` proposals: fewest changes first, then the soonest, then the fewest points.

    A proposal holds nothing that is not needed: none of its parts alone leads there as soon. Deterministic; `budget` bounds the
    decisions that are made.
    Raises ValueError for a stage the rules do not know.
    """
    cycle = situation.book.lifecycle
    if stage not in cycle.stages:
        raise ValueError(f"no stage is called {stage}")
    if cycle.rank(situation.standing.stage) >= cycle.rank(stage):
        return Nearest(stage, there=True)
    now, get = _now(situation)
    some = tuple(one for one in levers(situation, get, stage) if _tells(situation, one))
    search = _Search(situation, stage, most, budget, some)
    search.run()
    return Nearest(
        stage,
        there=False,
        shut=tuple(_shut(situation, stage, now, get)),
        waits=now.waits,
        proposals=tuple(search.best()),
        depth=search.depth,
        decided=budget - search.left,
    )


class _Search:
    """Found proposals, how far all sets were tried, and how many decisions may still be made."""

    __slots__ = ("base", "depth", "found", "left", "levers", "most", "situation", "stage")

    def __init__(
        self, situation: Situation, stage: str, most: int, budget: int, found: tuple[Change, ...]
    ) -> None:
        self.situation, self.stage, self.most, self.left = situation, stage, most, budget
        self.levers = found
        self.base = times(situation.book.signals, situation.log)
        self.found: list[Proposal] = []
        self.depth = 0

    def run(self) -> None:
        """Sets of one change, of two, and so on, then many of one activity where nothing else leads there."""
        self._try(())
        for depth in range(1, DEEPEST + 1):
            if self._enough(depth) or not self._affordable(depth):
                break
            for some in _sets(self.levers, depth):
                self._try(some)
            if self.left <= 0:
                return
            self.depth = depth
        for changes in self._repeats():
            self._try(changes)

    def _enough(self, depth: int) -> bool:
        """Whether sets of this size need not be tried: enough lead there, or much smaller ones do."""
        found = self._soon()
        fewest = min((one.count for one in found), default=depth)
        return len(found) >= self.most or depth > fewest + FURTHER

    def _affordable(self, depth: int) -> bool:
        """Whether every set of this size can be decided at least once."""
        count = 1
        for size in range(1, depth + 1):
            count = count * (len(self.levers) + size - 1) // size
        return count <= self.left

    def _repeats(self) -> Iterator[Sequence[Change]]:
        """More of one activity, alone or with one other thing."""
        acts = [lever for lever in self.levers if lever.kind == "activity"]
        others = [lever for lever in self.levers if lever.kind != "activity"]
        for count in range(self.depth + 1, REPEATS + 1):
            if self._enough(count):
                return
            yield from ((replace(act, count=count),) for act in acts)
            some = [replace(act, count=max(1, count - 1)) for act in acts]
            yield from ((act, other) for act in some for other in others)

    def _soon(self) -> list[Proposal]:
        """Proposals that somebody can do something for."""
        return [one for one in self.found if one.changes]

    def _try(self, changes: Sequence[Change]) -> None:
        if self.left <= 0 or _twice(changes):
            return
        soonest = self._soonest(changes)
        if soonest is not None and soonest <= self.situation.now:
            return
        looks = PATIENCE if changes else LOOKS
        proposal, made = arrival(self.situation, changes, self.stage, looks, self.base)
        self.left -= made
        if proposal is not None and (soonest is None or proposal.at < soonest):
            self.found.append(proposal)

    def _soonest(self, changes: Sequence[Change]) -> datetime | None:
        """When a part of these changes leads there."""
        return min((one.at for one in self.found if _part(one.changes, changes)), default=None)

    def best(self) -> list[Proposal]:
        order = {
            (lever.kind, lever.name, repr(lever.value)): n for n, lever in enumerate(self.levers)
        }

        def distance(one: Proposal) -> tuple[object, ...]:
            points = sum(change.points * change.count for change in one.changes)
            places = [order[c.kind, c.name, repr(c.value)] for c in one.changes]
            return one.count, one.at, len(one.changes), points, places

        found = sorted(self.found, key=distance)
        alone = [one for one in found if not one.changes]
        return alone + [one for one in found if one.changes][: self.most]


def _sets(levers: Sequence[Change], size: int, first: int = 0) -> Iterator[tuple[Change, ...]]:
    """Every set of so many changes, an activity as often as one likes."""
    if size == 0:
        yield ()
        return
    for place in range(first, len(levers)):
        lever = levers[place]
        for count in range(size if lever.kind == "activity" else 1, 0, -1):
            for rest in _sets(levers, size - count, place + 1):
                yield (replace(lever, count=count) if count > 1 else lever, *rest)


def _twice(changes: Sequence[Change]) -> bool:
    """Whether one field is to hold two values."""
    fields = [change.name for change in changes if change.kind == "field"]
    return len(fields) != len(set(fields))


def _part(some: Sequence[Change], all_of_them: Sequence[Change]) -> bool:
    counts = {(one.kind, one.name, repr(one.value)): one.count for one in all_of_them}
    return all(counts.get((one.kind, one.name, repr(one.value)), 0) >= one.count for one in some)


def _now(situation: Situation) -> tuple[Decision, Get]:
    seen: list[Get] = []
    found = Course(situation, ()).decision(situation.standing, situation.now, seen.append)
    return found, seen[-1]


def _tells(situation: Situation, change: Change) -> bool:
    """Whether conditions would see the field's value: what the rules compute themselves nobody can know instead."""
    if change.kind != "field":
        return True
    seen: list[Get] = []
    Course(situation, (change,)).decision(situation.standing, situation.now, seen.append)
    return bool(seen[-1](change.name) == change.value)


def _shut(situation: Situation, stage: str, now: Decision, get: Get) -> Iterator[Obstructed]:
    """The ways forward from where the contact stands; of those that skip it, such as lead to `stage` itself."""
    cycle, standing = situation.book.lifecycle, now.standing
    resting = standing.rest_until is not None and standing.rest_until > situation.now
    for one in ready(situation.book).ways.forward.get(standing.stage, ()):
        way = one.rule
        above = cycle.rank(way.after) > cycle.rank(standing.stage)
        if not above or (standing.stage not in way.before and way.after != stage):
            continue
        found = obstacles(way.when, get, cycle.stages)
        held: Wait = "hold" if way.hold_for is not None and not found else ""
        rests: Wait = "rest" if resting and not way.breaks_rest else ""
        why = hindrance(way.when, get, cycle.stages)
        yield Obstructed(way.name, way.where, way.after, found, rests or held, why)
