"""rules/follow_up.yaml and rules/nurture.yaml."""

from __future__ import annotations

from collections.abc import Iterator

from connector.config.compiled.condition import Types, condition
from connector.config.compiled.holiday import holidays_of
from connector.config.contents import Files
from connector.config.documents import FollowUpDocument, NurtureDocument
from connector.config.documents.lifecycle import LifecycleDocument
from connector.config.lint.implies import implies
from connector.config.lint.names import declared, listed, twice
from connector.config.lint.project import timezone
from connector.config.lint.vocabulary import lists_of
from connector.config.validate import File
from connector.model.problem import Problem


def check_follow_up(files: Files) -> Iterator[Problem]:
    if files.follow_up is None:
        return
    document, source = files.follow_up.document, files.follow_up.source
    calendar = document.calendar
    if not calendar.hours:
        yield Problem(
            source.at("calendar", "hours"),
            "no working hours",
            'write {mon-thu: "08:00-17:00", fri: "08:00-15:00"}',
        )
    if calendar.timezone is not None:
        yield from timezone(calendar.timezone, source.at("calendar", "timezone"))
    yield from _holidays(files.follow_up)
    yield from twice("clock", source, listed(("clocks",), document.clocks))
    yield from _grades(files, files.follow_up)


def _holidays(file: File[FollowUpDocument]) -> Iterator[Problem]:
    code = file.document.calendar.holidays
    if code is not None:
        try:
            holidays_of(code)
        except LookupError as error:
            yield Problem(
                file.source.at("calendar", "holidays"),
                f'no holidays are known for "{code}"',
                str(error.args[0]),
            )


def _grades(files: Files, file: File[FollowUpDocument]) -> Iterator[Problem]:
    if files.scoring is None:
        return
    grades = files.scoring.document.grades()
    for index, clock in enumerate(file.document.clocks):
        for grade in clock.within:
            where = file.source.key("clocks", index, "within", grade)
            yield from declared("grade", grade, (*grades, "*"), where)
        left = [grade for grade in grades if grade not in clock.within]
        if left and "*" not in clock.within:
            where = file.source.at("clocks", index, "within")
            yield Problem(
                where,
                f"no time is set for grade {', '.join(left)}",
                'add "*" for every other grade',
                "warning",
            )


def check_nurture(files: Files) -> Iterator[Problem]:
    if files.nurture is None:
        return
    document, source = files.nurture.document, files.nurture.source
    yield from twice("stream", source, listed(("streams",), document.streams))
    yield from _shadowed(files.nurture, lists_of(files))
    lifecycle = files.lifecycle.document if files.lifecycle else None
    asked = _asked(lifecycle) if lifecycle else None
    listed_in = {name for file in files.platforms for name in file.document.streams}
    for index, stream in enumerate(document.streams):
        where = source.at("streams", index)
        if stream.asked and asked is not None and stream.name not in asked:
            yield Problem(
                where,
                f'nothing asks for the stream "{stream.name}"',
                "name it in rules/lifecycle.yaml",
                "warning",
            )
        if files.whole("mappings/") and stream.name not in listed_in:
            yield Problem(
                where,
                f'no platform has a list for the stream "{stream.name}"',
                'add it under "streams" of a mapping',
                "warning",
            )


def _asked(lifecycle: LifecycleDocument) -> set[str | None]:
    return {back.stream for back in lifecycle.back} | {ask.stream for ask in lifecycle.ask}


def _shadowed(file: File[NurtureDocument], lists: Types) -> Iterator[Problem]:
    """Streams that are asked for stand outside the order of the others."""
    free = [
        (index, stream) for index, stream in enumerate(file.document.streams) if not stream.asked
    ]
    found = {
        index: condition(stream.when, file.source, ("streams", index, "when"), lists)
        for index, stream in free
    }
    for place, (index, stream) in enumerate(free):
        for number, other in free[:place]:
            if implies(found[index], found[number]) and (
                other.while_working or not stream.while_working
            ):
                yield Problem(
                    file.source.at("streams", index),
                    f'the stream "{stream.name}" can never be reached',
                    f'"{other.name}" above takes all of it',
                )
                break
