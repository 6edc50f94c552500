"""What a reminder says: short, with the moment itself and no relative dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from connector.model.person.contact import Contact
from connector.model.person.run import Run, Told
from connector.model.person.standing import Handover, Standing
from connector.model.rules import Calendar, Rulebook


class _Words(NamedTuple):
    clocks: Mapping[str, str]
    due: str
    overdue: str
    moment: str
    owner: str
    handed: str
    stage: str
    record: str


_ENGLISH = _Words(
    {"answer": "Answer", "contacted": "First contact", "outcome": "Outcome"},
    "{clock} due {moment}",
    "{clock} overdue since {moment}",
    "%Y-%m-%d, %H:%M",
    "Owner: {}",
    "Handed over: {}",
    "Stage: {}",
    "Record: {}",
)
_GERMAN = _Words(
    {"answer": "Antwort", "contacted": "Erster Kontakt", "outcome": "Ergebnis"},
    "{clock} fällig am {moment}",
    "{clock} überfällig seit {moment}",
    "%d.%m.%Y, %H:%M Uhr",
    "Zuständig: {}",
    "Übergeben: {}",
    "Stufe: {}",
    "Datensatz: {}",
)


def _words(book: Rulebook) -> _Words:
    return _GERMAN if book.language.lower().partition("-")[0] == "de" else _ENGLISH


def _at(words: _Words, calendar: Calendar, at: datetime) -> str:
    return at.astimezone(ZoneInfo(calendar.timezone)).strftime(words.moment)


def subject(book: Rulebook, run: Run, told: Told, calendar: Calendar) -> str:
    """The rule's own, else `Answer due 2026-11-23, 10:30`."""
    words = _words(book)
    if told.subject or run.due is None:
        return told.subject or run.clock
    clock = words.clocks.get(run.clock) or run.clock.replace("_", " ").capitalize()
    form = words.overdue if told.at >= run.due else words.due
    return form.format(clock=clock, moment=_at(words, calendar, run.due))


def body(
    book: Rulebook,
    contact: Contact,
    standing: Standing,
    handover: Handover,
    calendar: Calendar,
    record: str,
) -> str:
    """Who it is about, whose lead it is, why it was handed over, and where it is found."""
    words = _words(book)
    names = (contact.value(name) for name in ("first_name", "last_name"))
    who = " ".join(str(name) for name in names if name)
    company = contact.value("company")
    lines = [
        ", ".join(str(part) for part in (who, company) if part),
        words.owner.format(standing.owner),
        words.handed.format(_at(words, calendar, handover.at)),
        words.stage.format(standing.stage),
        words.record.format(record) if record else "",
        "",
        standing.shown.explanation if standing.shown else "",
    ]
    return (
        "\n".join(line for number, line in enumerate(lines) if line or number == 5).strip() + "\n"
    )
