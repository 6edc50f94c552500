"""Conditions as values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from connector.config.documents import ConditionDocument, TestsDocument
from connector.config.documents.written.values import ListDocument
from connector.config.yaml import Path, Source
from connector.decide.fields.normal import money, normalise
from connector.model.condition import ALWAYS, All, AnyOf, Condition, Not, Operator, Test
from connector.model.mapping.field import FieldType

WHOLE = ("contains", "contains_any")
PLAIN = {"before": "below", "after": "above"}
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Kind(NamedTuple):
    """A field's type, as far as conditions must know it."""

    type: str
    of: FieldType = "text"  # of a list
    currency: str = ""  # of an amount that names none
    zone: str = "UTC"  # in which a day of a moment begins


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


def _test(field: str, operator: str, value: Any, kind: Kind, where: str) -> Condition:
    """What a list contains are whole parts of it, never parts of a word. A list from a file is asked like one written here."""
    file = value.file if isinstance(value, ListDocument) else ""
    plain = value.values if isinstance(value, ListDocument) else value
    if kind.type == "datetime" and _has_day(plain):
        return _days(field, operator, plain if isinstance(plain, tuple) else (plain,), kind, where)
    wanted = typed(plain, kind)
    if operator == "contains_all":
        many = wanted if isinstance(wanted, tuple) else (wanted,)
        return All(tuple(_contains(field, (one,), kind, where, file) for one in many))
    if kind.type == "list" and operator in WHOLE:
        return _contains(field, wanted, kind, where, file)
    plainly = PLAIN.get(operator, operator.removesuffix("_file"))
    return Test(field, cast("Operator", plainly), wanted, where, file)


def _contains(field: str, wanted: Any, kind: Kind, where: str, file: str) -> Test:
    many = wanted if isinstance(wanted, tuple) else (wanted,)
    return Test(field, "in" if kind.type == "list" else "contains_any", many, where, file)


def _has_day(plain: Any) -> bool:
    many = plain if isinstance(plain, tuple) else (plain,)
    return any(isinstance(each, str) and DAY.fullmatch(each) for each in many)


def _days(field: str, operator: str, wanted: tuple[Any, ...], kind: Kind, where: str) -> Condition:
    """Days asked of a moment: each begins at midnight of the project's time zone; `after` it is after all of it, and whatever
    happens within it `equals` it."""
    if operator in ("equals", "in"):
        ways = tuple(_on(field, each, kind, where) for each in wanted)
        return ways[0] if len(ways) == 1 else AnyOf(ways)
    if operator in ("not_equals", "not_in"):
        none = Not(AnyOf(tuple(_on(field, each, kind, where) for each in wanted)))
        return All((Test(field, "present", True, where), none))
    later, plainly = operator in ("after", "above", "at_most"), PLAIN.get(operator, operator)
    turned = {"above": "at_least", "at_most": "below"}.get(plainly, plainly)
    begun = _midnight(date.fromisoformat(wanted[0]), kind, later=later)
    return Test(field, cast("Operator", turned), begun, where)


def _on(field: str, wanted: Any, kind: Kind, where: str) -> Condition:
    """At this moment, or on this day."""
    if not (isinstance(wanted, str) and DAY.fullmatch(wanted)):
        return Test(field, "equals", typed(wanted, kind), where)
    day = date.fromisoformat(wanted)
    begun, over = (_midnight(day, kind, later=later) for later in (False, True))
    return All((Test(field, "at_least", begun, where), Test(field, "below", over, where)))


def _midnight(day: date, kind: Kind, *, later: bool) -> datetime:
    """When a day begins, or the one after it."""
    begins = day + timedelta(days=1) if later else day
    return datetime.combine(begins, time(), ZoneInfo(kind.zone)).astimezone(UTC)


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
        known = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(kind.zone))
        return known.astimezone(UTC)
    return normalise(kind.of, value) if kind.type == "list" else value
