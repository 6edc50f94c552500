"""The store that a verb works on: where it is, and what to say if it is not there."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, ProgrammingError

from connector.cli.options import Common
from connector.cli.running.assembly import open_project
from connector.errors import ConfigError, LeadcycleError, TryLater
from connector.model.problem import Problem
from connector.store import Store

FORMS = "write a path, sqlite:///PATH or postgresql+psycopg://HOST/NAME"


def open_store(common: Common, *, create: bool = False) -> Store:
    """The store that --database or the project names, migrated to this version.

    Raises ConfigError for a file that is not there, unless it may be created: a misspelt path must not become an empty store.
    """
    url = store_url(common)
    file = url.database if url.get_backend_name() == "sqlite" else None
    if file and not create and not Path(file).exists():
        hint = "run `leadcycle apply`, or name another one by --database"
        raise ConfigError([Problem(file, "there is no store in this place", hint)])
    try:
        store = Store.open(url.render_as_string(hide_password=False))
        store.migrate()
    except ProgrammingError:
        raise  # a fault of ours
    except (ValueError, ModuleNotFoundError, NoSuchModuleError, DatabaseError) as error:
        raise _unusable(url, error) from error
    return store


def store_url(common: Common) -> URL:
    """Where the store is; as text it hides a password. Raises ConfigError if the project does not say, or says nonsense."""
    try:
        return make_url(_url(common))
    except ArgumentError as error:
        raise ConfigError([Problem("--database", "not a database address", FORMS)]) from error


def _url(common: Common) -> str:
    if common.database:
        return common.database if "://" in common.database else f"sqlite:///{common.database}"
    project, _ = open_project(common)
    url = project.database.get_secret_value()
    if not url:
        said = f"{project.database_at}, which names the database, is not there or empty"
        raise ConfigError(
            [Problem("leadcycle.yaml", said, "give it a value, or name the database by --database")]
        )
    return url


def _unusable(url: URL, error: Exception) -> LeadcycleError:
    if isinstance(error, DatabaseError) and url.get_backend_name() != "sqlite":
        return TryLater(
            f"store: {url.host or 'the database'} does not answer, or refuses the login"
        )
    if isinstance(error, ModuleNotFoundError):
        hint = "install leadcycle[postgres], and write postgresql+psycopg://HOST/NAME"
        return ConfigError([Problem(str(url), f"the driver is missing: {error.name}", hint)])
    return ConfigError([Problem(str(url), "this is no store of ours", FORMS)])
