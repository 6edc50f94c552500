"""Thresholds that no activity reaches: what all signals together can give at most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from math import inf
from typing import Any

from connector.config.contents import Files
from connector.config.documents.rules.scoring import MatrixDocument, ScoringDocument
from connector.config.documents.rules.signals import ActivityDocument, SignalDocument
from connector.config.documents.written.amounts import HalfLife
from connector.config.lint.conditions.places import conditions
from connector.config.lint.scoring.profile import best_profile
from connector.config.validate import File
from connector.config.yaml import Path
from connector.model.condition import Test
from connector.model.problem import Problem

DAYS = {"day": 1, "week": 7}


def check_reach(files: Files, file: File[ScoringDocument]) -> Iterator[Problem]:
    best = max(best_profile(model) for _, model in file.document.models()) + 1e-9
    limits = {"activity": most_activity(file.document.activity), "profile": best}
    for place in conditions(files):
        for test, path in _thresholds(place.document, place.path):
            least = test.value[0] if isinstance(test.value, tuple) else test.value
            most = limits[test.field]
            if isinstance(least, int | float) and (
                least > most or (least == most and test.operator == "above")
            ):
                yield _too_high(test.field, place.source.at(*path), most)
    yield from _cells(file, limits["activity"])


def _cells(file: File[ScoringDocument], most: float) -> Iterator[Problem]:
    bands = file.document.bands
    if isinstance(bands, MatrixDocument):
        for grade, row in bands.matrix.items():
            for name, least in row.items():
                if least > most:
                    where = file.source.at("bands", "matrix", grade, name)
                    yield _too_high("activity", where, most)


def _too_high(field: str, where: str, most: float) -> Problem:
    what = "all signals together give at most" if field == "activity" else "the best profile has"
    hint = f"{what} {most:g}"
    return Problem(where, f"{field} never gets that high", hint, "warning")


def most_activity(document: ActivityDocument) -> float:
    """More than all signals that give points can ever come to; inf if nothing bounds them."""
    given: dict[str | None, float] = defaultdict(float)
    for signal in document.signals:
        if signal.points > 0:
            half_life = signal.half_life or document.half_life
            given[signal.group] += _most(signal, half_life, signal.window or document.window)
    return sum(min(most, _cap(document, group)) for group, most in given.items())


def _cap(document: ActivityDocument, group: str | None) -> float:
    found = document.groups.get(group) if group is not None else None
    return inf if found is None else found.cap


def _most(signal: SignalDocument, half_life: HalfLife, window: timedelta | None) -> float:
    cap = inf if signal.cap is None else signal.cap
    return min(cap, signal.points * _strength(signal, half_life, window))


def _strength(signal: SignalDocument, half_life: HalfLife, window: timedelta | None) -> float:
    """Most strength: one activity, or as many as each day or week may count, added up while they fade."""
    if signal.only == "first":
        return 1.0
    if signal.at_most is None:
        return inf
    count, period = signal.at_most
    span = timedelta(days=DAYS[period])
    windows = inf if window is None else window / span + 2
    fading = 1 / (1 - 2.0 ** -(span / half_life)) + 1 if isinstance(half_life, timedelta) else inf
    return count * min(windows, fading)


def _thresholds(document: Any, path: Path) -> Iterator[tuple[Test, Path]]:
    for field, inner in document.tests():
        if field in ("activity", "profile"):
            for operator, value in inner.given():
                if operator in ("at_least", "above", "between", "equals"):
                    yield Test(field, operator, value), (*path, field, operator)
    for join in ("all", "any"):
        for index, part in enumerate(getattr(document, join)):
            yield from _thresholds(part, (*path, join, index))
