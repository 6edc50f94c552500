"""A contact under changes, decided: at once, and where time must pass at every moment at which it would be looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from connector.decide.conditions.condition import Get
from connector.decide.counterfactual.change import Change, Proposal, Situation, Wait
from connector.decide.counterfactual.levers import deed
from connector.decide.decision import decide
from connector.decide.look import next_look
from connector.decide.sales.handover import crm_owner
from connector.decide.scoring.own import Log, Logged, own
from connector.decide.scoring.strength import at_moment
from connector.model.person.contact import Consent, Contact, Value
from connector.model.person.decision import Decision, Strength
from connector.model.person.standing import Standing
from connector.model.rules import Signal
from connector.model.systems.fact import Outcome, OutcomeKind
from connector.model.systems.ref import Ref

APART = timedelta(minutes=1)  # of several activities, where many at once are a machine's
FARTHEST = timedelta(days=2 * 365)
HYPOTHETICAL = Ref("what", "if", "1")
OUTCOMES: Mapping[str, OutcomeKind] = {
    "accepted": "accepted",
    "opened": "opened",
    "won": "won",
    "contacted": "contacted",
}


Times = Mapping[str, list[datetime]]
"""When each signal's own activities happened, by its name; one without any is absent."""


class Course:
    """One contact's future under some changes; strengths are read from the log with the further activities in it."""

    __slots__ = ("_times", "contact", "situation")

    def __init__(
        self, situation: Situation, changes: Sequence[Change], base: Times | None = None
    ) -> None:
        """`base` are the times of the unchanged log, if they are known already."""
        self.situation = situation
        self.contact = changed(situation, changes)
        log, touched = _more(situation, changes)
        signals = situation.book.signals
        if base is None:
            self._times = times(signals, log)
        else:
            again = [one for one in signals if touched & set(one.kinds)]
            self._times = {**base, **times(again, log)} if again else base

    def strengths(self, now: datetime) -> Mapping[str, Strength]:
        zone, own_times = self.situation.book.timezone, self._times
        found = {
            one.name: at_moment(one, own_times[one.name], now, zone)
            for one in self.situation.book.signals
            if one.name in own_times
        }
        return {name: one for name, one in found.items() if one.last_at is not None}

    def decision(
        self, standing: Standing, now: datetime, see: Callable[[Get], None] | None = None
    ) -> Decision:
        sit, strengths = self.situation, self.strengths(now)

        def decided(why: str) -> Decision:
            return decide(
                sit.book, self.contact, strengths, standing, sit.roster, now, why, see, sit.beside
            )

        found = decided("")
        why = sit.barred(found, self.contact) if found.routing is not None else ""
        return decided(why) if why else found

    def after(self, found: Decision, looks: int) -> Iterator[Decision]:
        """What is decided at each later moment at which time alone may change anything, at most `looks` of them."""
        sit = self.situation
        for _ in range(looks):
            at = next_look(sit.book, self.contact, self.strengths(found.at), found, found.at)
            if at is None or at > sit.now + FARTHEST:
                return
            found = self.decision(found.standing, at)
            yield found


def times(signals: Iterable[Signal], log: Log) -> Times:
    """Of these signals, by the log's activities."""
    found = {one.name: [act[0] for act in own(one, log.get(one.kind, ()), log)] for one in signals}
    return {name: some for name, some in found.items() if some}


def arrival(
    situation: Situation,
    changes: Sequence[Change],
    stage: str,
    looks: int,
    base: Times | None = None,
) -> tuple[Proposal | None, int]:
    """When these changes lead to the stage or beyond, if they do, and how many decisions it took to know.

    Time is followed, `looks` times at most, where it may help: while a way forward is held, and over a rest at whose end the contact
    would be on its way. Without changes whatever time does is followed.
    """
    rank, asked, made = situation.book.lifecycle.rank, _asked(situation, changes, base), 0
    if asked is not situation:
        made += 1
        if asked is None:
            return None, made
    course = Course(asked, changes, base)
    found = course.decision(asked.standing, asked.now)
    made += 1
    if rank(found.standing.stage) >= rank(stage):
        return Proposal(tuple(changes), found.at, found.standing.stage), made
    if changes:
        made += 1
        if not _promising(course, found):
            return None, made
    for later in course.after(found, looks):
        made += 1
        if rank(later.standing.stage) >= rank(stage):
            waits = _waited(found.standing, later)
            return Proposal(tuple(changes), later.at, later.standing.stage, waits), made
        if changes and not (_held(situation, later.standing) or _rests(later.standing, later.at)):
            return None, made
        found = later
    return None, made


def _asked(situation: Situation, changes: Sequence[Change], base: Times | None) -> Situation | None:
    """The situation in which sales can answer: where nobody has the lead, the other changes must hand it over first."""
    before = [change for change in changes if change.kind != "answer"]
    theirs = situation.standing.handover or crm_owner(situation.contact, situation.roster)
    if theirs is not None or len(before) == len(changes):
        return situation
    found = Course(situation, before, base).decision(situation.standing, situation.now)
    return None if found.standing.handover is None else replace(situation, standing=found.standing)


def _promising(course: Course, found: Decision) -> bool:
    """Whether time may help: by a hold that runs, or by the rest's end as things stand now."""
    sit, standing, until = course.situation, found.standing, found.standing.rest_until
    if until is None or until <= found.at:
        return _held(sit, standing)
    if _held(sit, standing, breaks_rest=True):
        return True
    rank, rested = sit.book.lifecycle.rank, course.decision(standing, until).standing
    return rank(rested.stage) > rank(standing.stage) or _held(sit, rested)


def _held(situation: Situation, standing: Standing, *, breaks_rest: bool = False) -> bool:
    """Whether the condition of a way forward (one that breaks a rest) holds, and must go on to hold."""
    ways = situation.book.lifecycle.transitions
    forward = {one.name for one in ways if not one.back and (one.breaks_rest or not breaks_rest)}
    return any(name in forward for name, _ in standing.holding)


def _rests(standing: Standing, now: datetime) -> bool:
    return standing.rest_until is not None and standing.rest_until > now


def _waited(before: Standing, found: Decision) -> Wait:
    """For what it waited last."""
    if before.rest_until is not None and before.rest_until <= found.at:
        return "rest"
    held = {name for name, _ in before.holding}
    return "hold" if any(step.rule in held for step in found.steps) else "time"


def changed(situation: Situation, changes: Sequence[Change]) -> Contact:
    """The contact with fields known, consent given and sales' answers in."""
    contact, now = situation.contact, situation.now
    fields, consents = dict(contact.fields), dict(contact.consents)
    outcomes, recorded = list(contact.outcomes), dict(contact.recorded)
    for change in changes:
        if change.kind == "field":
            fields[change.name] = Value(change.value, HYPOTHETICAL, now)
        elif change.kind == "consent":
            consents[change.name] = Consent("granted")
        elif change.kind == "answer":
            key = f"what-if-{change.name}"
            outcomes.append(Outcome(HYPOTHETICAL, OUTCOMES[change.name], now, key))
            recorded[key] = now
    return replace(
        contact,
        fields=fields,
        consents=consents,
        outcomes=tuple(outcomes),
        recorded=recorded,
    )


def _more(situation: Situation, changes: Sequence[Change]) -> tuple[Log, set[str]]:
    """The log with further activities that end now, and the kinds of those."""
    log: dict[str, list[Logged]] = {kind: list(acts) for kind, acts in situation.log.items()}
    touched: set[str] = set()
    signals = {one.name: one for one in situation.book.scoring.activities.signals}
    for change in changes:
        if change.kind != "activity":
            continue
        signal = signals[change.name]
        asset, detail = deed(signal) or ("", {})
        apart = APART if signal.bursts else timedelta(0)
        for number in range(change.count):
            log.setdefault(signal.kind, []).append((situation.now - number * apart, asset, detail))
        touched.add(signal.kind)
    return log, touched
