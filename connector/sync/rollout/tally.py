"""The figures of a plan: who moves where, what is written, why; their size does not depend on how many people there are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from connector.sync.rollout.causes import Cause, Causes
from connector.sync.rollout.effect import Effect

SAMPLES = 10
Calls = Callable[[str, str, bool, int], int]
"""How many API calls a system needs for so many (platform, kind, created, records)."""


class Sample(NamedTuple):
    """One contact that moves: what, and why."""

    contact: int
    moves: tuple[tuple[str, str, str], ...]
    fields: int
    causes: tuple[str, ...]


@dataclass
class Tally:
    """Counts effects one after the other."""

    causes: Causes
    gone: frozenset[str] = frozenset()  # tracks that the others do not have
    people: int = 0
    affected: int = 0
    anyway: int = 0
    handed_over: int = 0
    moves: dict[str, Counter[tuple[str, str]]] = field(default_factory=lambda: defaultdict(Counter))
    written: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    records: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    why: Counter[Cause] = field(default_factory=Counter)
    samples: list[Sample] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)  # people by track
    left_open: Counter[str] = field(default_factory=Counter)  # of these, not answered yet

    def add(self, effect: Effect) -> Sample | None:
        """Count it; the sample if somebody would see that other rules decide."""
        self.people += 1
        self.anyway += effect.anyway
        for standing in effect.standings(self.gone):
            self.dropped[standing.track] += 1
            self.left_open[standing.track] += bool(standing.handover and standing.handover.open)
        if not effect.affected:
            return None
        self.affected += 1
        self.handed_over += effect.hands_over
        moves = tuple(effect.moves())
        for name, was, becomes in moves:
            self.moves[name][was, becomes] += 1
        fresh = effect.fresh()
        for change in fresh:
            self.records[change.ref.platform, change.ref.kind, change.create] += 1
            self.written.update((*change.ref[:2], name) for name in change.fields)
        causes = list(self.causes.of(effect))
        self.why.update(causes)
        count = sum(len(change.fields) for change in fresh)
        sample = Sample(effect.contact, moves, count, tuple(map(str, causes)))
        if len(self.samples) < SAMPLES:
            self.samples.append(sample)
        return sample

    def figures(self, calls: Calls) -> dict[str, Any]:
        """As JSON; rules, stages, owners and properties by name, people by number."""
        return {
            "people": self.people,
            "affected": self.affected,
            "anyway": self.anyway,
            "handed_over": self.handed_over,
            "moves": {name: _matrix(counted) for name, counted in sorted(self.moves.items())},
            "dropped": [
                {"track": track, "people": count, "open": self.left_open[track]}
                for track, count in sorted(self.dropped.items())
            ],
            "properties": _nested(self.written),
            "records": [
                {"platform": platform, "kind": kind, "create": create, "count": count}
                for (platform, kind, create), count in sorted(self.records.items())
            ],
            "calls": _calls(self.records, calls),
            "causes": [
                {"where": cause.where, "rule": cause.rule, "said": cause.said, "people": count}
                for cause, count in self.why.most_common()
            ],
            "samples": [as_json(one) for one in self.samples],
        }


def as_json(sample: Sample) -> dict[str, Any]:
    """One contact by number."""
    return {
        "contact": sample.contact,
        "moves": {name: [was, becomes] for name, was, becomes in sample.moves},
        "fields": sample.fields,
        "causes": list(sample.causes),
    }


def _matrix(counted: Counter[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {"from": was, "to": becomes, "people": count}
        for (was, becomes), count in sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    ]


def _nested(written: Counter[tuple[str, str, str]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (platform, kind, name), count in sorted(
        written.items(), key=lambda one: (one[0][:2], -one[1], one[0])
    ):
        found.setdefault(f"{platform}/{kind}", {})[name] = count
    return found


def _calls(records: Mapping[tuple[str, str, bool], int], calls: Calls) -> dict[str, int]:
    found: Counter[str] = Counter()
    for (platform, kind, create), count in records.items():
        found[platform] += calls(platform, kind, create, count)
    return dict(sorted(found.items()))
