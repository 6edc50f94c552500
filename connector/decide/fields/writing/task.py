"""The follow-up task in the CRM: one for each hand-over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from connector.decide.fields.writing.ownership import Ownership
from connector.decide.ready import ready
from connector.decide.sales.handover import crm_owner
from connector.model.mapping.property import TaskWrite
from connector.model.person.contact import Contact
from connector.model.person.decision import Decision
from connector.model.person.standing import MAIN
from connector.model.roster import Roster
from connector.model.rules import Rulebook
from connector.model.systems.change import Change, Lane
from connector.model.systems.ref import Ref

LATER = 9
"""Hand-overs of one lead, each instead of the one before, that may have followed the one a restored store knows of."""


def task_change(
    book: Rulebook,
    decision: Decision,
    contact: Contact,
    task: TaskWrite | None,
    person: Ref,
    owned: Ownership,
    lane: Lane,
) -> Change | None:
    """Creates the task of an unanswered hand-over that has none yet. Properties as in api-contracts B.8. One of the hand-over before
    that somebody else has still is looked up: if it is open and untouched, it is passed on instead. Of a hand-over that the store
    had lost nobody knows how often it was passed on: its task is looked for under the keys of the next ones, too.

    `WhoId` names the person's record, which may be `new:…` and is then created before. The due day is the one on the
    calendar of those who answer. A queue cannot do a task: then nobody in person owns it.
    """
    handover = decision.standing.handover
    if task is None or handover is None or not handover.open:
        return None
    key, before = _key_of(decision, contact), _key_of(decision, contact, back=1)
    if key in contact.done:
        return None
    fields: dict[str, Any] = {"Subject": _subject(book, decision, task.subject)}
    fields["WhoId"] = {"ref": str(person)}
    if owned.ref is not None and not owned.queue:
        fields["OwnerId"] = owned.ref.id
    if handover.answer_due is not None:
        zone = ZoneInfo(book.follow_up.calendar.timezone)
        fields["ActivityDate"] = handover.answer_due.astimezone(zone).date().isoformat()
    made, old = _created(person, task, key, fields, lane, contact), contact.tasks.get(before)
    if contact.handed is not None and contact.handed.at == handover.at:
        later = (_key_of(decision, contact, back=-number) for number in range(1, LATER + 1))
        return replace(made, lookup={"aliases": " ".join(later)})
    shown = None if old is None else contact.observed.get(old, {}).get("OwnerId")
    if old is None or shown is None or old.platform != person.platform:
        return made
    with_another = fields.get("OwnerId", shown.form) not in shown.forms
    return replace(made, lookup={"task": old.id}) if with_another else made


def passed_on(
    decision: Decision, contact: Contact, task: TaskWrite | None, owned: Ownership, lane: Lane
) -> Change | None:
    """The task of a hand-over that is not rejected goes to whoever has the lead now, if we gave it to somebody else.

    The system is asked before: a task that is closed, or that a person has changed, stays as it is.
    """
    handover = decision.standing.handover
    if task is None or handover is None or handover.answer == "rejected":
        return None
    ref = contact.tasks.get(_key_of(decision, contact))
    shown = None if ref is None else contact.observed.get(ref, {}).get("OwnerId")
    if ref is None or shown is None or owned.ref is None or owned.queue:
        return None
    if owned.ref.platform != ref.platform or owned.ref.id in shown.forms:
        return None
    fields, base = {"OwnerId": owned.ref.id}, {"OwnerId": shown.form}
    key = _key_of(decision, contact)
    return Change(ref, fields, base, lane, 0, contact.id, key=key)


def ask_change(
    book: Rulebook,
    decision: Decision,
    contact: Contact,
    task: TaskWrite | None,
    person: Ref,
    roster: Roster,
    lane: Lane,
) -> Change | None:
    """Creates the task that asks for what a hand-over lacks, once for each hand-over to come; the record's owner does it."""
    asks = ready(book).ways.ask(decision.standing.asks)
    if task is None or asks is None or not asks.task:
        return None
    key = _key(contact.key, decision.track, f"ask-{decision.standing.handovers + 1}")
    if key in contact.done:
        return None
    subject = _subject(book, decision, asks.task)
    fields: dict[str, Any] = {"Subject": subject, "WhoId": {"ref": str(person)}}
    owner = crm_owner(contact, roster)
    found = None if owner is None else roster.named(owner[0])
    if found is not None and not found.queue and found.works_in(person.platform):
        ref = found.ref(person.platform)
        fields |= {} if ref is None else {"OwnerId": ref.id}
    return _created(person, task, key, fields, lane, contact)


def _key_of(decision: Decision, contact: Contact, back: int = 0) -> str:
    """Of the task of this hand-over, or of the one so many hand-overs before."""
    handover = decision.standing.handover
    number = 0 if handover is None else handover.number - back
    begun = contact.key if handover is None else handover.key or contact.key
    return _key(begun, decision.track, str(number))


def _key(contact: str, track: str, number: str) -> str:
    return "-".join((contact, *(() if track == MAIN else (track,)), number))


def _subject(book: Rulebook, decision: Decision, subject: str) -> str:
    """What is to be done; in which business field, if it is not the usual one."""
    track = decision.track
    return subject if track == MAIN else f"{subject} ({book.lifecycle.label(track)})"


def _created(
    person: Ref, task: TaskWrite, key: str, fields: dict[str, Any], lane: Lane, contact: Contact
) -> Change:
    return Change(
        ref=Ref(person.platform, task.kind, f"new:{key}"),
        fields=fields,
        base={},
        lane=lane,
        decision=0,
        contact=contact.id,
        key=key,
        create=True,
    )
