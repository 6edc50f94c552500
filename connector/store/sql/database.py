"""Engines, snapshots for readers, and turns for writers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection

from connector.store.sql.transaction import Transaction

BUSY_MS = 30_000
_WRITERS = (
    0x1EADC7C1E  # on PostgreSQL our writers take turns at this lock, as SQLite's do by nature
)
_PRAGMAS = (
    f"busy_timeout = {BUSY_MS}",
    "journal_mode = WAL",
    "foreign_keys = ON",
    "cache_size = -8192",  # 8 MiB a thread; a miss is found in the system's own cache
    "wal_autocheckpoint = 2000",
)


def open_engine(url: str, *, lasting: bool = True) -> Engine:
    """A SQLite file or a PostgreSQL database. Raises ValueError for anything else.

    `lasting`: a commit is a promise even if the power fails. Without it one survives kill -9, and perhaps not the power: for
    stores that a rehearsal makes anew each time.
    """
    parsed = make_url(url)
    name = parsed.get_backend_name()
    if name == "postgresql":
        return create_engine(parsed, pool_pre_ping=True)
    if name != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise ValueError("write sqlite:///FILE or postgresql+psycopg://HOST/DATABASE")
    Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed)
    event.listen(engine, "connect", partial(_set_up, "FULL" if lasting else "NORMAL"))
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(synchronous: str, raw: DBAPIConnection, _: object) -> None:
    raw.isolation_level = None  # the begin event says BEGIN itself
    cursor = raw.cursor()
    for pragma in (*_PRAGMAS, f"synchronous = {synchronous}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("writes", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:  # cannot fail, and there are thousands: not by way of the whole engine
        connection.connection.cursor().execute("BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Transaction]:
    """A snapshot: a long read sees one state and hinders no writer."""
    with engine.connect() as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield Transaction(connection)


@contextmanager
def writing(engine: Engine) -> Iterator[Transaction]:
    """The one writer of this moment: committed at the end, rolled back by any error."""
    with engine.connect().execution_options(writes=True) as connection:
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")
            transaction = Transaction(connection)
            yield transaction
            transaction.save_counters()
        for act in transaction.after_commit:
            act()
