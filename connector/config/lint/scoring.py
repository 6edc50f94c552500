"""rules/scoring.yaml: weights, grades, choices, signals, bands."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import inf
from typing import Any

from connector.config.compiled.condition import Types, condition, tests
from connector.config.contents import Files
from connector.config.documents.scoring import CriterionDocument, ScoringDocument
from connector.config.lint.implies import implies
from connector.config.lint.names import declared, listed, twice
from connector.config.lint.places import conditions
from connector.config.lint.vocabulary import lists_of
from connector.config.validate import File
from connector.config.yaml import Path, Source
from connector.model.condition import ALWAYS, Test
from connector.model.problem import Problem


def check_scoring(files: Files) -> Iterator[Problem]:
    if files.scoring is None:
        return
    document, source = files.scoring.document, files.scoring.source
    yield from _names(document, source)
    yield from _weights(document, source)
    yield from _grades(document, source)
    lists = lists_of(files)
    for index, criterion in enumerate(document.profile.criteria):
        yield from _choices(criterion, source, ("profile", "criteria", index), lists)
    yield from _bands(document, source, lists)
    signals = [signal.name for signal in document.activity.signals]
    for index, event in enumerate(document.lead_events):
        yield from declared(
            "signal", event.signal, signals, source.at("lead_events", index, "signal")
        )
    yield from _reach(files, files.scoring)


def _names(document: ScoringDocument, source: Source) -> Iterator[Problem]:
    yield from twice(
        "criterion", source, listed(("profile", "criteria"), document.profile.criteria)
    )
    yield from twice("signal", source, listed(("activity", "signals"), document.activity.signals))
    yield from twice("band", source, listed(("bands",), document.bands))
    yield from twice("lead event", source, listed(("lead_events",), document.lead_events))
    yield from twice("exclusion", source, listed(("exclude",), document.exclude))


def _weights(document: ScoringDocument, source: Source) -> Iterator[Problem]:
    total = sum(criterion.weight for criterion in document.profile.criteria)
    if abs(total - 100) > 1e-6:
        yield Problem(
            source.key("profile", "criteria"),
            f"the weights add up to {total:g}",
            "they must add up to 100",
        )


def _grades(document: ScoringDocument, source: Source) -> Iterator[Problem]:
    grades = list(document.profile.grades.items())
    best = sum(
        criterion.weight
        * max(s.score for s in (*criterion.first_match, criterion.otherwise, criterion.missing))
        for criterion in document.profile.criteria
    )
    for (better, upper), (worse, lower) in pairwise(grades):
        if lower >= upper:
            where = source.key("profile", "grades", worse)
            yield Problem(
                where,
                f"grade {worse} does not begin below grade {better}",
                "write the best grade first",
            )
    if grades[-1][1] > 0:
        where = source.key("profile", "grades", grades[-1][0])
        yield Problem(
            where,
            f"nobody below {grades[-1][1]:g} points gets a grade",
            "the last grade begins at 0",
        )
    for grade, least in grades:
        if least > best + 1e-9:
            where = source.key("profile", "grades", grade)
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


def _bands(document: ScoringDocument, source: Source, lists: Types) -> Iterator[Problem]:
    found = [
        condition(band.when, source, ("bands", i, "when"), lists)
        for i, band in enumerate(document.bands)
    ]
    for index, band in enumerate(document.bands):
        for number in range(index):
            if implies(found[index], found[number]):
                other = document.bands[number].name
                yield Problem(
                    source.at("bands", index),
                    f'the band "{band.name}" can never be reached',
                    f'"{other}" above takes all of it',
                )
                break
    if not any(implies(ALWAYS, one) for one in found):
        yield Problem(
            source.key("bands"),
            "some people get no band",
            "end the list with one without conditions",
            "warning",
        )


def _reach(files: Files, file: File[ScoringDocument]) -> Iterator[Problem]:
    """Thresholds beyond the sum of all caps."""
    signals = file.document.activity.signals
    most = sum(
        (inf if signal.cap is None else signal.cap) for signal in signals if signal.points > 0
    )
    limits = {"activity": most, "profile": 100.0}
    for place in conditions(files):
        for test, path in _thresholds(place.document, place.path):
            least = test.value[0] if isinstance(test.value, tuple) else test.value
            most = limits[test.field]
            if isinstance(least, int | float) and (
                least > most or (least == most and test.operator == "above")
            ):
                yield Problem(
                    place.source.at(*path),
                    f"{test.field} never gets that high",
                    f"all caps add up to {most:g}",
                    "warning",
                )


def _thresholds(document: Any, path: Path) -> Iterator[tuple[Test, Path]]:
    for field, inner in document.tests():
        if field in ("activity", "profile"):
            for operator, value in inner.given():
                if operator in ("at_least", "above", "between", "equals"):
                    yield Test(field, operator, value), (*path, field, operator)
    for join in ("all", "any"):
        for index, part in enumerate(getattr(document, join)):
            yield from _thresholds(part, (*path, join, index))
