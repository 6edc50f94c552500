"""One text to one document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast

import orjson
from pydantic import ValidationError

from connector.config.documents import Document
from connector.config.documents.written.values import TableDocument
from connector.config.schema import schema_of
from connector.config.sentences import sentences
from connector.config.tables.filling import named
from connector.config.yaml import Path, Source, read
from connector.model.problem import Problem

D = TypeVar("D", bound=Document)
MOST = 100  # problems of one file
MAY_BE_NULL = frozenset({"values", "person", "account"})  # null is a value there: unknown


@dataclass(frozen=True, slots=True)
class File(Generic[D]):
    """A document and where each of its parts stands; `tables` are the CSV files it names, with the place in it."""

    document: D
    source: Source
    tables: tuple[tuple[Path, TableDocument], ...] = ()

    @property
    def path(self) -> str:
        return self.source.path


def validated(
    path: str, text: str, document: type[D]
) -> tuple[File[D] | None, tuple[Problem, ...]]:
    """The document, if all of it is right, and everything that is wrong. What was read last is remembered."""
    found, problems = _validated(path, text, document)
    return cast("File[D] | None", found), problems


@lru_cache(maxsize=128)
def _validated(
    path: str, text: str, document: type[Document]
) -> tuple[File[Any] | None, tuple[Problem, ...]]:
    source, problems = read(path, text)
    if source is None:
        return None, problems
    found, said = _document(source, document)
    told = {problem.where for problem in (*problems, *said)}
    unread = {problem.where for problem in problems}  # not also of the wrong type
    said = [
        *problems,
        *(problem for problem in said if problem.where not in unread),
        *(problem for problem in _nulls(source) if problem.where not in told),
    ]
    if found is None or said:
        return None, _first(said)
    return File(found, source, tuple(named(found))), ()


def _first(said: list[Problem]) -> tuple[Problem, ...]:
    """Nobody mends a thousand lines at once, and most of them follow from the first."""
    if len(said) <= MOST:
        return tuple(said)
    return *said[:MOST], Problem(
        said[MOST].where, "there are more mistakes in this file", "mend these first"
    )


def _document(source: Source, document: type[D]) -> tuple[D | None, list[Problem]]:
    try:
        # JSON in strict mode: lists become tuples and moments are read, but no text becomes a number
        return document.model_validate_json(orjson.dumps(source.data)), []
    except ValidationError as error:
        return None, sentences(
            source, error.errors(include_url=False)[: MOST + 1], schema_of(document)
        )


def _nulls(source: Source) -> Iterator[Problem]:
    """A key with nothing after it would silently mean the default."""
    for path in _empty(source.data, ()):
        hint = "write a value or remove the line"
        yield Problem(
            source.key(*path),
            f'nothing stands after "{path[-1]}"' if isinstance(path[-1], str) else "an empty entry",
            hint,
        )


def _empty(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, dict):
        parts: Any = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    else:
        return
    for step, inner in parts:
        if inner is not None:
            yield from _empty(inner, (*path, step))
        elif not (path and path[-1] in MAY_BE_NULL):
            yield (*path, step)
