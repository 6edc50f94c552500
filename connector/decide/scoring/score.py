"""Profile and activity points with a reason for each: the reasons sum to the number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from connector.decide.facts import Facts
from connector.decide.place.interest import Interests, facts_of, interests
from connector.decide.ready import Ready, ready
from connector.decide.scoring.profile import answer
from connector.decide.scoring.voices import Choir
from connector.model.person.contact import Contact
from connector.model.person.decision import Reason, Score, Strength
from connector.model.roster import Roster
from connector.model.rules import Rulebook


def _acts(ready: Ready, strengths: Mapping[str, Strength]) -> list[Reason]:
    reasons = []
    for voice in ready.voices:
        strength = strengths.get(voice.name)
        if strength is not None and strength.sum > 0:
            points, cap = voice.points * strength.sum, voice.cap
            if points > cap:  # rounded already
                points = cap
            else:
                points = -cap if points < -cap else round(points, 6)
            if points:  # else it is counted for other rules, or has faded: no reason for the score
                reasons.append(Reason(voice.rule, points, voice.where, voice.label))
    return reasons


def _machines(ready: Ready, strengths: Mapping[str, Strength]) -> Iterator[Reason]:
    """What machines did is told, and gives nothing."""
    for voice in ready.counters:
        strength = strengths.get(voice.name)
        if strength is not None and strength.sum > 0:
            label = f"{round(strength.sum)} × {voice.label}"
            yield Reason(voice.rule, 0.0, voice.where, label, "machine")


def _clipped(choir: Choir, acts: Sequence[Reason]) -> Iterator[Reason]:
    """What is too much of what its signals give together, and of what they take."""
    points = [reason.points for reason in acts if reason.rule in choir.members]
    gives = sum([each for each in points if each > 0])
    takes = sum([each for each in points if each < 0])
    for over in (min(0.0, choir.cap - gives), max(0.0, -choir.cap - takes)):
        if round(over, 6):
            yield Reason(choir.name, round(over, 6), choir.where, choir.label, "group")


def scored(
    ready: Ready, facts: Facts, strengths: Mapping[str, Strength], liked: Interests
) -> Score:
    """The score, told to the facts as well (model, profile, activity, grade, band)."""
    get = facts.get
    if ready.book.interest.traces:
        facts.tell(**facts_of(liked))
    model = ready.models[-1]
    for special in ready.models[:-1]:
        if special.holds(get):
            model = special
            break
    profile_reasons = [answer(question, get) for question in model.questions]
    acts = _acts(ready, strengths)
    if ready.choirs:
        acts += [one for choir in ready.choirs for one in _clipped(choir, acts)]
    profile = round(sum([reason.points for reason in profile_reasons]), 6)
    activity = round(sum([reason.points for reason in acts]), 6)
    grade = model.grade(profile)
    facts.tell(model=model.name or None, profile=profile, activity=activity, grade=grade)
    band = ""
    for name, holds in ready.bands:
        if holds(get):
            band = name
            break
    facts.tell(band=band)
    machines = _machines(ready, strengths) if ready.counters else ()
    reasons = (*profile_reasons, *acts, *machines)
    return Score(profile, grade, activity, band, reasons, model.name)


def score(
    book: Rulebook,
    contact: Contact,
    strengths: Mapping[str, Strength],
    now: datetime,
) -> Score:
    """Where the contact is on both axes. One reason for each criterion, one for each signal that still gives or takes points; one more for
    each cap that several share and reach, and one without points for each kind of thing a machine did.
    """
    facts = Facts(contact, Roster(), book, now)
    return scored(ready(book), facts, strengths, interests(book.interest, strengths))
