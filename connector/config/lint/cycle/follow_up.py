"""rules/follow_up.yaml: calendars, pauses, suspicions; clocks in a module of their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from connector.config.compiled.holiday import YEARS, holidays_of
from connector.config.contents import Files
from connector.config.documents import FollowUpDocument
from connector.config.documents.rules.follow_up import CalendarDocument, OwnCalendarDocument
from connector.config.lint.cycle.clocks import check_clocks, outcomes_shown, unseen
from connector.config.lint.mapped.owners import address
from connector.config.lint.names import declared, listed, twice
from connector.config.lint.zone import timezone
from connector.config.validate import File
from connector.config.yaml import Path, Source
from connector.model.problem import Problem
from connector.model.rules.follow_up import DEFAULT

MOMENTS = ("date", "datetime")
AHEAD = 2  # years for which clocks may be set


def check_follow_up(files: Files) -> Iterator[Problem]:
    if files.follow_up is None:
        return
    document, source = files.follow_up.document, files.follow_up.source
    yield from _calendar(document.calendar, source, ("calendar",))
    yield from twice("calendar", source, listed(("calendars",), document.calendars))
    for index, calendar in enumerate(document.calendars):
        yield from _calendar(calendar, source, ("calendars", index))
    yield from _whose(files, files.follow_up)
    yield from check_clocks(files)
    yield from _grades(files, files.follow_up)
    yield from _pauses(files, files.follow_up)
    yield from _suspicious(files, files.follow_up)


def _calendar(document: CalendarDocument, source: Source, path: Path) -> Iterator[Problem]:
    if not document.hours:
        hint = 'write {mon-thu: "08:00-17:00", fri: "08:00-15:00"}'
        yield Problem(source.at(*path, "hours"), "no working hours", hint)
    if document.timezone is not None:
        yield from timezone(document.timezone, source.at(*path, "timezone"))
    if isinstance(document, OwnCalendarDocument) and document.name == DEFAULT:
        hint = 'give it another name; "calendar" above is everybody\'s'
        yield Problem(source.at(*path, "name"), f'no calendar can be called "{DEFAULT}"', hint)
    if document.holidays is not None:
        yield from _holidays(document.holidays, source.at(*path, "holidays"))


def _holidays(code: str, where: str) -> Iterator[Problem]:
    try:
        holidays_of(code)
    except LookupError as error:
        text = f'no holidays are known for "{code}"'
        yield Problem(where, text, str(error.args[0]))
        return
    last = YEARS[-1]
    if datetime.now(UTC).year + AHEAD > last:
        text = f"holidays are known until the end of {last} only"
        yield Problem(where, text, "install a newer leadcycle", "warning")


def _whose(files: Files, file: File[FollowUpDocument]) -> Iterator[Problem]:
    """Everybody has one calendar."""
    pools = files.routing.document.pools if files.routing else None
    named: dict[str, str] = {}
    members: dict[str, str] = {}
    for index, calendar in enumerate(file.document.calendars):
        path: Path = ("calendars", index)
        for number, owner in enumerate(calendar.owners):
            where = file.source.at(*path, "owners", number)
            yield from address(owner, where)
            yield from _other(named, owner.lower(), calendar.name, where)
    for index, calendar in enumerate(file.document.calendars):
        for number, pool in enumerate(calendar.pools):
            where = file.source.at("calendars", index, "pools", number)
            yield from declared("pool", pool, tuple(pools) if pools is not None else None, where)
            for member in pools[pool].members if pools and pool in pools else ():
                if member.lower() not in named:
                    yield from _other(members, member.lower(), calendar.name, where)


def _other(seen: dict[str, str], owner: str, name: str, where: str) -> Iterator[Problem]:
    first = seen.setdefault(owner, name)
    if first != name:
        hint = f'name {owner} under "owners" of one calendar'
        yield Problem(where, f'{owner} has the calendar "{first}" already', hint)


def _pauses(files: Files, file: File[FollowUpDocument]) -> Iterator[Problem]:
    document, source = file.document, file.source
    yield from twice("pause", source, listed(("pauses",), document.pauses))
    fields = files.fields.document.fields if files.fields else None
    clocks = tuple(clock.name for clock in document.clocks)
    for index, pause in enumerate(document.pauses):
        path: Path = ("pauses", index)
        for key in ("until", "reason"):
            name = getattr(pause, key)
            if name is not None:
                yield from declared("field", name, fields, source.at(*path, key))
        if fields and pause.until in fields and fields[pause.until].type not in MOMENTS:
            text = f"{pause.until} holds no day or moment"
            yield Problem(source.at(*path, "until"), text, "name a field of type date or datetime")
        for number, clock in enumerate(pause.clocks):
            yield from declared("clock", clock, clocks, source.at(*path, "clocks", number))
        if pause.longest is None:
            text, hint = f'"{pause.name}" may last for ever', 'add "longest", e.g. 10d'
            yield Problem(source.at(*path), text, hint, "warning")


def _suspicious(files: Files, file: File[FollowUpDocument]) -> Iterator[Problem]:
    document, source = file.document, file.source
    yield from twice("suspicion", source, listed(("suspicious",), document.suspicious))
    shown = outcomes_shown(files)
    for index, rule in enumerate(document.suspicious):
        where = source.at("suspicious", index)
        yield from unseen(rule.after, shown, where, "this is never suspicious")
        if rule.after in rule.without:
            text = f'"{rule.name}" waits for what has happened'
            yield Problem(where, text, f'remove {rule.after} from "without"')


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
