"""The one MetaData, and the few column types the store uses."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Double, Integer, MetaData, Text

# SQLite makes only `INTEGER PRIMARY KEY` the row's own number; PostgreSQL needs 64 bits.
Number = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def key(name: str = "id") -> Column[int]:
    """A primary key that the store numbers itself."""
    return Column(name, Number, primary_key=True, autoincrement=False)


def number(name: str, *more: Any, optional: bool = False, **options: Any) -> Column[int]:
    """An integer: a key of another row, a time in milliseconds, a count, a flag."""
    return Column(name, Number, *more, nullable=optional, **options)


def text(name: str, *, optional: bool = False, **options: Any) -> Column[str]:
    """Text, or JSON as text."""
    return Column(name, Text, nullable=optional, **options)


def real(name: str) -> Column[float]:
    """A 64-bit float."""
    return Column(name, Double, nullable=False)
