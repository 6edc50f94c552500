"""Where a wanted value comes from: our decision, or a field of the contact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from connector.decide.conditions.condition import Get
from connector.decide.facts import Facts, stages_in
from connector.decide.follow_up.course import shown
from connector.decide.nurture.silence import last_activity
from connector.decide.place.interest import facts_of, interests
from connector.decide.ready import ready
from connector.decide.sales.outcomes import told_by_sales
from connector.decide.stages.events import active_events
from connector.model.person.contact import Contact
from connector.model.person.decision import Decision
from connector.model.person.standing import Handover, InterestShown, Shown
from connector.model.roster import Roster
from connector.model.rules import Rulebook

ASKS = "lifecycle.asks"
"""What is asked for: in all tracks, unless a line names one."""
ANSWER = "handover.answer"
"""What sales fills in. We only ever empty it, so that a lead that is handed over again can be answered again."""
Source = Callable[[Decision, Contact], Any]


def _shown(read: Callable[[Shown], Any]) -> Source:
    """The score as reps see it: frozen at the last change of band, grade or stage, so that fading is not written."""

    def value(decision: Decision, _: Contact) -> Any:
        shown = decision.standing.shown
        return None if shown is None else read(shown)

    return value


def _placed(what: str) -> Source:
    """A house without such rules may have a field of this name."""

    def value(decision: Decision, contact: Contact) -> Any:
        said = (one.value for one in decision.placed if one.what == what)
        return next(said, field_value(contact, what))

    return value


def _interest(read: Callable[[InterestShown], Any]) -> Source:
    def value(decision: Decision, _: Contact) -> Any:
        shown = decision.standing.interest
        return None if shown is None else read(shown)

    return value


def _handover(read: Callable[[Handover], Any]) -> Source:
    def value(decision: Decision, _: Contact) -> Any:
        handover = decision.standing.handover
        return None if handover is None else read(handover)

    return value


DECIDED: Mapping[str, Source] = {
    "stage": lambda decision, _: decision.standing.stage or None,
    "stream": lambda decision, _: decision.standing.stream or None,
    "stream.held_out": lambda decision, _: decision.standing.stream_held_out or None,
    "key": lambda _, contact: contact.key,
    "score.grade": _shown(lambda shown: shown.grade or None),
    "score.band": _shown(lambda shown: shown.band or None),
    # Whole points: a CRM field may keep fewer decimals than we would send, and would then never look as wanted.
    "score.profile": _shown(lambda shown: round(shown.profile)),
    "score.activity": _shown(lambda shown: round(shown.activity)),
    "score.explanation": _shown(lambda shown: shown.explanation or None),
    "score.as_of": _shown(lambda shown: shown.as_of),
    "classification": _placed("classification"),
    "targeted": _placed("targeted"),
    "origin": _placed("origin"),
    "channel": _placed("channel"),
    "interest.explanation": _interest(lambda shown: shown.text or None),
    "interest.topic": _interest(lambda shown: shown.topics[0] if shown.topics else None),
    "interest.phase": _interest(lambda shown: shown.phase or None),
    "interest.as_of": _interest(lambda shown: shown.as_of),
    ASKS: lambda decision, _: named(decision.standing.asks) or None,
    "lifecycle.track": lambda decision, _: decision.standing.track,
    "lifecycle.cycle": lambda decision, _: decision.standing.cycle,
    "handover.at": _handover(lambda handover: handover.at),
    "handover.number": _handover(lambda handover: handover.number),
    ANSWER: lambda _decision, _contact: None,
    "follow_up.answer_due": _handover(lambda handover: handover.answer_due),
    "follow_up.overdue": lambda decision, _: decision.standing.overdue,
}


@cache
def decided_by(name: str) -> Source | None:
    """What gives a value that we decide; None for a field. `follow_up.NAME_due` is the end of the clock of that name."""
    clock = clock_of(name)
    return DECIDED.get(name) or (_due(clock) if clock else None)


def clock_of(name: str) -> str:
    """The clock whose end a source is; "" if it is none."""
    known = name.startswith("follow_up.") and name.endswith("_due") and name not in DECIDED
    return name.removeprefix("follow_up.").removesuffix("_due") if known else ""


def _due(clock: str) -> Source:
    def value(decision: Decision, _: Contact) -> Any:
        handover = decision.standing.handover
        runs = () if handover is None else handover.runs
        return next((run.due for run in runs if run.clock == clock), None)

    return value


CLOCKS = frozenset(name for name in DECIDED if name.startswith(("handover.", "follow_up.")))
LEAVES, OBJECTION = "stream.left", "consent"
"""What a change says beside its sources: somebody leaves a list, or has said whether we may write to them. Neither waits."""
SOON = CLOCKS | {LEAVES, OBJECTION}


def named(fields: Iterable[str]) -> str:
    """Fields as people read them: `phone, postal code`."""
    return ", ".join(name.replace("_", " ") for name in fields)


def field_value(contact: Contact, name: str) -> Any:
    """A field of the contact, or else of its account."""
    found = contact.value(name)
    if found is None and contact.account is not None:
        return contact.account.fields.get(name)
    return found


def facts(book: Rulebook, decision: Decision, contact: Contact, roster: Roster) -> Get:
    """What the condition of `create` may ask, as it was at the end of this decision."""
    standing, score = decision.standing, decision.score
    rules, known = ready(book), Facts(contact, roster, book, decision.at)
    known.tell_last_activity(lambda: last_activity(rules, decision.strengths))
    known.tell(
        stage=standing.stage,
        peak=standing.peak,
        owner=standing.owner or None,
        stream=standing.stream or None,
        asked_stream=standing.asked or None,
        track=standing.track,
        excluded=standing.excluded or None,
        model=score.model or None,
        grade=score.grade,
        band=score.band,
        profile=score.profile,
        activity=score.activity,
        **facts_of(interests(book.interest, decision.strengths)),
        asks=standing.asks or None,
        handovers=standing.handovers,
        **shown(standing, decision.at),
        lead_event=active_events(rules, contact, decision.strengths, standing, decision.at),
        **told_by_sales(book, contact, standing),
        **stages_in(standing, decision.beside),
    )
    return known.get
