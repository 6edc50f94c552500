"""Profile and activity points with a reason for each: the reasons sum to the number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from connector.decide.condition import Get
from connector.decide.facts import Facts
from connector.decide.ready import Question, Ready, ready
from connector.model.contact import Contact
from connector.model.decision import Reason, Score, Strength
from connector.model.roster import Roster
from connector.model.rules import Rulebook


def _answer(question: Question, get: Get) -> Reason:
    value = get(question.field)
    if value is None or value in ("", ()):
        return question.missing
    for holds, reason in question.choices:
        if holds(get):
            return reason
    return question.otherwise


def _grade(ready: Ready, points: float) -> str:
    grades = ready.book.scoring.profile.grades
    for grade, least in grades:
        if points >= least:
            return grade
    return grades[-1][0] if grades else ""


def _acts(ready: Ready, strengths: Mapping[str, Strength]) -> list[Reason]:
    reasons = []
    for voice in ready.voices:
        strength = strengths.get(voice.name)
        if strength is not None and strength.sum > 0:
            cap = voice.cap
            points = round(min(max(voice.points * strength.sum, -cap), cap), 6)
            reasons.append(Reason(voice.name, points, voice.where, voice.label))
    return reasons


def scored(ready: Ready, facts: Facts, strengths: Mapping[str, Strength]) -> Score:
    """The score, told to the facts as well (profile, activity, grade, band)."""
    get = facts.get
    profile_reasons = [_answer(question, get) for question in ready.questions]
    activity_reasons = _acts(ready, strengths)
    profile = round(sum([reason.points for reason in profile_reasons]), 6)
    activity = round(sum([reason.points for reason in activity_reasons]), 6)
    grade = _grade(ready, profile)
    facts.tell(profile=profile, activity=activity, grade=grade)
    band = next((name for name, holds in ready.bands if holds(get)), "")
    facts.tell(band=band)
    return Score(profile, grade, activity, band, (*profile_reasons, *activity_reasons))


def score(
    book: Rulebook,
    contact: Contact,
    strengths: Mapping[str, Strength],
    now: datetime,  # noqa: ARG001 the strengths are already those of `now`; the port names the moment all the same
) -> Score:
    """Where the contact is on both axes. One reason for each criterion, one for each signal that still has strength."""
    return scored(ready(book), Facts(contact, Roster(), book), strengths)
