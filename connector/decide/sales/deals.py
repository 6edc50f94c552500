"""Opportunities: each stands where it was seen last."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from connector.model.systems.fact import Outcome

_ORDER = {"opened": 0, "lost": 1, "won": 2}  # at one moment the closing counts


def latest(outcomes: Iterable[Outcome]) -> Outcome | None:
    """The one that happened last."""
    ordered = sorted(outcomes, key=lambda o: (o.at, _ORDER.get(o.kind, 0)))
    return ordered[-1] if ordered else None


def deals(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Each opportunity as it was seen last."""
    found: dict[Any, list[Outcome]] = {}
    for one in outcomes:
        if one.kind in _ORDER:
            found.setdefault(one.evidence or one.ref, []).append(one)
    return [last for deal in found.values() if (last := latest(deal)) is not None]


def standing_deals(outcomes: Iterable[Outcome]) -> list[str]:
    """How each of them stands: opened, won or lost."""
    return [one.kind for one in deals(outcomes)]
