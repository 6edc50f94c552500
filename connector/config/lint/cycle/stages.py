"""rules/lifecycle.yaml: stages in their order and beside it, old names, tracks."""

from __future__ import annotations

from collections.abc import Iterator

from connector.config.documents.rules.lifecycle import LifecycleDocument, WayDocument
from connector.config.lint.names import declared, listed, twice
from connector.config.yaml import Source
from connector.model.person.standing import MAIN
from connector.model.problem import Problem


def every(document: LifecycleDocument) -> tuple[str, ...]:
    """All stages, those in the order first."""
    return document.stages + document.aside


def from_(document: LifecycleDocument, way: WayDocument) -> tuple[str, ...]:
    """The stages from which a way may be taken: with `allow_skip` also those before the last one it names."""
    named = [document.stages.index(one) for one in way.from_ if one in document.stages]
    skips = document.allow_skip and way in document.transitions and bool(named)
    return tuple(dict.fromkeys((*way.from_, *(document.stages[: max(named)] if skips else ()))))


def check_stages(document: LifecycleDocument, source: Source) -> Iterator[Problem]:
    for index, stage in enumerate(document.aside):
        if stage in document.stages:
            where, hint = source.at("aside", index), "remove it in one of the two places"
            yield Problem(where, f"{stage} stands in the order and beside it", hint)
    for old, new in document.renamed.items():
        if old in every(document):
            yield Problem(
                source.key("renamed", old),
                f"{old} is a stage still",
                "list only names that are no more",
            )
        if new not in document.renamed:
            yield from declared("stage", new, every(document), source.at("renamed", old))
        elif _circle(document, old):
            where = source.at("renamed", old)
            yield Problem(where, f"{old} is renamed in a circle", "name the stage it is now")


def _circle(document: LifecycleDocument, old: str) -> bool:
    seen, name = set(), old
    while name in document.renamed and name not in seen:
        seen.add(name)
        name = document.renamed[name]
    return name in seen


def check_tracks(document: LifecycleDocument, source: Source) -> Iterator[Problem]:
    yield from twice("track", source, listed(("tracks",), document.tracks))
    for index, track in enumerate(document.tracks):
        if track.start is not None:
            where = source.at("tracks", index, "start")
            yield from declared("stage", track.start, document.stages, where)
        if track.name == MAIN and index:
            where = source.at("tracks", index, "name")
            yield Problem(where, "main is the first track", "put it at the top of the list")
        if track.name == MAIN and track.when.model_fields_set:
            where, hint = source.key("tracks", index, "when"), "remove the condition"
            yield Problem(where, "everybody is in main", hint)
        if track.name != MAIN and not track.when.model_fields_set:
            yield Problem(
                source.at("tracks", index),
                f'nothing says who enters the track "{track.name}"',
                "add when: {stage.main: {equals: Customer}}, or whatever is true for you",
            )
