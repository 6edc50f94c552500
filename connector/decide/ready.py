"""A rulebook made ready: its conditions compiled once, for all contacts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from connector.decide.conditions.asked import limits
from connector.decide.conditions.condition import Holds, compiled, ranked, tests
from connector.decide.facts import SALES_FACTS
from connector.decide.once import once
from connector.decide.scoring.profile import Model, models
from connector.decide.scoring.voices import Choir, Voice, choirs, counters, voices
from connector.decide.stages.ways import Ways, ways
from connector.model.condition import ALWAYS, Condition
from connector.model.rules import Exclusion, Ladder, RouteRule, Rulebook, Signal, Stream


@dataclass(frozen=True, slots=True)
class Ready:
    """The compiled rulebook."""

    book: Rulebook
    ways: Ways
    signals: dict[str, Signal]
    tracked: tuple[str, ...]  # signals that do not count in every track
    models: tuple[Model, ...]  # of the profile; the last one is for everybody
    voices: tuple[Voice, ...]
    counters: tuple[Voice, ...]  # of what machines did
    read: tuple[str, ...]  # names of signals that score or count
    choirs: tuple[Choir, ...]
    bands: tuple[tuple[str, Holds], ...]
    exclusions: tuple[tuple[Exclusion, Holds], ...]
    sales_exclude: bool  # some exclusion asks what sales made of the lead
    streams: tuple[tuple[Stream, Holds], ...]
    endings: dict[str, Holds]  # by stream: when it ends
    ladders: tuple[tuple[Ladder, Holds], ...]
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


def _asks_sales(condition: Condition) -> bool:
    return any(test.field in SALES_FACTS for test in tests(condition))


def _thresholds(book: Rulebook, asked: Iterable[Condition]) -> tuple[float, ...]:
    """Routes are missing on purpose: they are asked only at a hand-over, which is a moment of its own."""
    conditions = [*asked, *(band.when for band in book.scoring.bands)]
    conditions += [rule.when for rule in book.scoring.exclusions]
    conditions += [stream.when for stream in book.nurture.streams]
    conditions += [stream.until for stream in book.nurture.streams if stream.until]
    conditions += [ladder.when for ladder in book.nurture.ladders]
    conditions += [book.nurture.consent or ALWAYS, book.lifecycle.consent or ALWAYS]
    return limits(conditions)


@once(size=16)
def ready(book: Rulebook) -> Ready:
    """The rulebook, compiled once for as long as this value lives."""
    stages = book.lifecycle.stages
    course, sung, machines = ways(book.lifecycle), voices(book), counters(book)
    return Ready(
        book=book,
        ways=course,
        signals={signal.name: signal for signal in book.scoring.activities.signals},
        tracked=tuple(one.name for one in book.scoring.activities.signals if one.tracks),
        models=models(book.scoring, partial(_holds, book)),
        voices=sung,
        counters=machines,
        read=tuple(voice.name for voice in (*sung, *machines)),
        choirs=choirs(book),
        bands=tuple((band.name, _holds(book, band.when)) for band in book.scoring.bands),
        exclusions=tuple((rule, _holds(book, rule.when)) for rule in book.scoring.exclusions),
        sales_exclude=any(_asks_sales(rule.when) for rule in book.scoring.exclusions),
        streams=tuple((stream, _holds(book, stream.when)) for stream in book.nurture.streams),
        endings={
            stream.name: _holds(book, stream.until)
            for stream in book.nurture.streams
            if stream.until
        },
        ladders=tuple((ladder, _holds(book, ladder.when)) for ladder in book.nurture.ladders),
        routes=tuple((rule, ranked(rule.when, stages)) for rule in book.routes.rules),
        may_mail=_holds(book, book.nurture.consent),
        may_hand_over=_holds(book, book.lifecycle.consent),
        thresholds={stage: _thresholds(book, course.asked(stage)) for stage in ("", *course.rank)},
    )
