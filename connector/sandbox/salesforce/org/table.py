"""The rows of one kind, with the indexes that make polls and look-ups independent of the number of rows."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import Any

from connector.sandbox.salesforce.org.schema import Field, Kind

Row = dict[str, Any]
Mark = tuple[str, str]  # (SystemModstamp, Id)


def folded(value: Any) -> Any:
    """Texts compare without regard to case in SOQL and in unique fields."""
    return value.lower() if isinstance(value, str) else value


class Table:
    """Rows by id (never changed in place, so an old version may be kept), ordered by `(SystemModstamp, Id)`, and hashed.

    The order keeps stale entries until they outnumber the rows: moving a row to the end must not search the list.
    """

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.rows: dict[str, Row] = {}
        self.late: dict[
            str, tuple[int, Row | None]
        ] = {}  # id -> (visible at ms, version seen until then)
        self._order: list[Mark] = []
        self._stale = 0
        self._hashed: dict[str, dict[Any, dict[str, None]]] = {}
        for each in kind.fields.values():
            self.index(each)

    def index(self, field: Field) -> None:
        """Hash the field if a query by equal values must not scan; rows that exist already are included."""
        if not field.indexed or field.name in self._hashed:
            return
        found: dict[Any, dict[str, None]] = {}
        for row in self.rows.values():
            value = row.get(field.name)
            if value is not None:
                found.setdefault(folded(value), {})[row["Id"]] = None
        self._hashed[field.name] = found

    def forget_field(self, name: str) -> None:
        self._hashed.pop(name, None)
        for key, row in self.rows.items():
            if name in row:
                self.rows[key] = {field: value for field, value in row.items() if field != name}

    def forget_hash(self, name: str) -> None:
        self._hashed.pop(name, None)

    def hashed(self, name: str) -> bool:
        return name in self._hashed

    def ids_with(self, name: str, value: Any) -> list[str]:
        """Ids of rows (deleted ones too) whose hashed field has this value."""
        return list(self._hashed[name].get(folded(value), ()))

    def shared(self, name: str) -> Iterator[list[str]]:
        """The ids of every value that more than one row holds."""
        return (list(ids) for ids in self._hashed[name].values() if len(ids) > 1)

    def put(self, row: Row) -> Row | None:
        """Store a new version and return the one it replaces."""
        key = row["Id"]
        old = self.rows.get(key)
        self.rows[key] = row
        self._rehash(old, row)
        if old is None or old["SystemModstamp"] != row["SystemModstamp"]:
            self._mark(old, (row["SystemModstamp"], key))
        return old

    def remove(self, key: str) -> None:
        """Take a row away as if it had never been (rollback)."""
        old = self.rows.pop(key)
        self._rehash(old, {})
        self._stale += 1

    def since(self, stamp: str) -> Iterator[Row]:
        """Rows with SystemModstamp >= stamp, ordered by (SystemModstamp, Id)."""
        rows, last = self.rows, None
        for mark in self._order[bisect_left(self._order, (stamp, "")) :]:
            row = rows.get(mark[1])
            if row is not None and row["SystemModstamp"] == mark[0] and mark != last:
                last = mark
                yield row

    def seen(self, row: Row, now_ms: int) -> Row | None:
        """The version of the row that a query sees: a late one shows its old self, or nothing (api-contracts B.6)."""
        waiting = self.late.get(row["Id"])
        if waiting is None:
            return row
        if waiting[0] <= now_ms:
            del self.late[row["Id"]]
            return row
        return waiting[1]

    def _mark(self, old: Row | None, mark: Mark) -> None:
        if not self._order or self._order[-1] < mark:
            self._order.append(mark)
        else:
            insort(self._order, mark)
        self._stale += old is not None
        if self._stale > len(self.rows) + 64:
            self._order = sorted((row["SystemModstamp"], key) for key, row in self.rows.items())
            self._stale = 0

    def _rehash(self, old: Row | None, new: Row) -> None:
        for name, found in self._hashed.items():
            before = old.get(name) if old is not None else None
            after = new.get(name)
            if before == after:
                continue
            if before is not None and old is not None:
                self._drop(found, folded(before), old["Id"])
            if after is not None:
                found.setdefault(folded(after), {})[new["Id"]] = None

    def _drop(self, found: dict[Any, dict[str, None]], value: Any, key: str) -> None:
        holders = found[value]
        del holders[key]
        if not holders:
            del found[value]
