"""What a person is interested in, from the strengths of the catalogue's cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from connector.decide.once import once
from connector.model.person.decision import Strength
from connector.model.rules import Cell, Interest, Trace

NEARLY = 1.001
"""Topics whose strengths differ by less are equally strong: strengths are known to six decimals, so nothing flickers."""


@dataclass(frozen=True, slots=True)
class Interests:
    """`topics` that count, the strongest first, with their strengths; the furthest `phase` and the `kinds` of content that count."""

    topics: tuple[tuple[str, float], ...] = ()
    phase: str = ""
    kinds: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.topics)


NONE = Interests()
PARTS: tuple[Callable[[Cell], str], ...] = (
    lambda cell: cell.topic,
    lambda cell: cell.phase,
    lambda cell: cell.kind,
)


@once(size=16)
def _places(interest: Interest) -> dict[str, int]:
    """The place of each trace, by its signal's name."""
    return {trace.signal.name: place for place, trace in enumerate(interest.traces)}


def counted(interest: Interest, strengths: Mapping[str, Strength]) -> list[tuple[Trace, float]]:
    """Traces that have any strength, with it, weighted; in the order of the catalogue."""
    places = _places(interest)
    found = sorted(places[name] for name in strengths if name in places)
    traces = (interest.traces[place] for place in found)
    return [(one, one.weight * strengths[one.signal.name].sum) for one in traces]


def sums(found: Iterable[tuple[Trace, float]], of: Callable[[Cell], str]) -> dict[str, float]:
    """Weighted strengths by a part of the cells (the topic, say), in the order of the catalogue; "" is no part."""
    added: dict[str, float] = {}
    for trace, strength in found:
        name = of(trace.cell)
        if name:
            added[name] = added.get(name, 0.0) + strength
    return {name: round(total, 6) for name, total in added.items()}


def interests(interest: Interest, strengths: Mapping[str, Strength]) -> Interests:
    """What counts at the moment of the strengths. A kind of activity that weighs 0 shows no interest."""
    return liked(interest, counted(interest, strengths) if interest.traces else [])


def liked(interest: Interest, found: list[tuple[Trace, float]]) -> Interests:
    """The same from what was counted."""
    if not found:
        return NONE
    least = interest.least
    topics, phases, kinds = (
        {name: total for name, total in sums(found, part).items() if total >= least}
        for part in PARTS
    )
    return Interests(
        topics=tuple(_ordered(topics)),
        phase=next((phase for phase in reversed(interest.phases) if phase in phases), ""),
        kinds=tuple(name for name, _ in _ordered(kinds)),
    )


def _ordered(found: dict[str, float]) -> Iterable[tuple[str, float]]:
    """The strongest first; of nearly equal ones the one that the catalogue names first."""
    if len(found) < 2:
        yield from found.items()
        return
    left = dict(found)
    while left:
        most = max(left.values())
        name = next(name for name, value in left.items() if value * NEARLY >= most)
        yield name, left.pop(name)


def facts_of(found: Interests) -> dict[str, Any]:
    """What conditions may ask of them."""
    return {
        "interest": found.names[0] if found.topics else None,
        "interests": found.names or None,
        "interest_phase": found.phase or None,
        "content_kinds": found.kinds or None,
    }
