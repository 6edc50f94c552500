"""A rulebook made ready: its conditions compiled once, for all contacts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from connector.decide.condition import Holds, compiled, ranked, tests
from connector.decide.once import once
from connector.model.condition import ALWAYS, Condition
from connector.model.decision import Reason
from connector.model.rules import Criterion, RouteRule, Rulebook, Stream, Transition

SALES = frozenset({"acceptance", "rejection_reason", "opportunity", "loss_reason", "contacted"})


@dataclass(frozen=True, slots=True)
class Way:
    """A transition with its condition as a function. `crosses` lists the stages from which it hands over."""

    rule: Transition
    holds: Holds
    crosses: frozenset[str]
    by_sales: bool  # its condition names what sales made of the lead


@dataclass(frozen=True, slots=True)
class Question:
    """A criterion: its possible reasons are made beforehand, since points of the profile do not fade."""

    field: str
    choices: tuple[tuple[Holds, Reason], ...]
    otherwise: Reason
    missing: Reason


@dataclass(frozen=True, slots=True)
class Voice:
    """What scoring needs of a signal."""

    name: str
    label: str
    where: str
    points: float
    cap: float
    half_life: timedelta | None


@dataclass(frozen=True, slots=True)
class Ready:
    """The compiled rulebook. `back` and `forward` hold the ways from each stage in the order of the file."""

    book: Rulebook
    rank: dict[str, int]
    line: int  # rank of the stage that hands over
    back: dict[str, tuple[Way, ...]]
    forward: dict[str, tuple[Way, ...]]
    questions: tuple[Question, ...]
    voices: tuple[Voice, ...]
    bands: tuple[tuple[str, Holds], ...]
    exclusions: tuple[tuple[str, Holds], ...]
    streams: tuple[tuple[Stream, Holds], ...]
    routes: tuple[
        tuple[RouteRule, Condition], ...
    ]  # conditions as values: a route says why it does not apply
    may_mail: Holds
    may_hand_over: Holds
    thresholds: dict[
        str, tuple[float, ...]
    ]  # by stage: values of `activity` that may change anything


def _holds(book: Rulebook, condition: Condition | None) -> Holds:
    return compiled(ranked(condition or ALWAYS, book.lifecycle.stages))


def _way(book: Rulebook, rule: Transition) -> Way:
    cycle = book.lifecycle
    line = cycle.rank(cycle.hand_over)
    over = not rule.back and cycle.rank(rule.after) >= line
    below = frozenset(stage for stage in rule.before if over and cycle.rank(stage) < line)
    by_sales = any(test.field in SALES for test in tests(rule.when))
    return Way(rule, _holds(book, rule.when), below, by_sales)


def _question(book: Rulebook, criterion: Criterion) -> Question:
    def reason(score: float, label: str, where: str) -> Reason:
        points = round(criterion.weight * score, 6)
        return Reason(criterion.name, points, where or criterion.where, label, "profile")

    choices = tuple(
        (_holds(book, choice.when), reason(choice.score, choice.label, choice.where))
        for choice in criterion.first_match
    )
    other, missing = criterion.otherwise, criterion.missing
    return Question(
        criterion.field,
        choices,
        reason(other.score, other.label, other.where),
        reason(missing.score, missing.label, missing.where),
    )


def _voices(book: Rulebook) -> tuple[Voice, ...]:
    return tuple(
        Voice(
            signal.name,
            signal.name.replace("_", " "),
            signal.where,
            signal.points,
            float("inf") if signal.cap is None else signal.cap,
            signal.half_life,
        )
        for signal in book.scoring.activities.signals
    )


def _numbers(value: object) -> list[float]:
    many = value if isinstance(value, tuple | list | set | frozenset) else (value,)
    return [float(v) for v in many if isinstance(v, int | float) and not isinstance(v, bool)]


def _thresholds(book: Rulebook, ways: tuple[Way, ...]) -> tuple[float, ...]:
    """Routes are missing on purpose: they are asked only at a hand-over, which is a moment of its own."""
    conditions = [way.rule.when for way in ways]
    conditions += [band.when for band in book.scoring.bands]
    conditions += [rule.when for rule in book.scoring.exclusions]
    conditions += [stream.when for stream in book.nurture.streams]
    conditions += [book.nurture.consent or ALWAYS, book.lifecycle.consent or ALWAYS]
    found = {
        number
        for condition in conditions
        for test in tests(condition)
        if test.field == "activity"
        for number in _numbers(test.value)
    }
    return tuple(sorted(found))


@once(size=16)
def ready(book: Rulebook) -> Ready:
    """The rulebook, compiled once for as long as this value lives."""
    stages = book.lifecycle.stages
    ways = tuple(_way(book, rule) for rule in book.lifecycle.transitions)
    of = {stage: tuple(way for way in ways if stage in way.rule.before) for stage in stages}
    return Ready(
        book=book,
        rank={stage: place for place, stage in enumerate(stages)},
        line=book.lifecycle.rank(book.lifecycle.hand_over),
        back={stage: tuple(way for way in of[stage] if way.rule.back) for stage in stages},
        forward={stage: tuple(way for way in of[stage] if not way.rule.back) for stage in stages},
        questions=tuple(_question(book, rule) for rule in book.scoring.profile.criteria),
        voices=_voices(book),
        bands=tuple((band.name, _holds(book, band.when)) for band in book.scoring.bands),
        exclusions=tuple(
            (rule.reason, _holds(book, rule.when)) for rule in book.scoring.exclusions
        ),
        streams=tuple((stream, _holds(book, stream.when)) for stream in book.nurture.streams),
        routes=tuple((rule, ranked(rule.when, stages)) for rule in book.routes.rules),
        may_mail=_holds(book, book.nurture.consent),
        may_hand_over=_holds(book, book.lifecycle.consent),
        thresholds={stage: _thresholds(book, of[stage]) for stage in stages},
    )
