"""rules/follow_up.yaml: clocks that start and stop, ladders that reach somebody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from connector.config.contents import Files
from connector.config.documents import FollowUpDocument
from connector.config.documents.rules.follow_up import KNOWN, ClockDocument
from connector.config.lint.mapped.owners import address
from connector.config.lint.names import declared, listed, twice
from connector.config.near import did_you_mean
from connector.config.validate import File
from connector.config.yaml import Path, Source
from connector.decide.follow_up.ladder import MANAGER, ROLES, SUBSTITUTE
from connector.model.problem import Problem

ANSWER = "answer"
LONGEST = timedelta(hours=2000)  # about a year of work
DAYS = 250
Shown = frozenset[str] | None
NO_OUTCOMES = ("handed_over", "stage", "evidence")


def check_clocks(files: Files) -> Iterator[Problem]:
    """Every clock of the file, with its events and its ladder."""
    file = files.follow_up
    if file is None:
        return
    document, source = file.document, file.source
    yield from twice("clock", source, listed(("clocks",), document.clocks))
    shown = outcomes_shown(files)
    for index, clock in enumerate(document.clocks):
        path: Path = ("clocks", index)
        yield from _answer(clock, source, path)
        yield from _events(files, clock, source, path, shown)
        yield from _lengths(clock, source, path)
        yield from _ladder(files, file, clock, path)


def outcomes_shown(files: Files) -> Shown:
    """The outcomes that some line of mappings/outcomes.yaml shows; None if that is not known."""
    if files.outcomes is None:
        return None
    platforms = files.outcomes.document.platforms().values()
    return frozenset(outcome for outcomes in platforms for outcome in outcomes)


def unseen(kind: str, shown: Shown, where: str, what: str) -> Iterator[Problem]:
    """A warning for an outcome that nothing ever shows."""
    if shown is not None and kind not in shown and kind not in NO_OUTCOMES:
        text, hint = f"nothing shows {kind}: {what}", "add it to mappings/outcomes.yaml"
        yield Problem(where, text, hint, "warning")


def _answer(clock: ClockDocument, source: Source, path: Path) -> Iterator[Problem]:
    """The CRM shows its end as the moment until which an answer is due."""
    if clock.name != ANSWER:
        return
    start, stops = KNOWN[ANSWER]
    if clock.starts is not None and clock.starts != (start, ""):
        yield _fixed("starts", start, source.at(*path, "starts"))
    if clock.stops is not None and {kind for kind, _ in clock.stops} != set(stops):
        yield _fixed("stops", " or ".join(stops), source.at(*path, "stops"))


def _fixed(key: str, right: str, where: str) -> Problem:
    hint = "remove the line, or give the clock another name"
    return Problem(where, f"the clock answer {key} with {right}", hint)


def _events(
    files: Files, clock: ClockDocument, source: Source, path: Path, shown: Shown
) -> Iterator[Problem]:
    stages = files.lifecycle.document.stages if files.lifecycle else None
    begun, ends = clock.began(), clock.ended()
    places = [(begun, source.at(*path, "starts"))]
    places += [(end, source.at(*path, "stops", number)) for number, end in enumerate(ends)]
    for (kind, name), where in places:
        if kind == "stage":
            yield from declared("stage", name, stages, where)
    yield from unseen(begun[0], shown, places[0][1], "this clock never starts")
    if shown is not None and not any(kind in shown or kind in NO_OUTCOMES for kind, _ in ends):
        yield from unseen(ends[0][0], shown, places[1][1], "it never stops this clock")


def _lengths(clock: ClockDocument, source: Source, path: Path) -> Iterator[Problem]:
    spans: list[tuple[Path, timedelta | int]] = [
        (("within", grade), span) for grade, span in clock.within.items()
    ]
    spans += [
        (("on_breach", n, "after"), rung.after)
        for n, rung in enumerate(clock.on_breach)
        if rung.after is not None
    ]
    for step, span in spans:
        if (span > DAYS) if isinstance(span, int) else (span > LONGEST):
            where = source.at(*path, *step)
            yield Problem(where, "more than a year of work", "write a shorter time")


def _ladder(
    files: Files, file: File[FollowUpDocument], clock: ClockDocument, path: Path
) -> Iterator[Problem]:
    rungs: list[tuple[Path, tuple[str, ...], tuple[str, ...]]] = [
        (("remind", n), rung.tell, rung.by) for n, rung in enumerate(clock.remind)
    ]
    rungs += [(("on_breach", n), rung.tell, rung.by) for n, rung in enumerate(clock.on_breach)]
    for step, tell, by in rungs:
        for number, word in enumerate(tell):
            yield from _told(files, word, file.source.at(*path, *step, "tell", number))
        if tell:
            yield from _ways(files, by, file.source.at(*path, *step))


def _told(files: Files, word: str, where: str) -> Iterator[Problem]:
    if word not in ROLES:
        if "@" in word:
            yield from address(word, where)
        else:
            hint = did_you_mean(word, ROLES) or f"write {', '.join(ROLES)} or an address"
            yield Problem(where, f'nobody is called "{word}"', hint)
    elif word == SUBSTITUTE and files.whole("mappings/") and not _substitutes(files):
        hint = "name one in mappings/owners.yaml"
        yield Problem(where, "nobody has a substitute", hint, "warning")
    elif word == MANAGER and files.whole("mappings/") and not _managers(files):
        hint = "add manager: ManagerId to the record that is: owner"
        yield Problem(where, "no mapping reads who manages whom", hint, "warning")


def _substitutes(files: Files) -> bool:
    entries = files.owners.document.owners.values() if files.owners else ()
    return any(entry.substitute for entry in entries)


def _managers(files: Files) -> bool:
    return any(
        "manager" in record.read
        for file in files.platforms
        for record in file.document.records.values()
        if record.is_ == "owner"
    )


def _ways(files: Files, by: tuple[str, ...], where: str) -> Iterator[Problem]:
    if "email" in by and files.project is not None and files.project.document.mail is None:
        hint = 'add "mail" to leadcycle.yaml, or write by: task'
        yield Problem(where, "no e-mail can be sent", hint)
    records = [record for file in files.platforms for record in file.document.records.values()]
    if "task" in by and files.whole("mappings/") and not any(record.task for record in records):
        hint = "add task: {key: …, subject: …} to a record, or write by: email"
        yield Problem(where, "no mapping says where tasks are created", hint)
