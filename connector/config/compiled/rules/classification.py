"""rules/classification.yaml, and the channels of rules/costs.yaml, as values."""

from __future__ import annotations

from collections.abc import Sequence

from connector.config.compiled.condition import Types, condition, optional
from connector.config.compiled.rules.signals import of_people
from connector.config.documents.rules.classification import (
    ClassificationDocument,
    KindDocument,
    OriginDocument,
    TargetedDocument,
)
from connector.config.documents.rules.costs import ChannelDocument, CostsDocument
from connector.config.documents.rules.scoring import ScoringDocument
from connector.config.validate import File
from connector.config.yaml import Source
from connector.model.rules import Channel, Classification, Placing, TouchRule

Documents = Sequence[KindDocument | TargetedDocument | OriginDocument]


def classification(file: File[ClassificationDocument] | None, types: Types) -> Classification:
    if file is None:
        return Classification()
    document, source = file.document, file.source
    return Classification(
        kinds=_placings("classification", document.classification, source, types),
        targeted=_placings("targeted", document.targeted, source, types),
        origins=_placings("origin", document.origin, source, types),
        began=document.first_touch.fields,
    )


def _placings(section: str, rules: Documents, source: Source, types: Types) -> tuple[Placing, ...]:
    return tuple(
        Placing(
            rule.name,
            rule.is_,
            condition(rule.when, source, (section, index, "when"), types),
            source.line(section, index),
        )
        for index, rule in enumerate(rules)
    )


def channels(
    file: File[CostsDocument] | None, scoring: File[ScoringDocument], types: Types
) -> tuple[Channel, ...]:
    """No activity that betrays a machine is a touch."""
    if file is None:
        return ()
    return tuple(
        _channel(channel, index, file.source, scoring, types)
        for index, channel in enumerate(file.document.channels)
    )


def _channel(
    document: ChannelDocument,
    index: int,
    source: Source,
    scoring: File[ScoringDocument],
    types: Types,
) -> Channel:
    path = ("channels", index)
    touches = []
    for number, touch in enumerate(document.touches):
        when = condition(touch.when, source, (*path, "touches", number, "when"), {})
        by_people, _ = of_people(when, touch.kind, scoring.document.activity, scoring.source)
        touches.append(TouchRule(touch.kind, by_people, source.line(*path, "touches", number)))
    return Channel(
        document.name,
        source.line(*path),
        optional(document.match, source, (*path, "match"), types),
        tuple(touches),
        document.free,
    )
