"""Which rows a condition can possibly match, from the indexes alone: always a superset."""

from __future__ import annotations

from dataclasses import dataclass

from connector.sandbox.salesforce.org.state import Org
from connector.sandbox.salesforce.org.table import Table
from connector.sandbox.salesforce.soql.conditions import Compiler, span
from connector.sandbox.salesforce.soql.tree import (
    Among,
    Compare,
    Condition,
    Junction,
    Query,
    Relative,
    When,
)

# No row is created or modified after its SystemModstamp, so a lower bound of these bounds the stamp too.
_STAMPS = frozenset({"systemmodstamp", "lastmodifieddate", "createddate"})


@dataclass(frozen=True, slots=True)
class Ids:
    """Only these rows."""

    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Since:
    """Only rows with SystemModstamp at or after this."""

    stamp: str


Narrowed = Ids | Since | None


class Narrower:
    def __init__(self, org: Org, table: Table, compiler: Compiler) -> None:
        self._org = org
        self._table = table
        self._compiler = compiler

    def narrow(self, condition: Condition | None) -> Narrowed:
        """None means every row."""
        match condition:
            case Junction(every=True):
                return self._all([self.narrow(part) for part in condition.parts])
            case Junction():
                return self._any([self.narrow(part) for part in condition.parts])
            case Compare():
                return self._compare(condition)
            case Among(negated=False, path=(name,)):
                return self._equal(name, condition)
        return None

    def _compare(self, condition: Compare) -> Narrowed:
        if len(condition.path) != 1:
            return None
        name, value = condition.path[0], condition.value
        if condition.op == "=" and not isinstance(value, Relative):
            among = self._equal(name, Among(condition.path, (value,), negated=False))
            if among is not None:
                return among
        if name.lower() not in _STAMPS or condition.op not in ("=", ">", ">="):
            return None
        if isinstance(value, When):
            return Since(value.text)
        if isinstance(value, Relative):
            return Since(span(value, self._org.now().date())[0])
        return None

    def _equal(self, name: str, condition: Among) -> Ids | None:
        field = self._table.kind.find(name)
        if field is None or (field.name != "Id" and not self._table.hashed(field.name)):
            return None
        if isinstance(condition.values, Query) and field.name != "Id":
            return None
        values = self._compiler.members(condition)
        if None in values:
            return None
        if field.name == "Id":
            rows = self._table.rows
            return Ids(frozenset(value for value in values if value in rows))
        found: set[str] = set()
        for value in values:
            found.update(self._table.ids_with(field.name, value))
        return Ids(frozenset(found))

    def _all(self, parts: list[Narrowed]) -> Narrowed:
        sets = [part for part in parts if isinstance(part, Ids)]
        if sets:
            return min(sets, key=lambda part: len(part.keys))
        return max(
            (part for part in parts if isinstance(part, Since)),
            key=lambda part: part.stamp,
            default=None,
        )

    def _any(self, parts: list[Narrowed]) -> Narrowed:
        sets = [part for part in parts if isinstance(part, Ids)]
        if len(sets) == len(parts):
            return Ids(frozenset().union(*(part.keys for part in sets)))
        bounds = [part for part in parts if isinstance(part, Since)]
        if len(bounds) == len(parts):
            return min(bounds, key=lambda part: part.stamp)
        return None
