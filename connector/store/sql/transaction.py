"""One transaction, with the driver's own cursor for the hot paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, Table

from connector.store.sql.dialect import driver_sql, insert_sql
from connector.store.tables.bookkeeping import counter

Row = tuple[Any, ...]
LEDGER = "ledger"  # the one sequence of all ledgers


class Transaction:
    """What every module of the store works with.

    SQL of ours is written with `?` for a value and `IN [?]` for a list of values. Rows given to `insert`, `add`, `put` and
    `upsert` hold every column of the table, in its order.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.after_commit: list[Callable[[], None]] = []
        self._postgres = connection.dialect.name == "postgresql"
        self._raw: Any = connection.connection
        self._cursor: Any = self._raw.cursor()
        self._counters: dict[str, int] = {}
        self._allotted: set[str] = set()
        self._slices = 0

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """All rows of a query."""
        self._execute(sql, values)
        found: list[Row] = self._cursor.fetchall()
        return found

    def one(self, sql: str, *values: Any) -> Row | None:
        """The first row, or None."""
        self._execute(sql, values)
        found: Row | None = self._cursor.fetchone()
        return found

    def number(self, sql: str, *values: Any) -> int:
        """The first value of the first row, 0 if there is none."""
        found = self.one(sql, *values)
        return 0 if found is None else int(found[0])

    def slices(self, sql: str, *values: Any, size: int = 2000) -> Iterator[list[Row]]:
        """A large result in bounded memory; the transaction may do other things in between."""
        self._slices += 1
        cursor = self._raw.cursor(f"slice_{self._slices}") if self._postgres else self._raw.cursor()
        try:
            cursor.execute(driver_sql(sql, self._postgres), self._bound(values))
            while found := cursor.fetchmany(size):
                yield found
        finally:
            cursor.close()

    def run(self, sql: str, *values: Any) -> int:
        """One statement; returns how many rows it touched."""
        self._execute(sql, values)
        return int(self._cursor.rowcount)

    def many(self, sql: str, rows: Sequence[Row]) -> None:
        """One statement, once for each row of values."""
        if rows:
            self._cursor.executemany(driver_sql(sql, self._postgres), rows)

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """New rows."""
        self._write(table, "", rows)

    def add(self, table: Table, rows: Sequence[Row]) -> int:
        """New rows; those whose key exists stay as they are. Returns how many were new."""
        return self._write(table, "skip", rows)

    def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Rows by primary key, new or in place of the old ones; each key at most once."""
        self._write(table, "replace", rows)

    def upsert(self, table: Table, rows: Sequence[Row], setting: str) -> None:
        """Like `put`, with an own SET clause over the old row and `excluded`."""
        self._write(table, setting, rows)

    def allot(self, name: str, count: int = 1) -> int:
        """The first of `count` integers that were never issued before."""
        if not self._counters:
            self._counters = dict(self.rows("SELECT name, value FROM counter"))
        first = self._counters.get(name, 0) + 1
        self._counters[name] = first + count - 1
        self._allotted.add(name)
        return first

    def entry(self, count: int = 1) -> int:
        """The first of `count` numbers for rows of the ledgers."""
        return self.allot(LEDGER, count)

    def last_entry(self) -> int:
        """The newest row of the ledgers in this snapshot; 0: none."""
        return self.number("SELECT value FROM counter WHERE name = ?", LEDGER)

    def save_counters(self) -> None:
        self.put(counter, [(name, self._counters[name]) for name in sorted(self._allotted)])
        self._allotted.clear()

    def _execute(self, sql: str, values: Sequence[Any]) -> None:
        self._cursor.execute(driver_sql(sql, self._postgres), self._bound(values))

    def _bound(self, values: Sequence[Any]) -> Sequence[Any]:
        if self._postgres:
            return values
        return [orjson.dumps(v).decode() if type(v) is list else v for v in values]

    def _write(self, table: Table, conflict: str, rows: Sequence[Row]) -> int:
        if not rows:
            return 0
        sql = insert_sql(table, conflict, self._postgres)
        if self._postgres:
            self._cursor.execute(sql, [list(column) for column in zip(*rows, strict=True)])
        else:
            self._cursor.executemany(sql, rows)
        return int(self._cursor.rowcount)
