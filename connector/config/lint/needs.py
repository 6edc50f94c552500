"""rules/lifecycle.yaml: what a hand-over needs, and who asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from connector.config.contents import Files
from connector.config.documents.lifecycle import LifecycleDocument
from connector.config.lint.names import declared, listed, twice
from connector.config.lint.vocabulary import streams_of
from connector.config.yaml import Source
from connector.model.problem import Problem


def check_needs(files: Files, document: LifecycleDocument, source: Source) -> Iterator[Problem]:
    known = tuple(files.fields.document.fields) if files.fields else None
    for index, need in enumerate(document.hand_over_needs):
        yield from declared("field", need.field, known, source.at("hand_over_needs", index))
    for index, way in enumerate(document.transitions):
        for number, name in enumerate(way.needs):
            where = source.at("transitions", index, "needs", number)
            yield from declared("field", name, known, where)
    yield from twice("guard", source, listed(("guard",), document.guard))
    yield from twice("rule", source, listed(("ask",), document.ask))
    yield from _asked(files, document, source, known)


def _asked(
    files: Files, document: LifecycleDocument, source: Source, known: tuple[str, ...] | None
) -> Iterator[Problem]:
    needed = {need.field for need in document.hand_over_needs}
    needed |= {name for way in document.transitions for name in way.needs}
    for index, ask in enumerate(document.ask):
        for number, name in enumerate(ask.fields):
            where = source.at("ask", index, "fields", number)
            yield from declared("field", name, known, where)
            if name not in needed and (known is None or name in known):
                hint = "add it to hand_over_needs, or to the needs of a transition"
                yield Problem(where, f"no hand-over needs {name}", hint, "warning")
        if ask.stream is not None:
            where = source.at("ask", index, "stream")
            yield from declared("stream", ask.stream, streams_of(files), where)
