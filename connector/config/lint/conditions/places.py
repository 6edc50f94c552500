"""Where conditions stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from connector.config.contents import Files
from connector.config.documents import ConditionDocument
from connector.config.documents.rules.scoring import ModelDocument
from connector.config.yaml import Path, Source


class Place(NamedTuple):
    """One condition: `kind` says which names it may use."""

    kind: str
    document: ConditionDocument
    source: Source
    path: Path


def conditions(files: Files) -> Iterator[Place]:
    """All conditions but those of signals, which see an activity and not a contact."""
    yield from _scoring(files)
    yield from _lifecycle(files)
    if files.routing is not None:
        for index, rule in enumerate(files.routing.document.rules):
            yield Place("route", rule.when, files.routing.source, ("rules", index, "when"))
    yield from _pauses(files)
    yield from _nurture(files)
    for file in files.platforms:
        if file.document.scope is not None:
            yield Place("create", file.document.scope.when, file.source, ("scope", "when"))
        for kind, record in file.document.records.items():
            if record.create is not None:
                yield Place(
                    "create", record.create.when, file.source, ("records", kind, "create", "when")
                )
    yield from _classification(files)
    if files.costs is not None:
        for index, channel in enumerate(files.costs.document.channels):
            if channel.match is not None:
                path: Path = ("channels", index, "match")
                yield Place("channel", channel.match, files.costs.source, path)


def _classification(files: Files) -> Iterator[Place]:
    if files.classification is None:
        return
    document, source = files.classification.document, files.classification.source
    for section in ("classification", "targeted", "origin"):
        for index, rule in enumerate(getattr(document, section)):
            yield Place(section, rule.when, source, (section, index, "when"))


def _pauses(files: Files) -> Iterator[Place]:
    if files.follow_up is None:
        return
    for index, pause in enumerate(files.follow_up.document.pauses):
        if pause.when is not None:
            yield Place("pause", pause.when, files.follow_up.source, ("pauses", index, "when"))


def _scoring(files: Files) -> Iterator[Place]:
    if files.scoring is None:
        return
    document, source = files.scoring.document, files.scoring.source
    for path, model in document.models():
        if isinstance(model, ModelDocument):
            yield Place("model", model.when, source, (*path, "when"))
    for index, band in enumerate(document.listed_bands()):
        yield Place("band", band.when, source, ("bands", index, "when"))
    for index, rule in enumerate(document.exclude):
        yield Place("exclusion", rule.when, source, ("exclude", index, "when"))


def _lifecycle(files: Files) -> Iterator[Place]:
    if files.lifecycle is None:
        return
    document, source = files.lifecycle.document, files.lifecycle.source
    if document.hand_over_consent is not None:
        yield Place("lifecycle", document.hand_over_consent, source, ("hand_over_consent",))
    sections = ("hand_over_needs", "guard", "tracks", "transitions", "back")
    for section in sections:
        for index, rule in enumerate(getattr(document, section)):
            yield Place("lifecycle", rule.when, source, (section, index, "when"))


def _nurture(files: Files) -> Iterator[Place]:
    if files.nurture is None:
        return
    document, source = files.nurture.document, files.nurture.source
    if document.consent is not None:
        yield Place("stream", document.consent, source, ("consent",))
    for index, stream in enumerate(document.streams):
        yield Place("stream", stream.when, source, ("streams", index, "when"))
        if stream.until is not None:
            yield Place("stream", stream.until, source, ("streams", index, "until"))
    for index, ladder in enumerate(document.reactivation):
        yield Place("stream", ladder.when, source, ("reactivation", index, "when"))
