"""How the SQL of SQLite and of PostgreSQL differs; nothing else in the store asks which one it is."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.types import Double, Text


@cache
def driver_sql(sql: str, postgres: bool) -> str:
    """`?` stands for a value, `IN [?]` for a list of values (JSON text for SQLite, an array for PostgreSQL)."""
    if postgres:
        return sql.replace("IN [?]", "= ANY(%b)").replace("?", "%s")
    return sql.replace("IN [?]", "IN (SELECT value FROM json_each(?))")


@cache
def insert_sql(table: Table, conflict: str, postgres: bool) -> str:
    """INSERT of whole rows. PostgreSQL takes each column as one array: one round trip for any number of rows, in binary,
    because psycopg escapes arrays of text in Python.

    `conflict`: "" (an error), "skip", "replace", or an own SET clause over the old row and `excluded`.
    """
    names = ", ".join(column.name for column in table.columns)
    if postgres:
        arrays = ", ".join(f"%b::{_array(column)}" for column in table.columns)
        source = f"SELECT * FROM unnest({arrays})"  # noqa: S608  (our own column types)
    else:
        source = f"VALUES ({', '.join('?' for _ in table.columns)})"
    return f"INSERT INTO {table.name} ({names}) {source}{_on_conflict(table, conflict)}"


def _on_conflict(table: Table, conflict: str) -> str:
    if not conflict:
        return ""
    if conflict == "skip":
        return " ON CONFLICT DO NOTHING"
    keys = ", ".join(column.name for column in table.primary_key.columns)
    if conflict == "replace":
        rest = [column.name for column in table.columns if not column.primary_key]
        conflict = ", ".join(f"{name} = excluded.{name}" for name in rest)
    return f" ON CONFLICT ({keys}) DO UPDATE SET {conflict}"


def _array(column: Column[Any]) -> str:
    if isinstance(column.type, Text):
        return "text[]"
    return "float8[]" if isinstance(column.type, Double) else "bigint[]"
