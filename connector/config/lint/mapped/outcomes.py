"""mappings/outcomes.yaml: known outcomes, platforms and records."""

from __future__ import annotations

from collections.abc import Iterator

from connector.config.contents import Files
from connector.config.documents.mapped.outcomes import OUTCOMES, EvidenceDocument
from connector.config.documents.mapped.platform import PlatformDocument
from connector.config.lint.conditions.vocabulary import tracks_of
from connector.config.lint.names import declared
from connector.config.validate import File
from connector.config.yaml import Path, Source
from connector.model.problem import Problem


def check_outcomes(files: Files) -> Iterator[Problem]:
    if files.outcomes is None:
        return
    source = files.outcomes.source
    connections = tuple(files.project.document.connections) if files.project else None
    mapped = {file.document.platform: file for file in files.platforms}
    for platform, outcomes in files.outcomes.document.platforms().items():
        yield from declared("connection", platform, connections, source.key(platform))
        for outcome, ways in outcomes.items():
            yield from declared("outcome", outcome, OUTCOMES, source.key(platform, outcome))
            for index, evidence in enumerate(ways):
                path: Path = (platform, outcome, index)
                yield from _evidence(evidence, source, path, mapped.get(platform))
                for value, track in evidence.track.values.items() if evidence.track else ():
                    where = source.at(*path, "track", "values", value)
                    yield from declared("track", track, tracks_of(files), where)


def _evidence(
    evidence: EvidenceDocument, source: Source, path: Path, mapping: File[PlatformDocument] | None
) -> Iterator[Problem]:
    if evidence.field is None:
        return
    kind, dot, name = evidence.field.partition(".")
    where = source.at(*path, "field")
    if not (kind and dot and name):
        yield Problem(
            where, f'"{evidence.field}" names no record', "write Kind.Property: Lead.Status"
        )
        return
    if mapping is not None:
        yield from declared("kind of record", kind, tuple(mapping.document.records), where)
    other = (evidence.reason or "").partition(".")
    if other[1] and other[0] != kind:
        yield Problem(
            source.at(*path, "reason"),
            "the reason stands on another record",
            f"name a property of {kind}",
        )
