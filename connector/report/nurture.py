"""What streams did: who was in them, and how they compare with the people who were held out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connector.decide.joint import rank_of
from connector.decide.nurture.hold_out import HELD, MIXED, TREATED
from connector.model.person.stay import Stay
from connector.model.rules import HoldOut, Rulebook
from connector.report.shares import Difference, Share
from connector.store import Store
from connector.store.recall.reports.stays import Nursed

GOALS = ("progressed", "handed over", "won")


@dataclass(frozen=True, slots=True)
class StreamRow:
    """People of the period by stream: `entered` it, `inside` now, and why the others left. Those held out are not among them."""

    stream: str
    entered: int
    inside: int
    left: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Compared:
    """A stream ("" for all that are held out from) against its hold-out: by what was reached after the first entry."""

    stream: str
    people: int
    held: int
    goals: Mapping[str, Difference]

    def as_json(self) -> dict[str, Any]:
        return {
            "stream": self.stream or None,
            "people": self.people,
            "held_out": self.held,
            "goals": [_goal(name, found) for name, found in self.goals.items()],
        }


@dataclass(frozen=True, slots=True)
class NurtureReport:
    """People whose first entry lies between `since` (included) and `until` (not), and what they reached until `until`."""

    since: datetime
    until: datetime
    streams: tuple[StreamRow, ...]
    hold_out: str
    share: float | None
    compared: tuple[Compared, ...]
    left_out: int  # people who had been in a stream before the hold-out began

    def as_json(self) -> dict[str, Any]:
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "streams": [
                {
                    "stream": one.stream,
                    "entered": one.entered,
                    "inside": one.inside,
                    "left": dict(one.left),
                }
                for one in self.streams
            ],
            "hold_out": self.hold_out or None,
            "share": self.share,
            "compared": [one.as_json() for one in self.compared],
            "left_out": self.left_out,
        }


@dataclass(slots=True)
class _Side:
    """One side of the comparison while people are counted."""

    people: int = 0
    reached: Counter[str] = field(default_factory=Counter)


def nurture_report(
    store: Store, book: Rulebook, since: datetime, until: datetime, now: datetime
) -> NurtureReport:
    """The report of the hold-out in force; `now` is the moment as of which the store is read."""
    rule, rank = book.nurture.hold_out, rank_of(book.lifecycle)
    streams: dict[str, list[tuple[Stay, bool]]] = {}
    sides: dict[tuple[str, str], _Side] = {}
    left_out = 0
    for one in store.told.nursed(now):
        side = one.drawn.get(rule.name, "") if rule is not None else ""
        for stay in one.stays:
            if since <= stay.first < until:
                held = rule is not None and side == HELD and rule.covers(stay.stream)
                streams.setdefault(stay.stream, []).append((stay, held))
        first = _first(one, rule)
        if first is None or not since <= first.first < until:
            continue
        left_out += side == MIXED
        if side in (HELD, TREATED):
            for name in ("", first.stream):
                found = sides.setdefault((name, side), _Side())
                found.people += 1
                found.reached.update(_reached(one, first, until, rank))
    names = [stream.name for stream in book.nurture.streams]
    return NurtureReport(
        since,
        until,
        tuple(_row(name, streams.get(name, [])) for name in names),
        rule.name if rule else "",
        rule.share if rule else None,
        tuple(_compared(sides, ("", *names))),
        left_out,
    )


def _first(one: Nursed, rule: HoldOut | None) -> Stay | None:
    """The first stay in a stream that people are held out from."""
    covered = [stay for stay in one.stays if rule is not None and rule.covers(stay.stream)]
    return min(covered, key=lambda stay: stay.first, default=None)


def _reached(one: Nursed, first: Stay, until: datetime, rank: Mapping[str, int]) -> list[str]:
    """What somebody reached after the first entry, within the period."""
    start = rank.get(first.stage, -1)
    told = {
        "progressed": any(
            first.first < at < until and rank.get(stage, -1) > start for at, stage in one.stages
        ),
        "handed over": any(first.first < at < until for at in one.handed),
        "won": any(first.first < at < until for at in one.won),
    }
    return [goal for goal, reached in told.items() if reached]


def _row(name: str, stays: Iterable[tuple[Stay, bool]]) -> StreamRow:
    mine = [stay for stay, held in stays if not held]
    left = Counter(stay.why.partition(":")[0] for stay in mine if stay.left is not None)
    inside = sum(stay.left is None for stay in mine)
    return StreamRow(name, len(mine), inside, dict(left.most_common()))


def _compared(sides: Mapping[tuple[str, str], _Side], names: Iterable[str]) -> Iterable[Compared]:
    for name in names:
        treated, held = (sides.get((name, side), _Side()) for side in (TREATED, HELD))
        if treated.people or held.people:
            goals = {
                goal: Difference(
                    Share(treated.reached[goal], treated.people),
                    Share(held.reached[goal], held.people),
                )
                for goal in GOALS
            }
            yield Compared(name, treated.people, held.people, goals)


def _goal(name: str, found: Difference) -> dict[str, Any]:
    low, high = found.interval
    return {
        "goal": name,
        "people": found.one.part,
        "share": found.one.value,
        "held_out": found.other.part,
        "held_out_share": found.other.value,
        "difference": found.value,
        "interval_95": [low, high],
        "says": found.says or "nothing can be told",
    }
