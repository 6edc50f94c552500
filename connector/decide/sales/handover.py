"""What a hand-over needs, who already owns the lead, and until when an answer is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from connector.decide.clock import add_working, working
from connector.decide.conditions.condition import Holds
from connector.decide.facts import Facts
from connector.decide.follow_up.timing import length
from connector.decide.sales.outcomes import answered
from connector.model.person.contact import Contact, Value
from connector.model.person.decision import Beside
from connector.model.person.standing import MAIN, Handover, Standing
from connector.model.roster import Roster
from connector.model.rules import FollowUp
from connector.model.systems.ref import Ref


def obstacles(
    may: Holds, facts: Facts, excluded: str, lacking: tuple[str, ...], guard: str
) -> tuple[str, ...]:
    """Why a hand-over must wait, one entry per cause; empty if nothing is in its way."""
    waits = [f"excluded: {excluded}"] if excluded else []
    waits += [f"needs {name}" for name in lacking]
    waits += [] if may(facts.get) else ["no consent"]
    waits += [f"guarded: {guard}"] if guard else []
    return tuple(waits)


def crm_owner(contact: Contact, roster: Roster) -> tuple[str, datetime] | None:
    """Who owns the person's record in the CRM, and since when we know; a user who is not in the roster goes by the ref."""
    shown: Value | None = contact.fields.get("owner")
    if shown is None or not isinstance(shown.value, str):
        return None
    try:
        owner = roster.of(Ref.parse(shown.value))
    except ValueError:
        return None
    return (shown.value if owner is None else owner.key), shown.at


def _taken_over(handover: Handover, standing: Standing, contact: Contact, roster: Roster) -> str:
    """The owner: a rep's change of owner after the hand-over stands; an owner whom we wrote was nobody's change."""
    found = crm_owner(contact, roster)
    if found is None or found[1] <= handover.at or _written_by_us(contact):
        return standing.owner
    return found[0]


def _written_by_us(contact: Contact) -> bool:
    """Whether the owner shown is the one we wrote there: on another lead of this person it may be another one."""
    shown = contact.fields["owner"]
    observed = contact.observed.get(shown.source, {}).values()
    return any(seen.ours and (seen.value, seen.at) == (shown.value, shown.at) for seen in observed)


def by_hand(standing: Standing, contact: Contact, roster: Roster) -> bool:
    """Whether somebody has given the lead to its present owner since the hand-over: that stands."""
    found, handover = crm_owner(contact, roster), standing.handover
    if found is None or handover is None or found[0] != standing.owner:
        return False
    return found[1] > handover.at and not _written_by_us(contact)


def _answering(owner: str, roster: Roster) -> str:
    """Who answers instead of an owner who has left; nobody named, or nobody left of those: the same."""
    if not roster.left(owner):
        return owner
    known = ((key, roster.named(key)) for key in roster.stand_ins(owner))
    return next((key for key, found in known if found is not None and found.active), owner)


def owns(standing: Standing, beside: Iterable[Beside]) -> bool:
    """Whether the owner of the person's records is the one of this track: of `main` as long as somebody has the lead there."""
    return standing.track == MAIN or not any(one.owner for one in beside if one.track == MAIN)


def followed(
    standing: Standing, contact: Contact, roster: Roster, *, mine: bool = True
) -> Standing:
    """The standing with what happened in the CRM since the hand-over: another owner, an answer, a first contact.

    Not `mine`: the records belong to another track, and whoever gets them gets nothing of this one.
    A lead that waits for the answer of somebody who has left goes on to the substitute; its clock does not start again.
    """
    handover = standing.handover
    if handover is None:
        return standing
    owner = _taken_over(handover, standing, contact, roster) if mine else standing.owner
    told = answered(handover, contact, standing)
    if told.open:
        owner = _answering(owner, roster)
    if owner != standing.owner:
        told = replace(told, owner=owner)
    return standing if told == handover else standing.at(owner=owner, handover=told)


def answer_due(rules: FollowUp, grade: str, now: datetime, owner: str) -> datetime | None:
    """The end of the answer clock in the owner's working time; None without a clock for this grade or without working hours."""
    span = None if rules.answer is None else rules.answer.span(grade)
    calendar = rules.named(rules.calendar_of(owner))
    if span is None or not working(calendar):
        return None
    return add_working(calendar, now, length(span, calendar))


def overdue(standing: Standing, now: datetime) -> bool:
    """Whether the answer's time has run out; the due moment itself is the first that is too late."""
    handover = standing.handover
    due = None if handover is None or not handover.open else handover.answer_due
    return due is not None and now >= due
