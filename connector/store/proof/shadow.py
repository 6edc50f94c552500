"""Temporary tables that hide the projections: what is rebuilt goes into them, and the snapshot's own stay as they are.

Both databases look into their temporary schema first, so the SQL of the whole store works on the hidden tables unchanged.
Nothing is locked, nobody waits, and the end of the transaction takes everything away again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Engine, MetaData, Table
from sqlalchemy.schema import CreateIndex, CreateTable

from connector.store.sql.transaction import Transaction
from connector.store.tables.bookkeeping import meta
from connector.store.tables.metadata import metadata
from connector.store.tables.projections import PROJECTIONS

SHADOWED: tuple[Table, ...] = (*PROJECTIONS, meta)


@contextmanager
def snapshot(engine: Engine) -> Iterator[Transaction]:
    """One state of the store; everything done in it is taken back."""
    with engine.connect() as connection:
        began = connection.begin()
        try:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield Transaction(connection)
        finally:
            began.rollback()


def hide(tx: Transaction) -> None:
    """Empty tables in front of the projections; refs keep their number and name, which no ledger tells."""
    hidden = MetaData(naming_convention=metadata.naming_convention)
    copies = [table.to_metadata(hidden) for table in SHADOWED]
    dialect = tx.connection.dialect
    for copy in copies:
        made = str(CreateTable(copy).compile(dialect=dialect))
        tx.connection.exec_driver_sql(made.replace("CREATE TABLE", "CREATE TEMPORARY TABLE", 1))
        for index in copy.indexes:
            tx.connection.exec_driver_sql(str(CreateIndex(index).compile(dialect=dialect)))
    tx.run(f"INSERT INTO ref SELECT id, home, key, NULL, NULL, NULL, NULL FROM {real(tx, 'ref')}")  # noqa: S608  (ours)


def show(tx: Transaction) -> None:
    """The projections as they stand are seen again."""
    for table in reversed(SHADOWED):
        tx.run(f"DROP TABLE {unreal(tx, table.name)}")


def real(tx: Transaction, table: str) -> str:
    """The name of the table that stands."""
    return f"{_schema(tx)}.{table}"


def unreal(tx: Transaction, table: str) -> str:
    """The name of the table that hides it."""
    return f"{'temp' if _sqlite(tx) else 'pg_temp'}.{table}"


def differing(
    tx: Transaction, table: Table, columns: Sequence[str]
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Rows that stand and are not told by the ledgers, and rows that the ledgers tell and do not stand."""
    names = ", ".join(columns)
    there, told = real(tx, table.name), unreal(tx, table.name)
    sql = "SELECT {0} FROM {1} EXCEPT SELECT {0} FROM {2}"
    return tx.rows(sql.format(names, there, told)), tx.rows(sql.format(names, told, there))


def _schema(tx: Transaction) -> str:
    if _sqlite(tx):
        return "main"
    found = tx.one("SELECT quote_ident(current_schema())")
    return "public" if found is None else str(found[0])


def _sqlite(tx: Transaction) -> bool:
    return tx.connection.dialect.name == "sqlite"
