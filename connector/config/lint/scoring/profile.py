"""The profile of rules/scoring.yaml: models, weights, grades, choices."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from connector.config.compiled.condition import Types, condition, tests
from connector.config.documents.rules.scoring import (
    CriterionDocument,
    ModelDocument,
    ProfileDocument,
    ScoringDocument,
)
from connector.config.lint.conditions.implies import implies
from connector.config.lint.names import listed, twice
from connector.config.yaml import Path, Source
from connector.model.condition import ALWAYS, Test
from connector.model.problem import Problem


def check_profile(document: ScoringDocument, source: Source, lists: Types) -> Iterator[Problem]:
    yield from _models(document, source, lists)
    for path, model in document.models():
        criteria = (*path, "criteria")
        yield from twice("criterion", source, listed(criteria, model.criteria))
        yield from _weights(model, source, path)
        yield from _grades(model, source, path)
        for index, criterion in enumerate(model.criteria):
            yield from _choices(criterion, source, (*criteria, index), lists)


def _models(document: ScoringDocument, source: Source, lists: Types) -> Iterator[Problem]:
    """The last is for everybody, and no other is."""
    models = [(path, m) for path, m in document.models() if isinstance(m, ModelDocument)]
    yield from twice("model", source, listed(("profile",), [model for _, model in models]))
    found = [condition(m.when, source, (*path, "when"), lists) for path, m in models]
    for index, (path, model) in enumerate(models):
        takers = [models[n][1].name for n in range(index) if implies(found[index], found[n])]
        if takers:
            yield Problem(
                source.at(*path),
                f'the model "{model.name}" is for nobody',
                f'"{takers[0]}" above takes all of them',
            )
    if models and not implies(ALWAYS, found[-1]):
        path, model = models[-1]
        yield Problem(
            source.key(*path, "when"),
            f'the last model, "{model.name}", is not for everybody',
            "end the list with one without when",
        )


def _weights(document: ProfileDocument, source: Source, path: Path) -> Iterator[Problem]:
    total = sum(criterion.weight for criterion in document.criteria)
    if abs(total - 100) > 1e-6:
        yield Problem(
            source.key(*path, "criteria"),
            f"the weights add up to {total:g}",
            "they must add up to 100",
        )


def best_profile(document: ProfileDocument) -> float:
    """The most points that anybody can get from these criteria."""
    return sum(
        criterion.weight
        * max(s.score for s in (*criterion.first_match, criterion.otherwise, criterion.missing))
        for criterion in document.criteria
    )


def _grades(document: ProfileDocument, source: Source, path: Path) -> Iterator[Problem]:
    grades = list(document.grades.items())
    best = best_profile(document)
    for (better, upper), (worse, lower) in pairwise(grades):
        if lower >= upper:
            where = source.key(*path, "grades", worse)
            yield Problem(
                where,
                f"grade {worse} does not begin below grade {better}",
                "write the best grade first",
            )
    if grades[-1][1] > 0:
        where = source.key(*path, "grades", grades[-1][0])
        yield Problem(
            where,
            f"nobody below {grades[-1][1]:g} points gets a grade",
            "the last grade begins at 0",
        )
    for grade, least in grades:
        if least > best + 1e-9:
            where = source.key(*path, "grades", grade)
            yield Problem(
                where,
                f"nobody reaches grade {grade}",
                f"the best profile has {best:g} points",
                "warning",
            )


def _choices(
    criterion: CriterionDocument, source: Source, path: Path, lists: Types
) -> Iterator[Problem]:
    """An unknown value takes `missing`, so `present: true` is a catch-all here."""
    above: list[Any] = []
    for index, choice in enumerate(criterion.first_match):
        inner = (*path, "first_match", index)
        found = tests(choice.when, criterion.field, source, (*inner, "when"), lists)
        for number, other in enumerate(above):
            if implies(found, other):
                line = source.line(*path, "first_match", number).rpartition(":")[2]
                yield Problem(
                    source.at(*inner),
                    "this choice can never be reached",
                    f"the one in line {line} takes all of it",
                )
                break
        if found == Test(
            criterion.field, "present", value=False, where=source.line(*inner, "when")
        ):
            yield Problem(
                source.at(*inner),
                "this choice can never be reached",
                'an unknown value takes "missing"',
            )
        above.append(found)
