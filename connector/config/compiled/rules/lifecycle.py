"""rules/lifecycle as a value."""

from __future__ import annotations

from collections.abc import Iterator

from connector.config.compiled.condition import Types, condition, optional
from connector.config.documents.rules.lifecycle import (
    BackDocument,
    LifecycleDocument,
    NeedDocument,
    TransitionDocument,
)
from connector.config.validate import File
from connector.config.yaml import Source
from connector.model.person.standing import MAIN
from connector.model.rules import Ask, Guard, Lifecycle, Need, Track, Transition


def lifecycle(file: File[LifecycleDocument], types: Types) -> Lifecycle:
    document, source = file.document, file.source
    needs = document.hand_over_needs
    return Lifecycle(
        stages=document.stages,
        start=document.start,
        hand_over=document.hand_over,
        transitions=tuple(_transitions(document, source, types)),
        working=document.working,
        required=tuple(need.field for need in needs if not _only_some(need)),
        consent=optional(document.hand_over_consent, source, ("hand_over_consent",), types),
        rejection_reasons=tuple(
            (reason, label or reason) for reason, label in document.rejection_reasons.items()
        ),
        aside=document.aside,
        skip=document.allow_skip,
        needs=tuple(
            Need(need.field, condition(need.when, source, ("hand_over_needs", n, "when"), types))
            for n, need in enumerate(needs)
            if _only_some(need)
        ),
        asks=tuple(_asks(document, source)),
        guards=tuple(
            Guard(
                guard.name,
                condition(guard.when, source, ("guard", n, "when"), types),
                source.line("guard", n),
            )
            for n, guard in enumerate(document.guard)
        ),
        renamed=tuple(_renamed(document)),
        renamed_where=source.line("renamed") if document.renamed else "",
        tracks=tuple(_tracks(document, source, types)),
        main_label=next((t.label or "" for t in document.tracks if t.name == MAIN), ""),
    )


def _only_some(need: NeedDocument) -> bool:
    return bool(need.when.model_fields_set)


def _asks(document: LifecycleDocument, source: Source) -> Iterator[Ask]:
    for n, ask in enumerate(document.ask):
        where = source.line("ask", n)
        yield Ask(ask.name, ask.fields, where, ask.stream or "", ask.task or "", ask.keep)


def _renamed(document: LifecycleDocument) -> Iterator[tuple[str, str]]:
    """Where each old name leads in the end: a stage may have been renamed twice."""
    for old in document.renamed:
        new, steps = document.renamed[old], 0
        while new in document.renamed and steps < len(document.renamed):
            new, steps = document.renamed[new], steps + 1
        yield old, new


def _tracks(document: LifecycleDocument, source: Source, types: Types) -> Iterator[Track]:
    for n, track in enumerate(document.tracks):
        if track.name != MAIN:
            when = condition(track.when, source, ("tracks", n, "when"), types)
            where = source.line("tracks", n)
            yield Track(track.name, where, track.label or "", when, track.start or "")


def _transitions(document: LifecycleDocument, source: Source, types: Types) -> Iterator[Transition]:
    for index, way in enumerate(document.transitions):
        yield _transition(way, source, "transitions", index, types)
    for index, back in enumerate(document.back):
        yield _transition(back, source, "back", index, types)


def _transition(
    way: TransitionDocument | BackDocument, source: Source, section: str, index: int, types: Types
) -> Transition:
    back = way if isinstance(way, BackDocument) else None
    forward = way if isinstance(way, TransitionDocument) else None
    return Transition(
        name=way.name,
        before=way.from_,
        after=way.to,
        when=condition(way.when, source, (section, index, "when"), types),
        where=source.line(section, index),
        back=back is not None,
        hold_for=way.hold_for,
        rest=back.rest if back else None,
        breaks_rest=forward.breaks_rest if forward else False,
        stream=(back.stream or "") if back else "",
        needs=forward.needs if forward else (),
        despite_guard=way.despite_guard,
    )
