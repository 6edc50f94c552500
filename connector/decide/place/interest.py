"""What a person is interested in, from the strengths of the catalogue's cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from connector.model.decision import Strength
from connector.model.rules import Cell, Interest

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


def sums(
    interest: Interest, strengths: Mapping[str, Strength], of: Callable[[Cell], str]
) -> dict[str, float]:
    """Weighted strengths by a part of the cells (the topic, say), in the order of the catalogue; "" is no part."""
    found: dict[str, float] = {}
    for trace in interest.traces:
        strength = strengths.get(trace.signal.name)
        name = of(trace.cell)
        if name and strength is not None:
            found[name] = found.get(name, 0.0) + trace.weight * strength.sum
    return {name: round(total, 6) for name, total in found.items()}


def interests(interest: Interest, strengths: Mapping[str, Strength]) -> Interests:
    """What counts at the moment of the strengths. A kind of activity that weighs 0 shows no interest."""
    if not interest.traces or not strengths:
        return NONE
    least = interest.least
    topics = sums(interest, strengths, lambda cell: cell.topic)
    phases = sums(interest, strengths, lambda cell: cell.phase)
    kinds = sums(interest, strengths, lambda cell: cell.kind)
    return Interests(
        topics=tuple(_ordered({name: v for name, v in topics.items() if v >= least})),
        phase=next((p for p in reversed(interest.phases) if phases.get(p, 0.0) >= least), ""),
        kinds=tuple(name for name, _ in _ordered({n: v for n, v in kinds.items() if v >= least})),
    )


def _ordered(found: dict[str, float]) -> Iterable[tuple[str, float]]:
    """The strongest first; of nearly equal ones the one that the catalogue names first."""
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
