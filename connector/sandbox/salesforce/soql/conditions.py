"""Conditions as predicates over rows. Two-valued: null equals nothing and is unequal to every value."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from connector.sandbox.salesforce.org.ids import id18
from connector.sandbox.salesforce.org.refusal import Refusal
from connector.sandbox.salesforce.org.schema import Field, Kind
from connector.sandbox.salesforce.org.state import Org
from connector.sandbox.salesforce.org.table import Row
from connector.sandbox.salesforce.org.values import NUMERIC, TEXTUAL
from connector.sandbox.salesforce.soql.paths import Getter, field_of
from connector.sandbox.salesforce.soql.tree import (
    Among,
    Compare,
    Condition,
    Includes,
    Junction,
    Like,
    Literal,
    Negation,
    Path,
    Query,
    Relative,
    When,
)

Predicate = Callable[[Row], bool]
Inner = Callable[[Query], list[Any]]
IDS = frozenset({"id", "reference"})


class Compiler:
    """Turns conditions on one kind into predicates; `inner` runs the query inside an IN."""

    def __init__(self, org: Org, kind: Kind, inner: Inner) -> None:
        self._org = org
        self._kind = kind
        self._inner = inner

    def predicate(self, condition: Condition) -> Predicate:
        match condition:
            case Junction():
                return _join(condition.every, [self.predicate(part) for part in condition.parts])
            case Negation():
                inner = self.predicate(condition.part)
                return lambda row: not inner(row)
            case Compare():
                return self._compare(condition)
            case Like():
                return self._like(condition)
            case Among():
                return self._among(condition)
            case Includes():
                return self._includes(condition)

    def field(self, path: Path) -> tuple[Field, Getter]:
        """The filterable field of a path."""
        field, get = field_of(self._org, self._kind, path)
        if not field.filterable:
            raise Refusal(
                400, "INVALID_FIELD", f"field '{field.name}' can not be filtered in a query call"
            )
        return field, get

    def members(self, condition: Among) -> list[Any]:
        """The comparable values of an IN; those of an inner query are taken as they are stored."""
        field, _ = self.field(condition.path)
        if isinstance(condition.values, Query):
            return [
                key(field, value) for value in self._inner(condition.values) if value is not None
            ]
        return [bound(field, value) for value in condition.values]

    def _compare(self, condition: Compare) -> Predicate:
        field, get = self.field(condition.path)
        op, value = condition.op, condition.value
        if isinstance(value, Relative):
            return _relative(field, get, op, span(value, self._org.now().date()))
        limit = bound(field, value)
        if field.type == "boolean" and op not in ("=", "!="):
            raise Refusal(
                400,
                "INVALID_QUERY_FILTER_OPERATOR",
                f"invalid operator on boolean field {field.name}",
            )
        if field.type in TEXTUAL and op not in ("=", "!="):
            return _ordered(op, _lowered(get), limit)
        if field.type in TEXTUAL:
            get = _lowered(get)
        return _ordered(op, get, limit)

    def _like(self, condition: Like) -> Predicate:
        field, get = self.field(condition.path)
        if field.type not in TEXTUAL:
            raise Refusal(
                400, "INVALID_QUERY_FILTER_OPERATOR", f"invalid operator LIKE on field {field.name}"
            )
        match = re.compile(condition.pattern, re.DOTALL).fullmatch

        def like(row: Row) -> bool:
            value = get(row)
            return value is not None and match(value.lower()) is not None

        return like

    def _among(self, condition: Among) -> Predicate:
        field, get = self.field(condition.path)
        wanted = frozenset(self.members(condition))
        if field.type in TEXTUAL:
            get = _lowered(get)
        if condition.negated:
            return lambda row: get(row) not in wanted
        return lambda row: get(row) in wanted

    def _includes(self, condition: Includes) -> Predicate:
        field, get = self.field(condition.path)
        if field.type != "multipicklist":
            raise Refusal(
                400,
                "INVALID_QUERY_FILTER_OPERATOR",
                f"INCLUDES is not valid for field {field.name}",
            )
        groups = [frozenset((bound(field, value) or "").split(";")) for value in condition.values]

        def includes(row: Row) -> bool:
            chosen = set((get(row) or "").lower().split(";"))
            return any(group <= chosen for group in groups) is not condition.negated

        return includes


def key(field: Field, value: Any) -> Any:
    """A stored value in the form in which values of this field are compared."""
    return value.lower() if field.type in TEXTUAL and isinstance(value, str) else value


def bound(field: Field, value: Literal) -> Any:
    """A literal in the form in which values of this field are compared; raises INVALID_FIELD for the wrong type."""
    if value is None:
        return None
    if field.type in TEXTUAL and isinstance(value, str):
        return value.lower() or None
    if field.type in IDS and isinstance(value, str):
        full = id18(value)
        if full is None:
            raise Refusal(400, "INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {value[:80]}")
        return full
    if field.type == "boolean" and isinstance(value, bool):
        return value
    if field.type in NUMERIC and isinstance(value, int | float) and not isinstance(value, bool):
        return value
    timed = field.type in ("date", "datetime") and isinstance(value, When)
    if timed and isinstance(value, When) and value.day == (field.type == "date"):
        return value.text
    raise _mistyped(field)


def _mistyped(field: Field) -> Refusal:
    quoted = field.type in TEXTUAL or field.type in IDS
    wanted = {"datetime": "dateTime", "currency": "double", "percent": "double"}.get(
        field.type, field.type
    )
    return Refusal(
        400, "INVALID_FIELD",
        f"value of filter criterion for field '{field.name}' must be of type "
        f"{'string' if quoted else wanted} and should {'' if quoted else 'not '}be enclosed in quotes",
    )  # fmt: skip


def span(value: Relative, today: date) -> tuple[str, str]:
    """First day and the day after the last one, in UTC (the sandbox's user lives there)."""
    day = timedelta(days=1)
    week = today - day * (
        (today.weekday() + 1) % 7
    )  # weeks begin on Sunday, as in the en_US locale
    month = today.replace(day=1)
    year = today.replace(month=1, day=1)
    try:
        first, after = {
            "TODAY": lambda: (today, today + day),
            "YESTERDAY": lambda: (today - day, today),
            "TOMORROW": lambda: (today + day, today + 2 * day),
            "THIS_WEEK": lambda: (week, week + 7 * day),
            "LAST_WEEK": lambda: (week - 7 * day, week),
            "THIS_MONTH": lambda: (month, (month + 32 * day).replace(day=1)),
            "LAST_MONTH": lambda: ((month - day).replace(day=1), month),
            "THIS_YEAR": lambda: (year, year.replace(year=year.year + 1)),
            "LAST_YEAR": lambda: (year.replace(year=year.year - 1), year),
            "LAST_N_DAYS": lambda: (today - value.n * day, today + day),
            "NEXT_N_DAYS": lambda: (today + day, today + (value.n + 1) * day),
            "N_DAYS_AGO": lambda: (today - value.n * day, today - (value.n - 1) * day),
        }[value.name]()
    except OverflowError:
        raise Refusal(400, "MALFORMED_QUERY", f"{value.name}:{value.n} is out of range") from None
    return first.isoformat(), after.isoformat()


def _relative(field: Field, get: Getter, op: str, days: tuple[str, str]) -> Predicate:
    """`= TODAY` means within the span, `>` after its end, `<` before its start."""
    if field.type not in ("date", "datetime"):
        raise _mistyped(field)
    first, after = days
    inside: Predicate = lambda row: (value := get(row)) is not None and first <= value < after  # noqa: E731
    match op:
        case "=":
            return inside
        case "!=":
            return lambda row: not inside(row)
        case "<":
            return lambda row: (value := get(row)) is not None and value < first
        case "<=":
            return lambda row: (value := get(row)) is not None and value < after
        case ">":
            return lambda row: (value := get(row)) is not None and value >= after
        case _:
            return lambda row: (value := get(row)) is not None and value >= first


def _ordered(op: str, get: Getter, limit: Any) -> Predicate:
    match op:
        case "=":
            return lambda row: bool(get(row) == limit)
        case "!=":
            return lambda row: bool(get(row) != limit)
    if limit is None:
        return lambda _row: False
    match op:
        case "<":
            return lambda row: (value := get(row)) is not None and value < limit
        case "<=":
            return lambda row: (value := get(row)) is not None and value <= limit
        case ">":
            return lambda row: (value := get(row)) is not None and value > limit
        case _:
            return lambda row: (value := get(row)) is not None and value >= limit


def _lowered(get: Getter) -> Getter:
    def lowered(row: Row) -> Any:
        value = get(row)
        return None if value is None else value.lower()

    return lowered


def _join(every: bool, parts: list[Predicate]) -> Predicate:
    if len(parts) == 2:
        one, two = parts
        if every:
            return lambda row: one(row) and two(row)
        return lambda row: one(row) or two(row)
    if every:
        return lambda row: all(part(row) for part in parts)
    return lambda row: any(part(row) for part in parts)
