"""rules/nurture.yaml: streams that can be entered, ladders that lead somewhere, a share that leaves somebody."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from connector.config.compiled.condition import Types, condition
from connector.config.contents import Files
from connector.config.documents.rules.nurture import NurtureDocument, StreamDocument
from connector.config.lint.conditions.implies import implies
from connector.config.lint.conditions.vocabulary import lists_of
from connector.config.lint.names import declared, listed, twice
from connector.config.validate import File
from connector.config.yaml import Source
from connector.model.problem import Problem


def check_nurture(files: Files) -> Iterator[Problem]:
    if files.nurture is None:
        return
    document, source = files.nurture.document, files.nurture.source
    yield from twice("stream", source, listed(("streams",), document.streams))
    yield from twice("ladder", source, listed(("reactivation",), document.reactivation))
    yield from _shadowed(files.nurture, lists_of(files))
    yield from _nobody_asks(files, document, source)
    yield from _without_a_list(files, document, source)
    for index, stream in enumerate(document.streams):
        yield from _limits(stream, index, document, source)
    yield from _mails(files, document, source)
    yield from _ladders(files, document, source)
    yield from _hold_out(document, source)


def _nobody_asks(files: Files, document: NurtureDocument, source: Source) -> Iterator[Problem]:
    if files.lifecycle is None:
        return
    lifecycle = files.lifecycle.document
    asked = {back.stream for back in lifecycle.back} | {ask.stream for ask in lifecycle.ask}
    asked |= {step for ladder in document.reactivation for step in ladder.steps}
    for index, stream in enumerate(document.streams):
        if stream.asked and stream.name not in asked:
            yield Problem(
                source.at("streams", index),
                f'nothing asks for the stream "{stream.name}"',
                "name it in rules/lifecycle.yaml, or in a ladder of this file",
                "warning",
            )


def _without_a_list(files: Files, document: NurtureDocument, source: Source) -> Iterator[Problem]:
    listed_in = {name for file in files.platforms for name in file.document.streams}
    for index, stream in enumerate(document.streams):
        if files.whole("mappings/") and stream.name not in listed_in:
            yield Problem(
                source.at("streams", index),
                f'no platform has a list for the stream "{stream.name}"',
                'add it under "streams" of a mapping',
                "warning",
            )


def _shadowed(file: File[NurtureDocument], lists: Types) -> Iterator[Problem]:
    """Streams that are asked for stand outside the order of the others; one that ends or is used up leaves people over."""
    free = [
        (index, stream) for index, stream in enumerate(file.document.streams) if not stream.asked
    ]
    found = {
        index: condition(stream.when, file.source, ("streams", index, "when"), lists)
        for index, stream in free
    }
    for place, (index, stream) in enumerate(free):
        for number, other in free[:place]:
            endless = other.for_ is None and other.mails is None and other.until is None
            goes_on = other.while_working or not stream.while_working
            if endless and goes_on and implies(found[index], found[number]):
                yield Problem(
                    file.source.at("streams", index),
                    f'the stream "{stream.name}" can never be reached',
                    f'"{other.name}" above takes all of it',
                )
                break


def _limits(
    stream: StreamDocument, index: int, document: NurtureDocument, source: Source
) -> Iterator[Problem]:
    if stream.mails is not None and document.mails is None:
        yield Problem(
            source.key("streams", index, "mails"),
            "nobody counts the mails",
            "add mails: and the name of a signal with half_life: never to this file",
        )
    if stream.again_after is not None and stream.for_ is None and stream.mails is None:
        where = source.key("streams", index, "again_after")
        yield Problem(
            where, '"again_after" of a stream that is never exhausted', "add for or mails"
        )


def _mails(files: Files, document: NurtureDocument, source: Source) -> Iterator[Problem]:
    """Mails are counted by a sum that does not fade and forgets nothing."""
    if document.mails is None or files.scoring is None:
        return
    where, activity = source.at("mails"), files.scoring.document.activity
    signals = {signal.name: signal for signal in activity.signals}
    yield from declared("signal", document.mails, tuple(signals), where)
    signal = signals.get(document.mails)
    if signal is None:
        return
    if (signal.half_life or activity.half_life) != "never":
        yield Problem(where, f'the signal "{signal.name}" fades', "give it half_life: never")
    if signal.window or signal.at_most:
        hint = "remove window and at_most from it"
        yield Problem(where, f'the signal "{signal.name}" does not count all of them', hint)


def _ladders(files: Files, document: NurtureDocument, source: Source) -> Iterator[Problem]:
    streams = {stream.name: stream for stream in document.streams}
    stages = files.lifecycle.document.stages if files.lifecycle else None
    for index, ladder in enumerate(document.reactivation):
        for number, stage in enumerate(ladder.stages):
            yield from declared(
                "stage", stage, stages, source.at("reactivation", index, "stages", number)
            )
        for number, step in enumerate(ladder.steps):
            where = source.at("reactivation", index, "steps", number)
            yield from declared("stream", step, tuple(streams), where)
            if step in ladder.steps[:number]:
                yield Problem(where, f'the step "{step}" stands here twice', "name every step once")
            elif step in streams and not streams[step].asked:
                message = f'people enter the stream "{step}" also without this ladder'
                yield Problem(where, message, "add asked: true to the stream")
    yield from _pace(document, source, stages)


def _pace(
    document: NurtureDocument, source: Source, stages: tuple[str, ...] | None
) -> Iterator[Problem]:
    """The further somebody has come, the sooner they are asked again."""
    if stages is None:
        return
    rank = {stage: place for place, stage in enumerate(stages)}
    paces = [
        (max(rank.get(stage, -1) for stage in ladder.stages), index, ladder)
        for index, ladder in enumerate(document.reactivation)
        if ladder.stages
    ]
    for (low, _, early), (high, index, late) in combinations(sorted(paces, key=lambda p: p[0]), 2):
        if low < high and late.every > early.every:
            yield Problem(
                source.at("reactivation", index, "every"),
                f'"{late.name}" is for later stages and slower than "{early.name}"',
                "be more frequent the further people have come",
                "warning",
            )


def _hold_out(document: NurtureDocument, source: Source) -> Iterator[Problem]:
    found = document.hold_out
    if found is None:
        return
    names = tuple(stream.name for stream in document.streams)
    for index, name in enumerate(found.streams):
        yield from declared("stream", name, names, source.at("hold_out", "streams", index))
    if found.share == 1:
        where = source.at("hold_out", "share")
        yield Problem(where, "nobody is left to be in the streams", "hold out a part: 10%")
