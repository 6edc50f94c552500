"""rules/nurture.yaml as a value."""

from __future__ import annotations

from collections.abc import Iterator

from connector.config.compiled.condition import Types, condition, optional
from connector.config.documents.rules.nurture import NurtureDocument
from connector.config.validate import File
from connector.config.yaml import Source
from connector.model.rules import HoldOut, Ladder, Nurture, Stream


def nurture(file: File[NurtureDocument] | None, types: Types) -> Nurture:
    if file is None:
        return Nurture()
    document, source = file.document, file.source
    return Nurture(
        tuple(_streams(document, source, types)),
        optional(document.consent, source, ("consent",), types),
        document.mails or "",
        tuple(_ladders(document, source, types)),
        _hold_out(document, source),
    )


def _streams(document: NurtureDocument, source: Source, types: Types) -> Iterator[Stream]:
    for index, stream in enumerate(document.streams):
        here = ("streams", index)
        yield Stream(
            name=stream.name,
            when=condition(stream.when, source, (*here, "when"), types),
            where=source.line(*here),
            asked=stream.asked,
            while_working=stream.while_working,
            purpose=stream.purpose or document.purpose or "",
            until=optional(stream.until, source, (*here, "until"), types),
            lasts=stream.for_,
            mails=stream.mails,
            again_after=stream.again_after,
        )


def _ladders(document: NurtureDocument, source: Source, types: Types) -> Iterator[Ladder]:
    for index, ladder in enumerate(document.reactivation):
        here = ("reactivation", index)
        yield Ladder(
            name=ladder.name,
            after=ladder.after,
            every=ladder.every,
            steps=ladder.steps,
            where=source.line(*here),
            stages=ladder.stages,
            when=condition(ladder.when, source, (*here, "when"), types),
            again_after=ladder.again_after,
        )


def _hold_out(document: NurtureDocument, source: Source) -> HoldOut | None:
    found = document.hold_out
    if found is None:
        return None
    return HoldOut(found.name, found.share, source.line("hold_out"), found.streams)
