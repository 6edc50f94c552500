"""Documents with the contents of the CSV files they name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from connector.config.documents.written.values import ListDocument, TableDocument
from connector.config.near import suggest
from connector.config.tables.table import Table
from connector.config.yaml import Path, Source
from connector.model.problem import Problem

D = TypeVar("D", bound=BaseModel)


def named(value: Any, path: Path = ()) -> Iterator[tuple[Path, TableDocument]]:
    """Every file that a document names, with the place in it."""
    if isinstance(value, TableDocument):
        yield path, value
    else:
        for step, inner in _parts(value):
            yield from named(inner, (*path, step))


def filled(document: D, tables: Mapping[str, Table]) -> D:
    """The document with the contents of every table that could be read."""
    return cast("D", _filled(document, tables))


def missing(
    places: Iterable[tuple[Path, TableDocument]],
    source: Source,
    tables: Mapping[str, Table],
    broken: Collection[str],
) -> Iterator[Problem]:
    """What is wrong with the names of tables; `broken` ones are told where they are broken."""
    for path, place in places:
        if place.file not in broken:
            yield from _missing(place, source, path, tables)


def _missing(
    place: TableDocument, source: Source, path: Path, tables: Mapping[str, Table]
) -> Iterator[Problem]:
    table = tables.get(place.file)
    if table is None:
        hint = suggest(place.file, tables) if tables else "write a CSV file with a header row"
        yield Problem(source.at(*path, "file"), f"there is no {place.file}", hint)
    elif isinstance(place, ListDocument):
        if place.column and table.place(place.column) is None:
            message = f'{place.file} has no column "{place.column}"'
            hint = suggest(place.column, table.columns)
            yield Problem(source.at(*path, "column"), message, hint)
        elif not place.filled(table).values:
            message = f"nothing stands in the column of {place.file}"
            yield Problem(source.at(*path), message, "write one row for each value")


def _parts(value: Any) -> Iterator[tuple[str | int, Any]]:
    """What lies in a document, a dict or a list, under the names of the file."""
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            if name in value.model_fields_set:
                yield field.alias or name, getattr(value, name)
        yield from (value.__pydantic_extra__ or {}).items()
    elif isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, tuple):
        yield from enumerate(value)


def _filled(value: Any, tables: Mapping[str, Table]) -> Any:
    """The same value where nothing in it names a file."""
    if isinstance(value, TableDocument):
        table = tables.get(value.file)
        return value if table is None else value.filled(table)
    if isinstance(value, BaseModel):
        return _model(value, tables)
    if isinstance(value, Mapping):
        return {key: _filled(inner, tables) for key, inner in value.items()}
    if isinstance(value, tuple):
        return tuple(_filled(inner, tables) for inner in value)
    return value


def _model(model: BaseModel, tables: Mapping[str, Table]) -> BaseModel:
    """A copy in which declared keys and all others (`extra="allow"`) are filled; a key may be called like a method."""
    copy, extra = model.model_copy(), model.__pydantic_extra__ or {}
    given = model.model_fields_set - set(extra)
    copy.__dict__.update({name: _filled(getattr(model, name), tables) for name in given})
    if extra:
        copy.__pydantic_extra__ = {name: _filled(inner, tables) for name, inner in extra.items()}
    return copy
