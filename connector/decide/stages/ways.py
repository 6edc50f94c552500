"""The lifecycle made ready: which ways lead from each stage, what guards and needs ask."""

from __future__ import annotations

from dataclasses import dataclass

from connector.decide.conditions.condition import Get, Holds, compiled, ranked, tests
from connector.decide.facts import DEEDS, SALES_FACTS
from connector.model.condition import ALWAYS, Condition
from connector.model.rules import Ask, Guard, Lifecycle, Need, Track, Transition


@dataclass(frozen=True, slots=True)
class Way:
    """A transition with its condition as a function. `crosses` lists the stages from which it hands over."""

    rule: Transition
    holds: Holds
    crosses: frozenset[str]
    by_sales: bool  # its condition names what sales made of the lead
    by_deeds: bool  # its condition names what the person did


@dataclass(frozen=True, slots=True)
class Ways:
    """`back` and `forward` hold the ways from each stage: those that name it in the order of the file, then those that skip it."""

    rank: dict[str, int]
    line: int  # rank of the stage that hands over
    back: dict[str, tuple[Way, ...]]
    forward: dict[str, tuple[Way, ...]]
    guards: tuple[tuple[Guard, Holds], ...]
    needs: tuple[tuple[Need, Holds], ...]
    tracks: tuple[tuple[Track, Holds], ...]
    asks: tuple[Ask, ...]
    renamed: dict[str, str]

    def of(self, stage: str) -> tuple[Way, ...]:
        """Every way from this stage."""
        return self.back.get(stage, ()) + self.forward.get(stage, ())

    def asked(self, stage: str) -> tuple[Condition, ...]:
        """Every condition that decides on somebody in this stage, or in none yet ("")."""
        found = [way.rule.when for way in self.of(stage)]
        found += [guard.when for guard, _ in self.guards]
        found += [need.when for need, _ in self.needs]
        return (*found, *(track.when for track, _ in self.tracks))

    def guard(self, get: Get) -> str:
        """The guard that holds, or ""."""
        return next((guard.name for guard, holds in self.guards if holds(get)), "")

    def lacking(self, way: Way, get: Get) -> tuple[str, ...]:
        """Fields without which this way does not hand over, and that are unknown."""
        wanted = [need.field for need, holds in self.needs if holds(get)]
        wanted += way.rule.needs
        return tuple(name for name in dict.fromkeys(wanted) if get(name) in (None, "", ()))

    def ask(self, fields: tuple[str, ...]) -> Ask | None:
        """The rule that asks for one of these fields."""
        return next((ask for ask in self.asks if not set(ask.fields).isdisjoint(fields)), None)


def ways(cycle: Lifecycle) -> Ways:
    """Compiled once for a rulebook."""
    rank = {stage: cycle.rank(stage) for stage in cycle.every()}
    line = cycle.rank(cycle.hand_over)
    below = frozenset(stage for stage in rank if rank[stage] < line)
    every = tuple(_way(cycle, rule, below) for rule in cycle.transitions)
    forward = [way for way in every if not way.rule.back]
    return Ways(
        rank=rank,
        line=line,
        back={s: tuple(w for w in every if w.rule.back and s in w.rule.before) for s in rank},
        forward={stage: _forward(cycle, forward, stage, rank) for stage in rank},
        guards=tuple((guard, _holds(cycle, guard.when)) for guard in cycle.guards),
        needs=tuple((need, _holds(cycle, need.when)) for need in _needs(cycle)),
        tracks=tuple((track, _holds(cycle, track.when)) for track in cycle.tracks),
        asks=cycle.asks,
        renamed=dict(cycle.renamed),
    )


def _needs(cycle: Lifecycle) -> tuple[Need, ...]:
    return tuple(Need(name) for name in cycle.required) + cycle.needs


def _holds(cycle: Lifecycle, condition: Condition | None) -> Holds:
    return compiled(ranked(condition or ALWAYS, cycle.stages))


def _way(cycle: Lifecycle, rule: Transition, below: frozenset[str]) -> Way:
    over = not rule.back and cycle.rank(rule.after) >= cycle.rank(cycle.hand_over)
    asked = {test.field for test in tests(rule.when)}
    return Way(
        rule,
        _holds(cycle, rule.when),
        below if over else frozenset(),
        not asked.isdisjoint(SALES_FACTS),
        not asked.isdisjoint(DEEDS),
    )


def _forward(
    cycle: Lifecycle, forward: list[Way], stage: str, rank: dict[str, int]
) -> tuple[Way, ...]:
    own = [way for way in forward if stage in way.rule.before]
    if not cycle.skip or rank[stage] < 0:
        return tuple(own)
    skipping = [
        way
        for way in forward
        if way not in own
        and rank[way.rule.after] > rank[stage]
        and any(rank.get(before, -1) > rank[stage] for before in way.rule.before)
    ]
    return tuple(own + skipping)
