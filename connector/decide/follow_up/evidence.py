"""What shows a step of the follow-up: the outcome or stage, when, and which record in the CRM says so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from connector.decide.sales.outcomes import of_track
from connector.model.person.contact import Contact
from connector.model.person.standing import Handover, Standing
from connector.model.rules import Lifecycle
from connector.model.rules.follow_up import Event
from connector.model.systems.fact import Outcome
from connector.model.systems.ref import Ref

TOUCHES = frozenset({"touched", "contacted", "evidence"})
"""What the very same record may show twice: a call that starts a clock does not stop it."""
ALWAYS = (Event("rejected"), Event("won"))
"""End every clock, whatever its rule names: there is nothing left to follow up."""


class Seen(NamedTuple):
    """Something that happened since the hand-over. `ref` is the record that shows it."""

    at: datetime
    what: str
    ref: Ref | None = None


def since_handover(contact: Contact, standing: Standing, handover: Handover) -> list[Outcome]:
    """Outcomes of this track from the second of the hand-over on: CRM times carry whole seconds."""
    start = handover.at.replace(microsecond=0)
    return [one for one in of_track(contact, standing.track) if one.at >= start]


def seen(
    event: Event, standing: Standing, contact: Contact, cycle: Lifecycle, after: datetime | None
) -> Seen | None:
    """The first time that this happened in the standing's hand-over; with `after`, touches only if later than that."""
    handover = standing.handover
    if handover is None:
        return None
    if event.kind == "handed_over":
        return Seen(handover.at, "handed_over")
    if event.kind == "stage":
        return _stage(event.name, standing, cycle)
    if event.kind in ("accepted", "rejected"):
        return _answer(event.kind, handover, of_track(contact, standing.track))
    return _outcome(event, since_handover(contact, standing, handover), after)


def _stage(name: str, standing: Standing, cycle: Lifecycle) -> Seen | None:
    known = name in cycle.stages and standing.stage in cycle.stages
    if not known or standing.since is None or cycle.rank(standing.stage) < cycle.rank(name):
        return None
    return Seen(standing.since, standing.stage)


def _answer(kind: str, handover: Handover, outcomes: Iterable[Outcome]) -> Seen | None:
    """As the hand-over has it: which answers count is not decided here."""
    if handover.answer != kind or handover.answered_at is None:
        return None
    return Seen(handover.answered_at, kind, _shown_by(o for o in outcomes if o.kind == kind))


def _outcome(event: Event, outcomes: Iterable[Outcome], after: datetime | None) -> Seen | None:
    if event.kind == "evidence":
        found = [o for o in outcomes if o.evidence is not None and o.evidence.kind == event.name]
    else:
        found = [o for o in outcomes if o.kind == event.kind and _named(o, event.name)]
    if after is not None and event.kind in TOUCHES:
        found = [o for o in found if o.at > after]
    first = min(found, key=lambda o: (o.at, o.key), default=None)
    return None if first is None else Seen(first.at, event.name or event.kind, first.evidence)


def _named(outcome: Outcome, kind: str) -> bool:
    return not kind or (outcome.evidence is not None and outcome.evidence.kind == kind)


def _shown_by(outcomes: Iterable[Outcome]) -> Ref | None:
    last = max(outcomes, key=lambda o: (o.at, o.key), default=None)
    return None if last is None else last.evidence
