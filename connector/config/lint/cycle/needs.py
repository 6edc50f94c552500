"""rules/lifecycle.yaml: what a hand-over needs, and who asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from connector.config.contents import Files
from connector.config.documents.rules.lifecycle import LifecycleDocument, TransitionDocument
from connector.config.lint.conditions.vocabulary import streams_of
from connector.config.lint.cycle.stages import from_
from connector.config.lint.names import declared, listed, twice
from connector.config.yaml import Source
from connector.model.problem import Problem


def check_needs(files: Files, document: LifecycleDocument, source: Source) -> Iterator[Problem]:
    known = tuple(files.fields.document.fields) if files.fields else None
    for index, need in enumerate(document.hand_over_needs):
        yield from declared("field", need.field, known, source.at("hand_over_needs", index))
    for index, way in enumerate(document.transitions):
        if way.needs and not _hands_over(document, way):
            where = source.key("transitions", index, "needs")
            said = f'"{way.name}" hands nobody over, it needs nothing'
            hint = f"remove the line; only a way to {document.hand_over} or beyond hands over"
            yield Problem(where, said, hint, "warning")
        for number, name in enumerate(way.needs):
            where = source.at("transitions", index, "needs", number)
            yield from declared("field", name, known, where)
    yield from twice("guard", source, listed(("guard",), document.guard))
    yield from twice("rule", source, listed(("ask",), document.ask))
    yield from _asked(files, document, source, known)


def _hands_over(document: LifecycleDocument, way: TransitionDocument) -> bool:
    stages = document.stages
    if way.to not in stages or document.hand_over not in stages:
        return True  # told elsewhere
    line = stages.index(document.hand_over)
    below = [one not in stages or stages.index(one) < line for one in from_(document, way)]
    return stages.index(way.to) >= line and any(below)


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
