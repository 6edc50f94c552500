"""Conditions as values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, cast

from connector.config.documents import ConditionDocument, TestsDocument
from connector.config.yaml import Path, Source
from connector.model.condition import ALWAYS, All, AnyOf, Condition, Not, Operator, Test

Types = Mapping[str, str]  # field -> type; only dates and datetimes matter here


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
    found = tuple(
        Test(field, cast("Operator", operator), typed(value, types.get(field, "")), where)
        for operator, value in document.given()
    )
    return found[0] if len(found) == 1 else All(found)


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


def typed(value: Any, type_: str) -> Any:
    """A date or datetime for fields of that type (raises ValueError if it is none); anything else as it is."""
    if isinstance(value, tuple):
        return tuple(typed(item, type_) for item in value)
    if isinstance(value, str) and type_ == "date":
        return date.fromisoformat(value)
    if isinstance(value, str) and type_ == "datetime":
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return value
