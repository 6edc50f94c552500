"""Tasks and e-mails for the rungs of a ladder that were reached: each has a key of its own, so that it is made once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from connector.decide.fields.writing.ownership import TABLE, UNMAPPED
from connector.decide.follow_up.words import body, subject
from connector.model.mapping.property import TaskWrite
from connector.model.person.contact import Contact
from connector.model.person.decision import Decision
from connector.model.person.run import Run, Told
from connector.model.person.standing import MAIN
from connector.model.problem import Problem
from connector.model.roster import Roster
from connector.model.rules import Rulebook
from connector.model.systems.change import Change, Lane
from connector.model.systems.ref import Ref

MAIL, MESSAGE = "mail", "message"
_SUFFIX = {"task": "", "email": "-mail"}


class Reminder(NamedTuple):
    """One message to one owner."""

    key: str
    to: str
    run: Run
    told: Told


def reminders(decision: Decision, contact: Contact, way: str) -> Iterator[Reminder]:
    """Those to be delivered this way and not delivered yet. Nobody is reminded of what has been answered."""
    handover = decision.standing.handover
    if handover is None:
        return
    for run in handover.runs:
        for told in run.told if run.running else ():
            for place, to in enumerate(told.to if way in told.by else ()):
                key = _key(handover.key or contact.key, decision.track, handover.number, run)
                key += f"-{told.step}" + (f"+{place}" if place else "") + _SUFFIX[way]
                if key not in contact.done:
                    yield Reminder(key, to, run, told)


def _key(contact: str, track: str, number: int, run: Run) -> str:
    return "-".join((contact, *(() if track == MAIN else (track,)), str(number), run.clock))


def tasks(
    book: Rulebook,
    decision: Decision,
    contact: Contact,
    roster: Roster,
    task: TaskWrite,
    person: Ref,
    lane: Lane,
) -> tuple[list[Change], list[Problem]]:
    """A task on the person's record for each; a problem where the system does not know who is to do it."""
    made, problems = [], []
    for one in reminders(decision, contact, "task"):
        owner = roster.named(one.to)
        ref = None if owner is None else owner.ref(person.platform)
        if owner is None or ref is None or not owner.works_in(person.platform):
            problems.append(_nobody(one, person))
            continue
        calendar = book.follow_up.named(book.follow_up.calendar_of(one.to))
        said = subject(book, one.run, one.told, calendar)
        fields = {"Subject": said, "WhoId": {"ref": str(person)}, "OwnerId": ref.id}
        if one.run.due is not None:
            day = one.run.due.astimezone(ZoneInfo(calendar.timezone)).date()
            fields["ActivityDate"] = day.isoformat()
        place = Ref(person.platform, task.kind, f"new:{one.key}")
        made.append(_made(place, fields, one.key, contact, lane))
    return made, problems


def _nobody(one: Reminder, person: Ref) -> Problem:
    text = f"{one.to} is to be told that a clock runs out, and is nobody who works in {person.platform}"
    hint = f"name somebody else in {one.told.where}, or add them to {TABLE}"
    return Problem(str(person), text, hint, code=UNMAPPED)


def mails(
    book: Rulebook, decision: Decision, contact: Contact, record: str, lane: Lane
) -> Iterator[Change]:
    """An e-mail for each; `record` is where the person is found."""
    standing = decision.standing
    for one in reminders(decision, contact, "email"):
        if "@" not in one.to or standing.handover is None:
            continue
        calendar = book.follow_up.named(book.follow_up.calendar_of(one.to))
        text = body(book, contact, standing, standing.handover, calendar, record)
        said = subject(book, one.run, one.told, calendar)
        fields = {"to": one.to, "subject": said, "text": text}
        yield _made(Ref(MAIL, MESSAGE, f"new:{one.key}"), fields, one.key, contact, lane)


def _made(ref: Ref, fields: Mapping[str, Any], key: str, contact: Contact, lane: Lane) -> Change:
    return Change(ref, fields, {}, lane, 0, contact.id, key=key, create=True)
