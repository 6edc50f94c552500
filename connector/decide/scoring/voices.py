"""What they did: signals made ready, and the caps that several of them share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import inf

from connector.model.rules import Group, Rulebook, Signal


@dataclass(frozen=True, slots=True)
class Voice:
    """What scoring needs of a signal; `rule` is what its reason is called."""

    name: str
    rule: str
    label: str
    where: str
    points: float
    cap: float
    half_life: timedelta | None
    group: str = ""
    fades_in: float | None = None  # the half-life in seconds


@dataclass(frozen=True, slots=True)
class Choir:
    """Signals with one cap for what they give together, and for what they take."""

    name: str
    cap: float
    where: str
    members: frozenset[str]  # names of their signals

    @property
    def label(self) -> str:
        return f"≤ {self.cap:g}"


def voices(book: Rulebook) -> tuple[Voice, ...]:
    """Signals that score."""
    return tuple(_voice(signal) for signal in book.scoring.activities.signals)


def counters(book: Rulebook) -> tuple[Voice, ...]:
    """Signals that count what machines did, and give nothing."""
    return tuple(_counter(signal) for signal in book.scoring.activities.machines)


def _voice(signal: Signal) -> Voice:
    cap = inf if signal.cap is None else round(signal.cap, 6)
    label = signal.label or signal.name.replace("_", " ")
    points, half_life = signal.points, signal.half_life
    name, group = signal.name, signal.group
    seconds = None if half_life is None else half_life.total_seconds()
    return Voice(name, name, label, signal.where, points, cap, half_life, group, seconds)


def _counter(signal: Signal) -> Voice:
    """Its reason is called as the rule is, and says how many of which kind."""
    rule, kind = signal.label or signal.name, signal.kind.replace("_", " ")
    return Voice(signal.name, rule, kind, signal.where, 0.0, inf, None)


def choirs(book: Rulebook) -> tuple[Choir, ...]:
    acts = book.scoring.activities
    return tuple(_choir(group, acts.signals) for group in acts.groups)


def _choir(group: Group, signals: tuple[Signal, ...]) -> Choir:
    members = frozenset(signal.name for signal in signals if signal.group == group.name)
    return Choir(group.name, round(group.cap, 6), group.where, members)
