"""A contact under changes, decided: at once, and where time must pass at every moment at which it would be looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from connector.decide.conditions.condition import Get
from connector.decide.counterfactual.change import Change, Proposal, Situation, Wait
from connector.decide.counterfactual.levers import deed
from connector.decide.decision import decide
from connector.decide.look import next_look
from connector.decide.scoring.own import Log, Logged
from connector.decide.scoring.strength import all_from_log
from connector.model.person.contact import Consent, Contact, Value
from connector.model.person.decision import Decision, Strength
from connector.model.person.standing import Standing
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


class Course:
    """One contact's future under some changes; strengths are read from the log with the further activities in it."""

    __slots__ = ("_base", "_log", "contact", "situation")

    def __init__(
        self, situation: Situation, changes: Sequence[Change], base: Mapping[str, Strength] | None
    ) -> None:
        """`base` are the strengths of the unchanged log at the situation's moment, if they are known already."""
        self.situation = situation
        self.contact = changed(situation, changes)
        self._log, touched = _more(situation, changes)
        self._base = {} if base is None else self._renewed(base, touched)

    def _renewed(self, base: Mapping[str, Strength], touched: set[str]) -> Mapping[str, Strength]:
        """The known strengths, those of signals that read a touched kind renewed."""
        signals = [one for one in self.situation.book.signals if touched & set(one.kinds)]
        fresh = all_from_log(signals, self._log, self.situation.now, self.situation.book.timezone)
        return {**base, **fresh} if signals else base

    def strengths(self, now: datetime) -> Mapping[str, Strength]:
        book = self.situation.book
        if now == self.situation.now and self._base:
            return self._base
        return all_from_log(book.signals, self._log, now, book.timezone)

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

    def decisions(self, looks: int) -> Iterator[Decision]:
        """Now, then at each moment at which time alone may change anything, at most `looks` of them."""
        sit = self.situation
        found = self.decision(sit.standing, sit.now)
        yield found
        for _ in range(looks):
            at = next_look(sit.book, self.contact, self.strengths(found.at), found, found.at)
            if at is None or at > sit.now + FARTHEST:
                return
            found = self.decision(found.standing, at)
            yield found


def arrival(
    situation: Situation,
    changes: Sequence[Change],
    stage: str,
    looks: int,
    base: Mapping[str, Strength] | None = None,
) -> Proposal | None:
    """When these changes lead to the stage or beyond, if they do; time is followed as long as something runs, `looks` times at most.

    Without changes whatever time does is followed.
    """
    rank = situation.book.lifecycle.rank
    before = situation.standing
    for found in Course(situation, changes, base).decisions(looks):
        if rank(found.standing.stage) >= rank(stage):
            waits: Wait = _waited(before, found) if found.at > situation.now else ""
            return Proposal(tuple(changes), found.at, found.standing.stage, waits)
        if changes and not (found.standing.holding or _rests(found.standing, found.at)):
            return None
        before = found.standing
    return None


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
