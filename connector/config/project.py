"""leadcycle.yaml as the daemon and the command line use it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

from connector.config.connections import ConnectionSettings, connection_settings, secret
from connector.config.documents.project import BlastDocument, LimitsDocument, ProjectDocument
from connector.config.documents.written.secret import SecretDocument
from connector.config.mail import Mail, mail_of
from connector.config.settings import Settings
from connector.errors import ConfigError
from connector.model.problem import Problem
from connector.model.systems.blast import Blast

SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Times between two readings, and how far a reading looks back behind the last one."""

    pull: timedelta
    owners: timedelta
    overlap: timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """Changes of one write; attempts before a change goes to the shelf; rounds in which a system may change a value back.

    `contacts` and `share` of all people: the smaller of both may be moved without somebody's word, by a plan and (`blast`) by
    news. `plan_holds`: how long a plan may be applied.
    """

    batch: int
    tries: int
    rounds: int = 3
    contacts: int = 500
    share: float = 0.05
    plan_holds: timedelta = timedelta(hours=4)
    blast: Blast = field(default_factory=Blast)


@dataclass(frozen=True, slots=True)
class Project:
    """One project. `database` may carry a password and shows itself only when asked; empty: `database_at` says what is not set."""

    name: str
    root: Path | None
    timezone: str
    language: str
    database: SecretStr
    database_at: str  # the variable or the file that names it, in words; empty: written down in leadcycle.yaml
    connections: tuple[ConnectionSettings, ...]
    schedule: Schedule
    limits: Limits
    listen: str
    rehearsal: bool = False
    mail: Mail | None = None

    def connection(self, name: str) -> ConnectionSettings:
        """The connection of that name; raises ConfigError for an unknown one."""
        for found in self.connections:
            if found.name == name:
                return found
        hint = "connections are: " + ", ".join(one.name for one in self.connections)
        raise ConfigError([Problem("leadcycle.yaml:1:1", f'no connection "{name}"', hint)])


def project_of(
    document: ProjectDocument,
    root: Path | None,
    settings: Settings | None = None,
    environment: Mapping[str, str] | None = None,
) -> Project:
    """The project under the overrides of this process."""
    overrides = Settings() if settings is None else settings
    variables = os.environ if environment is None else environment
    extra = {"overlap": str(int(document.schedule.overlap.total_seconds()))}
    return Project(
        name=document.name,
        root=root,
        timezone=document.timezone,
        language=document.language,
        database=SecretStr(_database(document, root, overrides, variables)),
        database_at=_database_at(document),
        connections=tuple(
            connection_settings(name, one, root, variables, extra, overrides.sandbox)
            for name, one in document.connections.items()
        ),
        schedule=Schedule(
            document.schedule.pull, document.schedule.owners, document.schedule.overlap
        ),
        limits=_limits(document.limits),
        listen=document.serve.listen,
        rehearsal=bool(overrides.sandbox),
        mail=mail_of(document.mail, root, variables),
    )


def _blast(document: BlastDocument) -> Blast:
    return Blast(document.contacts, document.share, document.least, document.hot, document.window)


def _limits(document: LimitsDocument) -> Limits:
    return Limits(
        document.batch,
        document.tries,
        document.rounds,
        document.blast.contacts,
        document.blast.share,
        document.plan_holds,
        _blast(document.blast),
    )


def _database(
    document: ProjectDocument, root: Path | None, settings: Settings, variables: Mapping[str, str]
) -> str:
    """LEADCYCLE_DATABASE as it is; a relative SQLite file of leadcycle.yaml lies in the project's folder."""
    url = document.store.url
    if settings.database:
        return settings.database
    if isinstance(url, SecretDocument):
        return secret(url, root, variables) or ""
    path = url.removeprefix(SQLITE)
    if root is None or path == url or path.startswith(("/", ":memory:")) or not path:
        return url
    return f"{SQLITE}{(root / path).as_posix()}"


def _database_at(document: ProjectDocument) -> str:
    url = document.store.url
    if not isinstance(url, SecretDocument):
        return ""
    return f"the file {url.file}" if url.env is None else f"the variable {url.env}"
