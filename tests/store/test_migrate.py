"""The schema: migrations and tables say the same, and half a migration is none."""

from __future__ import annotations

import importlib.resources
import warnings
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from connector.model.person.standing import Handover, Standing
from connector.store import Store
from connector.store.sql import migrate
from connector.store.sql.codec import record
from connector.store.sql.database import reading, writing
from connector.store.tables.schema import BOOKKEEPING, LEDGERS, PROJECTIONS, metadata


def test_migrations_make_exactly_these_tables(store):
    with writing(store._engine) as tx:
        assert compare_metadata(MigrationContext.configure(tx.connection), metadata) == []
        assert migrate.version(tx) == migrate.HEAD


def test_every_table_is_a_ledger_a_projection_or_bookkeeping():
    listed = [*LEDGERS, *PROJECTIONS, *BOOKKEEPING]
    assert set(listed) == set(metadata.tables.values())
    assert len(listed) == len(set(listed))


def test_a_second_migration_changes_nothing(house):
    house.page(house.contact(1, email="a@kern.example"))
    house.store.migrate()
    assert house.store.contacts() == (1,)


def test_half_a_migration_is_none(url, monkeypatch):
    store = Store.open(url)
    monkeypatch.setattr(migrate, "SECRET", None)  # the last step fails: a name must not be null
    with pytest.raises(Exception, match=r"(?i)null"):
        store.migrate()
    with reading(store._engine) as tx:
        assert migrate.version(tx) == ""
    monkeypatch.undo()
    store.migrate()
    assert store.counts()["contacts"] == 0
    store.close()


def test_scripts_are_modules_of_the_package():
    """An installed wheel holds modules, so it holds these."""
    folder = importlib.resources.files("connector.store.migrations")
    assert folder.joinpath("env.py").is_file()
    assert folder.joinpath("versions", "__init__.py").is_file()


@pytest.mark.parametrize("bad", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x"])
def test_other_databases_are_refused(bad):
    with pytest.raises(ValueError, match="sqlite:///FILE"):
        Store.open(bad)


def test_the_folder_of_a_new_file_is_made(tmp_path):
    store = Store.open(f"sqlite:///{tmp_path / 'var' / 'deep' / 'store.db'}")
    store.migrate()
    assert (tmp_path / "var" / "deep" / "store.db").is_file()
    store.close()


def test_what_an_older_version_did_not_keep_is_made_from_the_ledgers(url):
    """A database of version 0001 knows who owns whom, and has no table that counts it."""
    store = Store.open(url)
    with writing(store._engine) as tx:
        _upgrade(tx, "0001")
        rep = "j.brandt@nordring.example"
        noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
        owned = Standing(stage="SQL", owner=rep, handover=Handover(noon, rep, 1))
        tx.run("INSERT INTO standing (contact, track, body) VALUES (1, 'main', ?)", record(owned))
        tx.run(
            "INSERT INTO link (id, ref, role, target, key, at) VALUES (2, 1, 'contact', 1, 'k', 0)"
        )
    store.migrate()
    with reading(store._engine) as tx:
        assert migrate.version(tx) == migrate.HEAD
        assert tx.rows("SELECT owner, stage, leads FROM owned") == [(owned.owner, "SQL", 1)]
        assert tx.rows("SELECT why FROM link") == [("",)]
    store.close()


def _upgrade(tx, to):
    config = Config()
    config.set_main_option("script_location", "connector.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = tx.connection
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        command.upgrade(config, to)
