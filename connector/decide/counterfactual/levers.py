"""What could be different about somebody: as far as the rules make anything of it, and nobody has to take anything back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connector.decide.conditions.asked import tests_in
from connector.decide.conditions.condition import Get
from connector.decide.counterfactual.change import KNOWN, Change, Situation
from connector.decide.counterfactual.witness import witness, witnesses
from connector.decide.facts import DERIVED, SCORED, WALKED
from connector.decide.scoring.strength import matches
from connector.model.condition import Condition, Test
from connector.model.rules import Criterion, Signal

ANSWERS = {
    "acceptance": ("accepted",),
    "opportunity": ("opened", "won"),
    "contacted": ("contacted",),
}


TOLD = SCORED | WALKED | DERIVED  # names that no field of the person is read for


def levers(situation: Situation, get: Get, stage: str) -> tuple[Change, ...]:
    """Each once, in the order of the rules; `get` tells what is known now.

    Fields that are known stay: a company does not grow for a lead's sake. Answers of sales count on the way to what lies behind
    the hand-over only.
    """
    cycle = situation.book.lifecycle
    found = (
        *_activities(situation),
        *_profile(situation, get),
        *_asked(situation, get),
        *_required(situation, get),
        *_consents(situation),
        *(_answers(situation) if cycle.rank(stage) > cycle.rank(cycle.hand_over) else ()),
    )
    first: dict[tuple[str, str, Any], Change] = {}
    for change in found:
        first.setdefault((change.kind, change.name, _key(change.value)), change)
    return tuple(first.values())


def deed(signal: Signal) -> tuple[str, dict[str, Any]] | None:
    """Asset and details of an activity that counts for a signal; None if none can be thought of."""
    for facts in witnesses(signal.when):
        asset, detail = (
            str(facts.get("asset") or ""),
            {k: v for k, v in facts.items() if k != "asset"},
        )
        if matches(signal, signal.kind, asset, detail):
            return asset, detail
    return None


def _activities(situation: Situation) -> Iterator[Change]:
    """Signals that give points, or that a lead event goes by."""
    scoring = situation.book.scoring
    events = {event.signal for event in scoring.lead_events}
    for signal in scoring.activities.signals:
        if (signal.points > 0 or signal.name in events) and deed(signal) is not None:
            label = signal.label or signal.name.replace("_", " ")
            yield Change("activity", signal.name, label=label, points=max(signal.points, 0.0))


def _unknown(get: Get, name: str) -> bool:
    return get(name) in (None, "", ())


def _profile(situation: Situation, get: Get) -> Iterator[Change]:
    for model in situation.book.scoring.models:
        for criterion in model.criteria:
            if _unknown(get, criterion.field):
                yield from _choices(criterion)


def _choices(criterion: Criterion) -> Iterator[Change]:
    """Values that would give more than being unknown does; of those with equal points the first."""
    least, seen = criterion.missing.score, set()
    for choice in criterion.first_match:
        facts = witness(choice.when)
        if choice.score > least and choice.score not in seen and facts is not None:
            seen.add(choice.score)
            value = facts.get(criterion.field, KNOWN)
            points = criterion.weight * (choice.score - least)
            yield Change("field", criterion.field, value=value, label=choice.label, points=points)


def _conditions(situation: Situation) -> Iterator[Condition]:
    cycle = situation.book.lifecycle
    yield from (way.when for way in cycle.transitions if not way.back)
    if cycle.consent is not None:
        yield cycle.consent
    track = cycle.track(situation.standing.track)
    if track is not None:
        yield track.when


def _tests(situation: Situation) -> Iterator[Test]:
    """Those that must hold: nobody has to become what a `not` rules out."""
    return tests_in(tuple(_conditions(situation)))


def _asked(situation: Situation, get: Get) -> Iterator[Change]:
    """Fields that ways forward ask for."""
    scored = {c.field for model in situation.book.scoring.models for c in model.criteria}
    for test in _tests(situation):
        plain = test.field not in TOLD and "." not in test.field
        if plain and test.field not in scored and _unknown(get, test.field):
            facts = witness(test)
            if facts is not None and test.field in facts:
                yield Change("field", test.field, value=facts[test.field])


def _required(situation: Situation, get: Get) -> Iterator[Change]:
    cycle = situation.book.lifecycle
    some = [need.field for need in cycle.needs]
    of_ways = [name for way in cycle.transitions for name in way.needs]
    for name in (*cycle.required, *some, *of_ways):
        if _unknown(get, name):
            yield Change("field", name, value=KNOWN)


def _consents(situation: Situation) -> Iterator[Change]:
    for purpose, consent in situation.contact.consents.items():
        if consent.state != "granted":
            yield Change("consent", purpose)


def _answers(situation: Situation) -> Iterator[Change]:
    asked = {
        (test.field, value)
        for test in _tests(situation)
        for value in (test.value if isinstance(test.value, tuple) else (test.value,))
    }
    for fact, kinds in ANSWERS.items():
        for kind in kinds:
            if (fact, kind) in asked or (fact == "contacted" and (fact, True) in asked):
                yield Change("answer", kind)


def _key(value: Any) -> str:
    return repr(value)
