"""rules/lifecycle and follow_up as values."""

from __future__ import annotations

from collections.abc import Iterator

from connector.config.compiled.condition import Types, condition, optional
from connector.config.compiled.holiday import holidays_of
from connector.config.documents.follow_up import ClockDocument, FollowUpDocument
from connector.config.documents.lifecycle import BackDocument, LifecycleDocument, TransitionDocument
from connector.config.validate import File
from connector.config.yaml import Source
from connector.model.rules import Calendar, Clock, FollowUp, Lifecycle, Transition


def lifecycle(file: File[LifecycleDocument], types: Types) -> Lifecycle:
    document, source = file.document, file.source
    return Lifecycle(
        stages=document.stages,
        start=document.start,
        hand_over=document.hand_over,
        transitions=tuple(_transitions(document, source, types)),
        working=document.working,
        required=document.hand_over_needs,
        consent=optional(document.hand_over_consent, source, ("hand_over_consent",), types),
        rejection_reasons=tuple(
            (reason, label or reason) for reason, label in document.rejection_reasons.items()
        ),
    )


def _transitions(document: LifecycleDocument, source: Source, types: Types) -> Iterator[Transition]:
    for index, way in enumerate(document.transitions):
        yield _transition(way, source, "transitions", index, types)
    for index, back in enumerate(document.back):
        yield _transition(back, source, "back", index, types)


def _transition(
    way: TransitionDocument | BackDocument, source: Source, section: str, index: int, types: Types
) -> Transition:
    back = way if isinstance(way, BackDocument) else None
    return Transition(
        name=way.name,
        before=way.from_,
        after=way.to,
        when=condition(way.when, source, (section, index, "when"), types),
        where=source.line(section, index),
        back=back is not None,
        hold_for=way.hold_for,
        rest=back.rest if back else None,
        breaks_rest=way.breaks_rest if isinstance(way, TransitionDocument) else False,
        stream=(back.stream or "") if back else "",
    )


def follow_up(file: File[FollowUpDocument] | None, timezone: str) -> FollowUp:
    """Without a file nothing is measured: no hours, no clocks."""
    if file is None:
        return FollowUp(Calendar(timezone, {}))
    document = file.document.calendar
    calendar = Calendar(
        document.timezone or timezone, document.hours, holidays_of(document.holidays or "")
    )
    clocks = [_clock(clock, file.source, index) for index, clock in enumerate(file.document.clocks)]
    answer = next((clock for clock in clocks if clock.name == "answer"), None)
    return FollowUp(calendar, answer, tuple(clock for clock in clocks if clock is not answer))


def _clock(document: ClockDocument, source: Source, index: int) -> Clock:
    return Clock(
        document.name, document.within, source.line("clocks", index), document.task_subject or ""
    )
