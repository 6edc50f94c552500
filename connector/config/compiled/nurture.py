"""rules/nurture.yaml as a value."""

from __future__ import annotations

from connector.config.compiled.condition import Types, condition, optional
from connector.config.documents.nurture import NurtureDocument
from connector.config.validate import File
from connector.model.rules import Nurture, Stream


def nurture(file: File[NurtureDocument] | None, types: Types) -> Nurture:
    if file is None:
        return Nurture()
    document, source = file.document, file.source
    streams = tuple(
        Stream(
            stream.name,
            condition(stream.when, source, ("streams", index, "when"), types),
            source.line("streams", index),
            stream.asked,
            stream.while_working,
            stream.purpose or document.purpose or "",
        )
        for index, stream in enumerate(document.streams)
    )
    return Nurture(streams, optional(document.consent, source, ("consent",), types))
