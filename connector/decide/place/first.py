"""The first touch: the earliest that we know of a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from connector.model.person.contact import Contact
from connector.model.person.touch import Touch

MADE_BY = timedelta(hours=1)
"""A record that began so shortly before the first activity was made by it: a form makes the contact, then it is submitted."""


def first_touch(contact: Contact, began: Iterable[str], timezone: str) -> Touch | None:
    """The earliest activity, or the beginning of a record where that was clearly earlier; None where nothing is known.

    `began` are date fields that say when a record of theirs began; a day begins at midnight in `timezone`. Else a record begins
    when it is first seen. What is learned later can only move it back in time; of people who turn out to be one, the
    earlier one counts.
    """
    start = min(_beginnings(contact, began, timezone), key=lambda touch: touch.at, default=None)
    act = contact.first_activity
    if act is None or start is None:
        return act or start
    return act if act.at <= start.at + MADE_BY else start


def _beginnings(contact: Contact, began: Iterable[str], timezone: str) -> Iterator[Touch]:
    for name in began:
        at = _moment(contact.value(name), timezone)
        if at is not None:
            yield Touch(at, asset=name, evidence="field")
    if contact.first_seen is not None:
        yield Touch(contact.first_seen, evidence="seen")


def _moment(value: object, timezone: str) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), tzinfo=ZoneInfo(timezone)).astimezone(UTC)
    return None
