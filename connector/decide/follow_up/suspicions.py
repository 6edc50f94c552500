"""Silent rejections: touched and then nothing, a status without any activity. A fact for people to look at, never written anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from connector.decide.clock import days_after, working
from connector.decide.follow_up.evidence import seen
from connector.model.person.contact import Contact
from connector.model.person.standing import Standing
from connector.model.rules import Lifecycle
from connector.model.rules.follow_up import Event, FollowUp, Suspicion


def open_suspicions(
    rules: FollowUp, cycle: Lifecycle, standing: Standing, contact: Contact
) -> Iterator[tuple[Suspicion, datetime]]:
    """Rules whose event has come and what should follow has not, with the moment from which that is suspicious.

    Nothing is while a clock stands still with a reason.
    """
    handover = standing.handover
    if handover is None or any(run.pause for run in handover.runs):
        return
    calendar = rules.named(rules.calendar_of(standing.owner))
    for rule in rules.suspicions if working(calendar) else ():
        began = seen(Event(rule.after, rule.evidence), standing, contact, cycle, None)
        if began is None or _followed(rule, standing, contact, cycle):
            continue
        yield rule, days_after(calendar, began.at, rule.working_days)


def suspicious(
    rules: FollowUp, cycle: Lifecycle, standing: Standing, contact: Contact, now: datetime
) -> tuple[str, ...]:
    """Names of the rules that hold now; those that look at many leads at once are left to the report."""
    return tuple(
        rule.name
        for rule, since in open_suspicions(rules, cycle, standing, contact)
        if since <= now and rule.together is None
    )


def _followed(rule: Suspicion, standing: Standing, contact: Contact, cycle: Lifecycle) -> bool:
    return any(seen(Event(kind), standing, contact, cycle, None) for kind in rule.without)
