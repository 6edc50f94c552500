"""Conditions as values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, cast

from connector.config.documents import ConditionDocument, TestsDocument
from connector.config.documents.values import ListDocument
from connector.config.yaml import Path, Source
from connector.decide.fields.normal import money, normalise
from connector.model.condition import ALWAYS, All, AnyOf, Condition, Not, Operator, Test
from connector.model.mapping import FieldType

WHOLE = ("contains", "contains_any")


class Kind(NamedTuple):
    """A field's type, as far as conditions must know it."""

    type: str
    of: FieldType = "text"  # of a list
    currency: str = ""  # of an amount that names none


Types = Mapping[str, Kind]
UNTYPED = Kind("")


def condition(document: ConditionDocument, source: Source, path: Path, types: Types) -> Condition:
    """The condition of a rule; an empty one is ALWAYS."""
    parts = tuple(_parts(document, source, path, types))
    return ALWAYS if not parts else parts[0] if len(parts) == 1 else All(parts)


def optional(
    document: ConditionDocument | None, source: Source, path: Path, types: Types
) -> Condition | None:
    return None if document is None else condition(document, source, path, types)


def tests(
    document: TestsDocument, field: str, source: Source, path: Path, types: Types
) -> Condition:
    """Several operators on one field, all of which must hold."""
    where = source.line(*path)
    kind = types.get(field, UNTYPED)
    found = tuple(
        _test(field, operator, value, kind, where) for operator, value in document.given()
    )
    return found[0] if len(found) == 1 else All(found)


def _test(field: str, operator: str, value: Any, kind: Kind, where: str) -> Test:
    """What a list contains are whole parts of it, never parts of a word. A list from a file is asked like one written here."""
    file = value.file if isinstance(value, ListDocument) else ""
    wanted = typed(value.values if isinstance(value, ListDocument) else value, kind)
    if kind.type == "list" and operator in WHOLE:
        wanted, operator = wanted if isinstance(wanted, tuple) else (wanted,), "in"
    return Test(field, cast("Operator", operator.removesuffix("_file")), wanted, where, file)


def _parts(
    document: ConditionDocument, source: Source, path: Path, types: Types
) -> Iterator[Condition]:
    for field, inner in document.tests():
        yield tests(inner, field, source, (*path, field), types)
    if document.all:
        yield All(_each(document.all, source, (*path, "all"), types))
    if document.any:
        yield AnyOf(_each(document.any, source, (*path, "any"), types))
    if document.not_ is not None:
        yield Not(condition(document.not_, source, (*path, "not"), types))


def _each(
    documents: tuple[ConditionDocument, ...], source: Source, path: Path, types: Types
) -> tuple[Condition, ...]:
    return tuple(
        condition(inner, source, (*path, index), types) for index, inner in enumerate(documents)
    )


def typed(value: Any, kind: Kind) -> Any:
    """A date, moment, amount or part of a list for fields of that type (raises ValueError if it is none); anything else as it is."""
    if isinstance(value, tuple):
        return tuple(typed(item, kind) for item in value)
    if isinstance(value, bool):
        return value
    if kind.type == "money":
        return money(value, None, kind.currency)
    if not isinstance(value, str):
        return value
    if kind.type == "date":
        return date.fromisoformat(value)
    if kind.type == "datetime":
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return normalise(kind.of, value) if kind.type == "list" else value
