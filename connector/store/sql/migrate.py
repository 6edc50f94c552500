"""The schema brought to this version, in one transaction: a crash half-way leaves the old one."""

from __future__ import annotations

import secrets
import warnings

from sqlalchemy import inspect

from connector.store.intake.done.addresses import SECRET
from connector.store.sql.transaction import Transaction
from connector.store.tables.bookkeeping import meta

HEAD = "0003"
NEW_IN = {"0002": ("roster",), "0003": ("roster",)}
"""Projections that got a table or a column with a version."""


def version(tx: Transaction) -> str:
    """The version of the schema in the database; "" for an empty one."""
    if not inspect(tx.connection).has_table("alembic_version"):
        return ""
    found = tx.one("SELECT version_num FROM alembic_version")
    return "" if found is None else str(found[0])


def migrate(tx: Transaction) -> tuple[str, ...]:
    """To the newest version; returns the projections that must be made again for it.

    Raises alembic's CommandError for a database of a newer leadcycle.
    """
    before = version(tx)
    if before == HEAD:
        return ()
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "connector.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = tx.connection
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # alembic's own, on start
        command.upgrade(config, "head")
    if tx.one("SELECT 1 FROM meta WHERE name = ?", SECRET) is None:
        tx.put(meta, [(SECRET, secrets.token_hex(32))])
    made = (name for number, names in NEW_IN.items() if "" < before < number for name in names)
    return tuple(dict.fromkeys(made))
