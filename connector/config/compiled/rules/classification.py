"""rules/classification.yaml, and the channels of rules/costs.yaml, as values."""

from __future__ import annotations

from collections.abc import Sequence

from connector.config.compiled.condition import Types, condition, optional
from connector.config.documents.rules.classification import (
    ClassificationDocument,
    KindDocument,
    OriginDocument,
    TargetedDocument,
)
from connector.config.documents.rules.costs import ChannelDocument, CostsDocument
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


def channels(file: File[CostsDocument] | None, types: Types) -> tuple[Channel, ...]:
    if file is None:
        return ()
    return tuple(
        _channel(channel, index, file.source, types)
        for index, channel in enumerate(file.document.channels)
    )


def _channel(document: ChannelDocument, index: int, source: Source, types: Types) -> Channel:
    path = ("channels", index)
    touches = tuple(
        TouchRule(
            touch.kind,
            condition(touch.when, source, (*path, "touches", number, "when"), {}),
            source.line(*path, "touches", number),
        )
        for number, touch in enumerate(document.touches)
    )
    return Channel(
        document.name,
        source.line(*path),
        optional(document.match, source, (*path, "match"), types),
        touches,
        document.free,
    )
