"""rules/scoring.yaml as values."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from connector.config.compiled.condition import Types, condition, tests
from connector.config.compiled.digest import canonical, digest
from connector.config.documents.scoring import (
    ActivityDocument,
    CriterionDocument,
    ScoreDocument,
    ScoringDocument,
    SignalDocument,
)
from connector.config.validate import File
from connector.config.yaml import Path, Source
from connector.model.condition import ALWAYS
from connector.model.rules import (
    Activities,
    Band,
    Choice,
    Criterion,
    Exclusion,
    LeadEvent,
    Profile,
    Scoring,
    Signal,
)

HalfLife = timedelta | Literal["never"] | None


def scoring(file: File[ScoringDocument], types: Types, timezone: str) -> Scoring:
    document, source = file.document, file.source
    criteria = tuple(
        _criterion(criterion, source, ("profile", "criteria", index), types)
        for index, criterion in enumerate(document.profile.criteria)
    )
    return Scoring(
        profile=Profile(criteria, tuple(document.profile.grades.items())),
        activities=_activities(document.activity, source, timezone),
        bands=_bands(document, source, types),
        lead_events=tuple(
            LeadEvent(event.name, event.signal, event.within, source.line("lead_events", index))
            for index, event in enumerate(document.lead_events)
        ),
        exclusions=_exclusions(document, source, types),
    )


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


def _activities(document: ActivityDocument, source: Source, timezone: str) -> Activities:
    return Activities(
        tuple(
            _signal(signal, document.half_life, source, ("activity", "signals", index), timezone)
            for index, signal in enumerate(document.signals)
        )
    )


def _signal(
    document: SignalDocument, default: HalfLife, source: Source, path: Path, timezone: str
) -> Signal:
    half_life = _span(document.half_life or default)
    kept_by = [
        document.kind,
        canonical(document.when),
        half_life.total_seconds() if half_life else None,
        document.window.total_seconds() if document.window else None,
        [*document.at_most, timezone]
        if document.at_most
        else None,  # the zone says when a day ends
    ]
    return Signal(
        name=document.name,
        kind=document.kind,
        when=condition(document.when, source, (*path, "when"), {}),
        points=document.points,
        half_life=half_life,
        window=document.window,
        cap=document.cap,
        at_most=document.at_most,
        where=source.line(*path),
        digest=digest(kept_by),
    )


def _span(value: HalfLife) -> timedelta | None:
    return value if isinstance(value, timedelta) else None


def _bands(document: ScoringDocument, source: Source, types: Types) -> tuple[Band, ...]:
    return tuple(
        Band(
            band.name,
            condition(band.when, source, ("bands", index, "when"), types),
            source.line("bands", index),
        )
        for index, band in enumerate(document.bands)
    )


def _exclusions(document: ScoringDocument, source: Source, types: Types) -> tuple[Exclusion, ...]:
    return tuple(
        Exclusion(
            rule.name,
            condition(rule.when, source, ("exclude", index, "when"), types),
            rule.reason,
            source.line("exclude", index),
        )
        for index, rule in enumerate(document.exclude)
    )
