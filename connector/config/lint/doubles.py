"""One name for two things of different kinds: reasons, explanations and reports could not tell them apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from connector.config.contents import Files
from connector.config.documents.rules.scoring import MatrixDocument, ScoringDocument
from connector.config.lint.names import listed
from connector.config.yaml import Source
from connector.model.problem import Problem

TOLD = {("signal", "group"), ("group", "signal")}  # an error of its own


class Named(NamedTuple):
    """A thing of the rules, and where its name stands."""

    noun: str
    name: str
    where: str


def check_doubles(files: Files) -> Iterator[Problem]:
    """A warning for a name that something of another kind has already; twice of one kind is told where the kind is."""
    first: dict[str, Named] = {}
    for one in _everything(files):
        other = first.setdefault(one.name, one)
        if other.noun != one.noun and (other.noun, one.noun) not in TOLD:
            yield Problem(
                one.where,
                f'the {one.noun} "{one.name}" is called like the {other.noun} in {_line(other)}',
                "give one of them another name: explain could not tell the two apart",
                "warning",
            )


def _line(one: Named) -> str:
    """`file:line`."""
    return one.where.rpartition(":")[0]


def _everything(files: Files) -> Iterator[Named]:
    if files.scoring is not None:
        yield from _scoring(files.scoring.document, files.scoring.source)
    if files.lifecycle is not None:
        cycle, source = files.lifecycle.document, files.lifecycle.source
        yield from _of("track", source, "tracks", items=cycle.tracks)
        yield from _of("transition", source, "transitions", items=cycle.transitions)
        yield from _of("transition", source, "back", items=cycle.back)
    if files.routing is not None:
        yield from _of("route", files.routing.source, "rules", items=files.routing.document.rules)
    if files.follow_up is not None:
        clocks = files.follow_up.document.clocks
        yield from _of("clock", files.follow_up.source, "clocks", items=clocks)
    if files.nurture is not None:
        nurture, source = files.nurture.document, files.nurture.source
        yield from _of("stream", source, "streams", items=nurture.streams)
        yield from _of("reactivation", source, "reactivation", items=nurture.reactivation)


def _scoring(document: ScoringDocument, source: Source) -> Iterator[Named]:
    """Criteria of special models are called `model/criterion`."""
    *_, (path, model) = document.models()
    acts = document.activity
    yield from _of("criterion", source, *path, "criteria", items=model.criteria)
    yield from _of("signal", source, "activity", "signals", items=acts.signals)
    for name in acts.groups:
        yield Named("group", name, source.key("activity", "groups", name))
    yield from _of("machine rule", source, "activity", "machines", items=acts.machines)
    yield from _of("exclusion", source, "exclude", items=document.exclude)
    yield from _of("band", source, "bands", items=document.listed_bands())
    if isinstance(document.bands, MatrixDocument):
        rows = document.bands.matrix.items()
        first = {name: grade for grade, row in reversed([*rows]) for name in row}
        for name, grade in first.items():
            yield Named("band", name, source.key("bands", "matrix", grade, name))


def _of(
    noun: str, source: Source, *section: str | int, items: tuple[object, ...]
) -> Iterator[Named]:
    return (Named(noun, name, source.at(*path)) for name, path in listed(section, items))
