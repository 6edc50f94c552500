"""rules/scoring.yaml as values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from connector.config.compiled.condition import Types, condition, tests
from connector.config.compiled.rules.signals import activities
from connector.config.documents.rules.scoring import (
    CriterionDocument,
    MatrixDocument,
    ModelDocument,
    ProfileDocument,
    ScoreDocument,
    ScoringDocument,
)
from connector.config.validate import File
from connector.config.yaml import Path, Source
from connector.model.condition import ALWAYS, All, Test
from connector.model.rules import Band, Choice, Criterion, Exclusion, LeadEvent, Profile, Scoring


def scoring(file: File[ScoringDocument], types: Types, timezone: str) -> Scoring:
    document, source = file.document, file.source
    models = [_model(one, source, path, types) for path, one in document.models()]
    return Scoring(
        profile=models[-1],
        activities=activities(document.activity, source, timezone),
        bands=tuple(bands(document, source, types)),
        lead_events=tuple(
            LeadEvent(event.name, event.signal, event.within, source.line("lead_events", index))
            for index, event in enumerate(document.lead_events)
        ),
        exclusions=_exclusions(document, source, types, timezone),
        special=tuple(models[:-1]),
    )


def _model(document: ProfileDocument, source: Source, path: Path, types: Types) -> Profile:
    criteria = tuple(
        _criterion(criterion, source, (*path, "criteria", index), types)
        for index, criterion in enumerate(document.criteria)
    )
    grades = tuple(document.grades.items())
    if not isinstance(document, ModelDocument):
        return Profile(criteria, grades, where=source.line(*path))
    when = condition(document.when, source, (*path, "when"), types)
    return Profile(criteria, grades, document.name, when, source.line(*path))


def _criterion(document: CriterionDocument, source: Source, path: Path, types: Types) -> Criterion:
    choices = tuple(
        Choice(
            tests(
                choice.when, document.field, source, (*path, "first_match", index, "when"), types
            ),
            choice.score,
            choice.label,
            source.line(*path, "first_match", index),
        )
        for index, choice in enumerate(document.first_match)
    )
    return Criterion(
        name=document.name,
        weight=document.weight,
        field=document.field,
        first_match=choices,
        otherwise=_rest(document.otherwise, source, (*path, "otherwise")),
        missing=_rest(document.missing, source, (*path, "missing")),
        where=source.line(*path),
    )


def _rest(document: ScoreDocument, source: Source, path: Path) -> Choice:
    return Choice(ALWAYS, document.score, document.label, source.line(*path))


def bands(document: ScoringDocument, source: Source, types: Types) -> Iterator[Band]:
    """In the order in which they are asked; of a matrix a band for each cell, the highest of a grade first."""
    if not isinstance(document.bands, MatrixDocument):
        for index, band in enumerate(document.bands):
            when = condition(band.when, source, ("bands", index, "when"), types)
            yield Band(band.name, when, source.line("bands", index))
        return
    for grade, row in document.bands.matrix.items():
        where = source.line("bands", "matrix", grade)
        for name, least in sorted(row.items(), key=lambda cell: -cell[1]):
            when = All((Test("grade", "equals", grade, where), Test("activity", "at_least", least)))
            yield Band(name, when, where)
    yield Band(document.bands.otherwise, ALWAYS, source.line("bands", "otherwise"))


def _exclusions(
    document: ScoringDocument, source: Source, types: Types, timezone: str
) -> tuple[Exclusion, ...]:
    return tuple(
        Exclusion(
            rule.name,
            condition(rule.when, source, ("exclude", index, "when"), types),
            rule.reason,
            source.line("exclude", index),
            rule.for_,
            None if rule.until is None else _begins(rule.until, timezone),
            rule.stays,
        )
        for index, rule in enumerate(document.exclude)
    )


def _begins(day: date, timezone: str) -> datetime:
    """The moment at which a day begins in the project's zone."""
    return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)
