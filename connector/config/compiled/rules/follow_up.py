"""rules/follow_up.yaml as values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from connector.config.compiled.condition import Types, optional
from connector.config.compiled.holiday import holidays_of
from connector.config.documents.rules.follow_up import (
    CalendarDocument,
    ClockDocument,
    FollowUpDocument,
    PauseDocument,
    SuspicionDocument,
)
from connector.config.documents.rules.routing import RoutingDocument
from connector.config.validate import File
from connector.config.yaml import Source
from connector.model.rules import Calendar, Clock, FollowUp
from connector.model.rules.follow_up import DEFAULT, Event, Pause, Rung, Suspicion

ANSWER = "answer"


def follow_up(
    file: File[FollowUpDocument] | None,
    routing: File[RoutingDocument] | None,
    types: Types,
    timezone: str,
) -> FollowUp:
    """Without a file nothing is measured: no hours, no clocks."""
    if file is None:
        return FollowUp(Calendar(timezone, {}))
    document, source = file.document, file.source
    clocks = [_clock(clock, source, index) for index, clock in enumerate(document.clocks)]
    answer = next((clock for clock in clocks if clock.name == ANSWER), None)
    default = _calendar(document.calendar, timezone)
    own = {each.name: _calendar(each, timezone) for each in document.calendars}
    return FollowUp(
        default,
        answer,
        tuple(clock for clock in clocks if clock is not answer),
        {DEFAULT: default, **own},
        by_owner(document, routing.document if routing else None),
        tuple(_pause(pause, source, n, types) for n, pause in enumerate(document.pauses)),
        tuple(_suspicion(one, source, n) for n, one in enumerate(document.suspicious)),
    )


def _calendar(document: CalendarDocument, timezone: str) -> Calendar:
    closed = frozenset(date.fromisoformat(day) for day in document.closed)
    holidays = holidays_of(document.holidays or "") | closed
    return Calendar(document.timezone or timezone, document.hours, holidays)


def by_owner(document: FollowUpDocument, routing: RoutingDocument | None) -> Mapping[str, str]:
    """Whose calendar is another one: by name, else as the member of a pool; the first in the file counts."""
    found: dict[str, str] = {}
    for each in document.calendars:
        for owner in each.owners:
            found.setdefault(owner.lower(), each.name)
    pools = routing.pools if routing else {}
    for each in document.calendars:
        for pool in each.pools:
            for member in pools[pool].members if pool in pools else ():
                found.setdefault(member.lower(), each.name)
    return found


def _clock(document: ClockDocument, source: Source, index: int) -> Clock:
    return Clock(
        document.name,
        document.within,
        source.line("clocks", index),
        document.task_subject or "",
        _event(document.began()),
        tuple(_event(each) for each in document.ended()),
        tuple(_rungs(document, source, index)),
    )


def _event(written: tuple[str, str]) -> Event:
    return Event(*written)  # type: ignore[arg-type]  # the document takes no other kinds


def _rungs(document: ClockDocument, source: Source, index: int) -> Iterator[Rung]:
    for number, early in enumerate(document.remind):
        where = source.line("clocks", index, "remind", number)
        yield Rung(
            where, early.at, tell=_told(early.tell), by=early.by, subject=early.subject or ""
        )
    for number, late in enumerate(document.on_breach):
        yield Rung(
            source.line("clocks", index, "on_breach", number),
            after=late.after or timedelta(0),
            tell=_told(late.tell),
            by=late.by,
            reassign=bool(late.reassign),
            subject=late.subject or "",
        )


def _told(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.lower() for word in words)


def _pause(document: PauseDocument, source: Source, index: int, types: Types) -> Pause:
    return Pause(
        document.name,
        source.line("pauses", index),
        document.until or "",
        bool(document.owner_away),
        optional(document.when, source, ("pauses", index, "when"), types),
        document.reason or "",
        document.longest,
        document.clocks,
    )


def _suspicion(document: SuspicionDocument, source: Source, index: int) -> Suspicion:
    many = document.together
    return Suspicion(
        document.name,
        source.line("suspicious", index),
        document.after,
        document.without,
        document.working_days,
        document.evidence or "",
        None if many is None else (many.at_least, many.within),
    )
