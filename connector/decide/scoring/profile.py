"""Who they are: models of the profile made ready, and the one that fits a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connector.decide.conditions.condition import Get, Holds
from connector.model.condition import Condition
from connector.model.person.decision import Reason
from connector.model.rules import Criterion, Profile, Scoring

Compile = Callable[[Condition], Holds]


@dataclass(frozen=True, slots=True)
class Question:
    """A criterion: its possible reasons are made beforehand, since points of the profile do not fade."""

    field: str
    choices: tuple[tuple[Holds, Reason], ...]
    otherwise: Reason
    missing: Reason


@dataclass(frozen=True, slots=True)
class Model:
    """One model: whom it is for, what it asks, and its grades from the best down."""

    name: str
    holds: Holds
    questions: tuple[Question, ...]
    grades: tuple[tuple[str, float], ...]

    def grade(self, points: float) -> str:
        for grade, least in self.grades:
            if points >= least:
                return grade
        return self.grades[-1][0] if self.grades else ""


def models(scoring: Scoring, holds: Compile) -> tuple[Model, ...]:
    """In the order in which they are asked; reasons of special models name theirs."""
    special = [_model(profile, f"{profile.name}/", holds) for profile in scoring.special]
    return (*special, _model(scoring.profile, "", holds))


def _model(profile: Profile, before: str, holds: Compile) -> Model:
    questions = tuple(_question(before + one.name, one, holds) for one in profile.criteria)
    return Model(profile.name, holds(profile.when), questions, profile.grades)


def _question(rule: str, criterion: Criterion, holds: Compile) -> Question:
    def reason(score: float, label: str, where: str) -> Reason:
        points = round(criterion.weight * score, 6)
        return Reason(rule, points, where or criterion.where, label, "profile")

    choices = tuple(
        (holds(choice.when), reason(choice.score, choice.label, choice.where))
        for choice in criterion.first_match
    )
    other, missing = criterion.otherwise, criterion.missing
    return Question(
        criterion.field,
        choices,
        reason(other.score, other.label, other.where),
        reason(missing.score, missing.label, missing.where),
    )


def answer(question: Question, get: Get) -> Reason:
    """The first choice that matches; an unknown value takes `missing`."""
    value = get(question.field)
    if value is None or value in ("", ()):
        return question.missing
    for holds, reason in question.choices:
        if holds(get):
            return reason
    return question.otherwise
