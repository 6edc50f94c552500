"""The `activity:` part of rules/scoring.yaml as values: signals that leave out what machines did, and counters of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, Literal, NamedTuple

from connector.config.compiled.condition import condition
from connector.config.compiled.digest import canonical, digest
from connector.config.documents.rules.signals import (
    ActivityDocument,
    BurstDocument,
    FollowerDocument,
    MachineDocument,
    SignalDocument,
)
from connector.config.yaml import Path, Source
from connector.model.condition import ALWAYS, All, AnyOf, Condition, Not
from connector.model.rules import Activities, Burst, Follower, Group, Signal

HalfLife = timedelta | Literal["never"] | None
PATH: Path = ("activity",)


class Machine(NamedTuple):
    """A rule that tells a machine: by a single activity (`when`), or by many of them."""

    name: str
    kinds: tuple[str, ...]
    when: Condition
    burst: Burst | None
    where: str
    text: Any  # what a digest must know of it


def activities(document: ActivityDocument, source: Source, timezone: str) -> Activities:
    machines = tuple(_machines(document, source))
    build = _Builder(document, source, timezone, machines)
    return Activities(
        tuple(build.signal(index) for index in range(len(document.signals))),
        tuple(
            Group(name, group.cap, source.line(*PATH, "groups", name))
            for name, group in document.groups.items()
        ),
        tuple(counter for place in range(len(machines)) for counter in _counters(machines, place)),
    )


def of_people(
    when: Condition, kind: str, document: ActivityDocument, source: Source
) -> tuple[Condition, list[Any]]:
    """The condition, without what single activities of this kind betray as a machine's; and what a digest must know of that."""
    alone = [each for each in _machines(document, source) if kind in each.kinds and not each.burst]
    return _by_people(when, alone), [each.text for each in alone]


def kinds_of(document: ActivityDocument) -> tuple[str, ...]:
    """All kinds of activity that signals name."""
    return tuple(dict.fromkeys(signal.kind for signal in document.signals))


def _machines(document: ActivityDocument, source: Source) -> Iterator[Machine]:
    for index, rule in enumerate(document.machines):
        path: Path = (*PATH, "machines", index)
        when = condition(rule.when, source, (*path, "when"), {})
        burst = None if rule.burst is None else _burst(rule.burst, when)
        kinds = rule.kind or kinds_of(document)
        yield Machine(rule.name, kinds, when, burst, source.line(*path), _text(rule))


def _text(rule: MachineDocument) -> Any:
    return [canonical(rule.when), _burst_text(rule.burst)]


def _burst_text(burst: BurstDocument | None) -> Any:
    if burst is None:
        return None
    return [burst.same, burst.within.total_seconds(), burst.at_least, burst.different]


def _burst(document: BurstDocument, when: Condition) -> Burst:
    different = document.different or ""
    return Burst(document.same, document.within, document.at_least, different, when)


def _by_people(when: Condition, machines: Sequence[Machine]) -> Condition:
    """The condition, without what single activities betray as a machine's."""
    alone = tuple(machine.when for machine in machines if machine.burst is None)
    if not alone:
        return when
    nobody = Not(alone[0] if len(alone) == 1 else AnyOf(alone))
    return nobody if when == ALWAYS else All((when, nobody))


def _bursts(machines: Sequence[Machine]) -> tuple[Burst, ...]:
    return tuple(machine.burst for machine in machines if machine.burst is not None)


def _counters(machines: Sequence[Machine], place: int) -> Iterator[Signal]:
    """One for each kind: what this rule is the first to tell."""
    rule = machines[place]
    for kind in rule.kinds:
        above = [other for other in machines[:place] if kind in other.kinds]
        name = f"machine:{rule.name}" + (f":{kind}" if len(rule.kinds) > 1 else "")
        when = _by_people(ALWAYS if rule.burst else rule.when, above)
        bursts, text = _bursts(above), [kind, *(other.text for other in above), rule.text]
        yield Signal(
            name,
            kind,
            when,
            where=rule.where,
            bursts=bursts,
            burst=rule.burst,
            digest=digest(["machine", *text]),
            label=rule.name,
        )


class _Builder:
    """Signals, with what they must know of the rest of the file."""

    def __init__(
        self,
        document: ActivityDocument,
        source: Source,
        timezone: str,
        machines: Sequence[Machine],
    ) -> None:
        self._document, self._source, self._timezone = document, source, timezone
        self._machines = machines

    def signal(self, index: int) -> Signal:
        document, path = self._document.signals[index], (*PATH, "signals", index)
        half_life = _span(document.half_life or self._document.half_life)
        window = document.window or self._document.window
        machines = self._of(document.kind)
        when = condition(document.when, self._source, (*path, "when"), {})
        return Signal(
            name=document.name,
            kind=document.kind,
            when=_by_people(when, machines),
            points=document.points,
            half_life=half_life,
            window=window,
            cap=document.cap,
            at_most=document.at_most,
            where=self._source.line(*path),
            digest=self._digest(document, half_life, window),
            group=document.group or "",
            only=document.only or "",
            unless=self._unless(document.unless_followed_by, (*path, "unless_followed_by")),
            bursts=_bursts(machines),
            label=document.label,
            tracks=document.track,
        )

    def _of(self, kind: str) -> list[Machine]:
        return [machine for machine in self._machines if kind in machine.kinds]

    def _unless(self, document: FollowerDocument | None, path: Path) -> Follower | None:
        if document is None:
            return None
        kind, when = self._followed(document, path)
        machines = self._of(kind)
        return Follower(
            kind,
            document.within,
            _by_people(when, machines),
            document.same or "",
            _bursts(machines),
        )

    def _followed(self, document: FollowerDocument, path: Path) -> tuple[str, Condition]:
        for index, signal in enumerate(self._document.signals):
            if signal.name == document.signal:
                inner: Path = (*PATH, "signals", index, "when")
                return signal.kind, condition(signal.when, self._source, inner, {})
        return document.kind or "", condition(document.when, self._source, (*path, "when"), {})

    def _digest(
        self, document: SignalDocument, half_life: timedelta | None, window: timedelta | None
    ) -> str:
        """What a kept sum depends on; for a rule without anything new it is what it always was."""
        kept_by: list[Any] = [
            document.kind,
            canonical(document.when),
            half_life.total_seconds() if half_life else None,
            window.total_seconds() if window else None,
            [*document.at_most, self._timezone]
            if document.at_most
            else None,  # the zone says when a day ends
        ]
        machines = [machine.text for machine in self._of(document.kind)]
        followed = document.unless_followed_by
        if machines or document.only or followed:
            text = canonical(followed), self._followed_text(followed)
            kept_by += [machines, document.only, text]
        return digest(kept_by)

    def _followed_text(self, document: FollowerDocument | None) -> Any:
        """The signal that follows, by what it is and not by its name."""
        for signal in self._document.signals:
            if document is not None and signal.name == document.signal:
                return [signal.kind, canonical(signal.when)]
        return None


def _span(value: HalfLife) -> timedelta | None:
    return value if isinstance(value, timedelta) else None
