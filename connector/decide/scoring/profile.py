"""Who they are: models of the profile made ready, and the one that fits a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from connector.decide.conditions.condition import Get, Holds, tests
from connector.decide.conditions.operators.age import RELATIVE
from connector.model.condition import Condition
from connector.model.person.decision import Reason
from connector.model.rules import Criterion, Profile, Scoring

Compile = Callable[[Condition], Holds]
REMEMBERED = 1_000  # values of one field; job titles, countries and sizes recur
_PLAIN = frozenset({str, int, float, bool, Decimal})


@dataclass(frozen=True, slots=True)
class Question:
    """A criterion: its possible reasons are made beforehand, since points of the profile do not fade."""

    field: str
    choices: tuple[tuple[Holds, Reason], ...]
    otherwise: Reason
    missing: Reason
    known: Callable[[Any], Reason] | None = None  # by the value alone, where nothing else is asked


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
    question = Question(
        criterion.field,
        choices,
        reason(other.score, other.label, other.where),
        reason(missing.score, missing.label, missing.where),
    )
    return replace(question, known=_remembered(question)) if _asks_itself(criterion) else question


def _asks_itself(criterion: Criterion) -> bool:
    """Whether its choices ask for nothing but the criterion's own field, and not how long ago that is."""
    return all(
        test.field == criterion.field and test.operator not in RELATIVE
        for choice in criterion.first_match
        for test in tests(choice.when)
    )


def _remembered(question: Question) -> Callable[[Any], Reason]:
    @lru_cache(maxsize=REMEMBERED, typed=True)
    def known(value: Any) -> Reason:
        return question.missing if value == "" else _first(question, lambda _: value)

    return known


def answer(question: Question, get: Get) -> Reason:
    """The first choice that matches; an unknown value takes `missing`."""
    value, known = get(question.field), question.known
    if known is not None and type(value) in _PLAIN:
        return known(value)
    if value is None or value in ("", ()):
        return question.missing
    return _first(question, get)


def _first(question: Question, get: Get) -> Reason:
    for holds, reason in question.choices:
        if holds(get):
            return reason
    return question.otherwise
