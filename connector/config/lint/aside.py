"""Stages beside the order, in conditions that ask for an order."""

from __future__ import annotations

from collections.abc import Iterator

from connector.config.contents import Files
from connector.config.documents import ConditionDocument
from connector.config.lint.conditions.places import conditions
from connector.config.lint.conditions.vocabulary import ORDERED, noun_of
from connector.config.yaml import Path, Source
from connector.model.problem import Problem


def check_aside(files: Files) -> Iterator[Problem]:
    if files.lifecycle is None or not files.lifecycle.document.aside:
        return
    aside = files.lifecycle.document.aside
    for place in conditions(files):
        yield from _within(place.document, place.source, place.path, aside)


def _within(
    document: ConditionDocument, source: Source, path: Path, aside: tuple[str, ...]
) -> Iterator[Problem]:
    for field, tests in document.tests():
        for operator, value in tests.given():
            if operator in ORDERED and value in aside and _staged(field):
                where = source.at(*path, field, operator)
                yield Problem(
                    where, f"{value} stands beside the order of stages", "write equals, or in"
                )
    for join, inner in (("all", document.all), ("any", document.any)):
        for index, part in enumerate(inner):
            yield from _within(part, source, (*path, join, index), aside)
    if document.not_ is not None:
        yield from _within(document.not_, source, (*path, "not"), aside)


def _staged(field: str) -> bool:
    return "stage" in (field, noun_of(field))
