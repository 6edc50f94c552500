"""rules/lifecycle.yaml: stages that exist, ways that can be gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connector.config.contents import Files
from connector.config.documents.rules.lifecycle import (
    LifecycleDocument,
    WayDocument,
)
from connector.config.lint.conditions.vocabulary import lists_of, streams_of, tracks_of
from connector.config.lint.cycle.needs import check_needs
from connector.config.lint.cycle.stages import check_stages, check_tracks, every, from_
from connector.config.lint.cycle.ways import check_ways
from connector.config.lint.names import declared, listed, twice
from connector.config.yaml import Source
from connector.model.problem import Problem


def check_lifecycle(files: Files) -> Iterator[Problem]:
    if files.lifecycle is None:
        return
    document, source = files.lifecycle.document, files.lifecycle.source
    stages = document.stages
    yield from twice("stage", source, listed(("stages",), stages))
    names = [*listed(("transitions",), document.transitions), *listed(("back",), document.back)]
    yield from twice("transition", source, names)
    for key in ("start", "hand_over"):
        yield from declared("stage", getattr(document, key), stages, source.at(key))
    for index, stage in enumerate(document.working):
        yield from declared("stage", stage, every(document), source.at("working", index))
    yield from check_needs(files, document, source)
    yield from check_stages(document, source)
    yield from check_tracks(document, source)
    yield from _heard(files)
    unknown = list(_ways(document, source, streams_of(files)))
    yield from unknown
    if not unknown and document.start in stages:
        yield from _reachable(document, source)
        yield from check_ways(document, source, lists_of(files))


def _heard(files: Files) -> Iterator[Problem]:
    """The tracks in which signals count."""
    if files.scoring is None:
        return
    for index, signal in enumerate(files.scoring.document.activity.signals):
        for number, track in enumerate(signal.track):
            where = files.scoring.source.at("activity", "signals", index, "track", number)
            yield from declared("track", track, tracks_of(files), where)


def _ways(
    document: LifecycleDocument, source: Source, streams: Sequence[str] | None
) -> Iterator[Problem]:
    for section, ways in (("transitions", document.transitions), ("back", document.back)):
        for index, way in enumerate(ways):
            for number, stage in enumerate(way.from_):
                yield from declared(
                    "stage", stage, every(document), source.at(section, index, "from", number)
                )
            yield from declared("stage", way.to, every(document), source.at(section, index, "to"))
            yield from _direction(document, source, section, index, way)
    for index, back in enumerate(document.back):
        if back.stream is not None:
            yield from declared("stream", back.stream, streams, source.at("back", index, "stream"))


def _direction(
    document: LifecycleDocument, source: Source, section: str, index: int, way: WayDocument
) -> Iterator[Problem]:
    """Ways forward go up in the order of the stages, ways back go down."""
    if way.to not in document.stages:
        return
    rank = document.stages.index
    for number, stage in enumerate(way.from_):
        if stage not in document.stages:
            continue
        where = source.at(section, index, "from", number)
        if section == "transitions" and rank(way.to) <= rank(stage):
            yield Problem(
                where,
                f'"{way.name}" leads from {stage} not forward to {way.to}',
                'ways back stand under "back"',
            )
        if section == "back" and rank(way.to) >= rank(stage):
            yield Problem(
                where,
                f'"{way.name}" leads from {stage} not back to {way.to}',
                'ways forward stand under "transitions"',
            )


def _reachable(document: LifecycleDocument, source: Source) -> Iterator[Problem]:
    """Follows every way from the start; what is left can never happen."""
    ways = [(from_(document, way), way.to) for way in document.transitions]
    ways += [(way.from_, way.to) for way in document.back]
    seen: set[str] = {document.start, *(track.start or document.start for track in document.tracks)}
    grown = True
    while grown:
        reached = {to for before, to in ways if seen.intersection(before)}
        grown = not reached <= seen
        seen |= reached
    for section, rules in (("transitions", document.transitions), ("back", document.back)):
        for index, way in enumerate(rules):
            if not seen.intersection(from_(document, way)):
                lost = " or ".join(way.from_)
                yield Problem(
                    source.at(section, index),
                    f'"{way.name}" can never be taken',
                    f"no way leads from {document.start} to {lost}",
                )
    for key, index, stage in _each_stage(document):
        if stage not in seen:
            yield Problem(
                source.at(key, index),
                f"no way leads to {stage}",
                "add a transition or remove the stage",
                "warning",
            )


def _each_stage(document: LifecycleDocument) -> Iterator[tuple[str, int, str]]:
    yield from (("stages", index, stage) for index, stage in enumerate(document.stages))
    yield from (("aside", index, stage) for index, stage in enumerate(document.aside))
