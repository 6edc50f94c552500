"""Bands: everybody gets one, and each can be reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import inf

from connector.config.compiled.condition import Types
from connector.config.compiled.rules.scoring import bands
from connector.config.documents.rules.scoring import MatrixDocument, ScoringDocument
from connector.config.lint.conditions.implies import implies
from connector.config.lint.names import declared
from connector.config.yaml import Source
from connector.decide.conditions.condition import compiled, tests
from connector.model.condition import ALWAYS
from connector.model.problem import Problem
from connector.model.rules import Band

MOST = 200_000  # questions asked of the bands; beyond, nothing is said
Place = tuple[str, float]  # a grade, an activity


def check_bands(document: ScoringDocument, source: Source, lists: Types) -> Iterator[Problem]:
    if isinstance(document.bands, MatrixDocument):
        yield from _matrix(document.bands, document.grades(), source)
        return
    found = list(bands(document, source, lists))
    taken = _taken(found)
    for index, over in taken.items():
        name, other = found[index].name, found[over].name
        yield Problem(
            source.at("bands", index),
            f'the band "{name}" can never be reached',
            f'"{other}" above takes all of it',
        )
    places = list(_places(found, document.grades()))
    if places:
        yield from _everywhere(found, places, taken, source)
    elif not any(implies(ALWAYS, band.when) for band in found):
        yield _uncovered(source, "end the list with one without conditions")


def _matrix(document: MatrixDocument, grades: Sequence[str], source: Source) -> Iterator[Problem]:
    for grade, row in document.matrix.items():
        where = source.key("bands", "matrix", grade)
        yield from declared("grade", grade, grades, where)
        steps = sorted(row.items(), key=lambda cell: -cell[1])
        for (better, upper), (worse, lower) in pairwise(steps):
            if upper == lower:
                yield Problem(
                    source.key("bands", "matrix", grade, worse),
                    f'nobody with grade {grade} reaches the band "{worse}"',
                    f'"{better}" begins at {upper:g}, too',
                )
    left = [grade for grade in grades if grade not in document.matrix]
    if left:
        yield Problem(
            source.key("bands", "matrix"),
            f"the matrix has no row for grade {', '.join(left)}",
            f'write {left[0]}: {{}} if all of them are "{document.otherwise}"',
        )


def _taken(found: Sequence[Band]) -> dict[int, int]:
    """Bands of which one above takes all, with that one."""
    taken: dict[int, int] = {}
    for index, band in enumerate(found):
        for number in range(index):
            if implies(band.when, found[number].when):
                taken[index] = number
                break
    return taken


def _places(found: Sequence[Band], grades: Sequence[str]) -> Iterator[Place]:
    """Every grade with every activity that could be told from another; none where bands ask for something else, too."""
    asked = [test for band in found for test in tests(band.when)]
    if any(test.field not in ("grade", "activity") for test in asked):
        return
    limits = sorted(
        {number for test in asked if test.field == "activity" for number in _numbers(test.value)}
    )
    ends = [-inf, *limits, inf]
    between = [_middle(low, high) for low, high in pairwise(ends)]
    moments = sorted([*limits, *between])
    if len(moments) * len(grades) * len(found) <= MOST:
        yield from ((grade, activity) for grade in grades for activity in moments)


def _numbers(value: object) -> list[float]:
    many = value if isinstance(value, tuple) else (value,)
    return [float(v) for v in many if isinstance(v, int | float) and not isinstance(v, bool)]


def _middle(low: float, high: float) -> float:
    if low == -inf:
        return 0.0 if high == inf else high - 1
    return low + 1 if high == inf else (low + high) / 2


def _everywhere(
    found: Sequence[Band], places: Sequence[Place], taken: dict[int, int], source: Source
) -> Iterator[Problem]:
    """Asks the bands for each place, as scoring does."""
    holds = [compiled(band.when) for band in found]
    reached: set[int] = set()
    nobody: list[Place] = []
    for grade, activity in places:
        facts = {"grade": grade, "activity": activity}
        chosen = next((i for i, asks in enumerate(holds) if asks(facts.get)), None)
        if chosen is None:
            nobody.append((grade, activity))
        else:
            reached.add(chosen)
    for index, band in enumerate(found):
        if index not in reached and index not in taken:
            yield Problem(
                source.at("bands", index),
                f'the band "{band.name}" can never be reached',
                "those above take all of it",
            )
    if nobody:
        grade, activity = nobody[0]
        example = f"for example grade {grade} with an activity of {activity:g}"
        yield _uncovered(source, f"end the list with one without conditions: {example}")


def _uncovered(source: Source, hint: str) -> Problem:
    return Problem(source.key("bands"), "some people get no band", hint, "warning")
