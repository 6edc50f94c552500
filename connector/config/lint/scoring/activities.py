"""Conditions and names that are about one activity: `asset`, and the details that a mapping keeps."""

from __future__ import annotations

from collections.abc import Iterator

from connector.config.documents import ConditionDocument
from connector.config.lint.conditions.tests import check_tests
from connector.config.lint.conditions.vocabulary import Vocabulary
from connector.config.near import suggest
from connector.config.yaml import Path, Source
from connector.model.problem import Problem


def asked(
    document: ConditionDocument, source: Source, path: Path, known: tuple[str, ...]
) -> Iterator[Problem]:
    """A condition over one activity: only `asset` and details that are `known`."""
    for name, tests in document.tests():
        if name not in known:
            yield _unknown(name, known, source.key(*path, name))
        else:
            yield from check_tests(
                tests, name, source, (*path, name), _FREE if name == "asset" else _ANY
            )
    for join, inner in (("all", document.all), ("any", document.any)):
        for index, part in enumerate(inner):
            yield from asked(part, source, (*path, join, index), known)
    if document.not_ is not None:
        yield from asked(document.not_, source, (*path, "not"), known)


_FREE = Vocabulary({}, {"asset": "text"}, {})
_ANY = Vocabulary({}, {}, {})


def known_detail(
    name: str | None, known: tuple[str, ...], source: Source, path: Path
) -> Iterator[Problem]:
    """A name that stands for what activities have in common."""
    if name is not None and name not in known:
        yield _unknown(name, known, source.at(*path))


def _unknown(name: str, known: tuple[str, ...], where: str) -> Problem:
    hint = suggest(name, known) + '; further details are kept by "detail" in the mapping'
    return Problem(where, f'unknown detail "{name}"', hint)
