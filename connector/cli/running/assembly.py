"""From a project and a store to running parts. The only place that knows all floors."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import click
import structlog
from click.core import ParameterSource

from connector.cli.options import Common
from connector.cli.running.usage import Usage
from connector.config import ConnectionSettings, Loaded, Project, Settings, find_root, load
from connector.daemon import PLAN, Evaluator, Finisher, Lease, Schedule, Worker, this_process
from connector.errors import ConfigError
from connector.model.problem import Problem
from connector.model.systems.port import Target
from connector.platforms.budget import Budget, Meter
from connector.platforms.connection import Connection, Secret
from connector.platforms.mail import MailServer, MailTarget, Rehearsed
from connector.platforms.plugin import Platform
from connector.platforms.plugin import load as load_platform
from connector.store import Latch, Store
from connector.sync.first import FirstContact, creates
from connector.sync.guard import Watch, said
from connector.sync.rollout import Active, active

log = structlog.get_logger()

MAIL = "mail"
CALM = 6
"""Streams that need not be known at once are read every sixth time, slow ones at most so often."""


class Clock(Protocol):
    def now(self) -> datetime: ...


class WallClock:
    """Real time, aware UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that runs: one worker per platform, the evaluator, the lease they share."""

    store: Store
    active: Active
    platforms: Sequence[Worker]
    evaluator: Evaluator
    lease: Lease
    finisher: Finisher
    watch: Watch

    @property
    def workers(self) -> list[Worker | Evaluator | Finisher | Watch]:
        return [*self.platforms, self.evaluator, self.finisher, self.watch]

    def start_over(self, now: datetime) -> None:
        """Read every stream from its beginning and decide every contact again; harmless, because everything is idempotent."""
        self.read_again(self.streams(), now)
        self.store.mark_all_due(now)

    def streams(self) -> Sequence[str]:
        """All of them, as `platform/stream`."""
        return [f"{worker.name}/{stream}" for worker in self.platforms for stream in worker.streams]

    def read_again(self, streams: Sequence[str], now: datetime) -> None:
        """These from their beginning; raises ConfigError, and changes nothing, if there is no such stream."""
        known = self.streams()
        unknown = [name for name in streams if name not in known]
        if unknown:
            hint = f"streams are: {', '.join(known)}"
            raise ConfigError([Problem("--from-start", f"no stream {n!r}", hint) for n in unknown])
        for worker in self.platforms:
            for stream in worker.streams:
                if f"{worker.name}/{stream}" in streams:
                    self.store.rewind(worker.name, stream, None, "start over", now)
                    worker.nudge(stream)


def project_root(common: Common) -> Path:
    """The folder that --project names, else the nearest one upwards; raises ConfigError where there is none."""
    here = Path.cwd()
    if common.project is None:
        return find_root(here)
    settings = Settings(project=str(common.project))
    return find_root(here, settings, "--project") if _typed() else find_root(here, settings)


def _typed() -> bool:
    """Whether --project stands in the command, and is not a variable's."""
    context = click.get_current_context(silent=True)
    return (
        context is not None
        and context.get_parameter_source("project") is ParameterSource.COMMANDLINE
    )


def open_project(common: Common) -> tuple[Project, Loaded]:
    """The project and all that was loaded with it; raises ConfigError if it cannot be used."""
    loaded = load(project_root(common))
    if loaded.project is None:
        raise ConfigError(loaded.errors)
    return loaded.project, loaded


def connections(project: Project) -> Mapping[str, Connection]:
    """The project's connections by name."""
    return {found.name: _connection(found) for found in project.connections}


def budget(
    platform: Platform,
    connection: Connection,
    store: Store,
    clock: Clock,
    zone: ZoneInfo,
    *,
    burst: bool,
) -> Budget:
    """This platform's call budget, continued from what the day has already cost."""
    today = clock.now().astimezone(zone).date()
    return Budget(
        platform.name,
        platform.limits,
        clock.now,
        burst=platform.burst if burst else None,
        share=float(connection.values.get("daily_share", "1")),
        spent=store.spent(connection.name, today),
        spend=Usage(store, connection.name).spend,
        zone=zone,
    )


def assemble(
    project: Project,
    store: Store,
    clock: Clock,
    *,
    pull: timedelta | None = None,
    transports: Mapping[str, Any] | None = None,
    burst: bool = True,
    ask_first: bool = False,
    lease: Lease | None = None,
) -> Parts:
    """All workers for the rulebook in force. Raises ConfigError before the first activation or for an unknown platform.

    `transports` take the place of the network, by the name of the connection. `burst` False: calls are not spread over time, for
    a rehearsal whose clock stands still. `ask_first`: nothing is written to a system that has people in it before somebody has
    allowed it.
    """
    in_force = active(store)
    if project.rehearsal:
        store.plans.rehearse()
    lease = Lease(store, this_process()) if lease is None else lease
    schedule = _schedule(project, pull or project.schedule.pull)
    sleep = time.sleep if isinstance(clock, WallClock) else None
    workers = []
    for connection in connections(project).values():
        transport = (transports or {}).get(connection.name)
        reached = replace(connection, clock=clock.now, sleep=sleep, transport=transport)
        platform = load_platform(connection.type)
        meter = budget(platform, reached, store, clock, ZoneInfo(project.timezone), burst=burst)
        gate = _gate(project, store, in_force, connection.name) if ask_first else None
        workers.append(_worker(platform, reached, meter, store, in_force, lease, schedule, gate))
    mail = (transports or {}).get(MAIL) or mail_target(project)
    if mail is not None:
        workers.append(_mailer(mail, store, in_force, lease, schedule))
    evaluator = Evaluator(
        store,
        in_force.book,
        in_force.mappings,
        lease,
        rounds=project.limits.rounds,
        behind=lambda now: any(worker.behind(now) for worker in workers),
    )
    finisher = Finisher(
        store, in_force, Lease(store, this_process(), name=PLAN), clock.now, project.limits.rounds
    )
    watch = Watch(store, lambda: all(worker.read for worker in workers), lease.epoch, _latched)
    return Parts(store, in_force, workers, evaluator, lease, finisher, watch)


def _latched(latch: Latch) -> None:
    log.error(
        "latched", what=latch.group, people=latch.people, limit=latch.limit, cause=said(latch)
    )


def mail_target(project: Project) -> Target | None:
    """What sends e-mails to sales; in a rehearsal nothing leaves this machine. None: the project has no mail server."""
    found = project.mail
    if found is None or project.rehearsal:
        return None if found is None else Rehearsed()
    password = None if found.password is None else Secret(found.password.get_secret_value())
    return MailTarget(
        MailServer(found.host, found.port, found.security, found.sender, found.user, password)
    )


def _mailer(
    target: Target, store: Store, in_force: Active, lease: Lease, schedule: Schedule
) -> Worker:
    """One message at a time: whatever stops us leaves one at most of which nobody knows whether it went out."""
    return Worker(
        name=MAIL,
        source=None,
        target=target,
        store=store,
        mappings=in_force.mappings,
        lease=lease,
        schedule=replace(schedule, batch=1, largest=1),
    )


def _schedule(project: Project, every: timedelta) -> Schedule:
    return Schedule(
        pull=every,
        slow=max(project.schedule.owners, CALM * every),
        calm=CALM * every,
        batch=project.limits.batch,
        tries=project.limits.tries,
        blast=project.limits.blast,
    )


def _worker(
    platform: Platform,
    connection: Connection,
    meter: Meter,
    store: Store,
    in_force: Active,
    lease: Lease,
    schedule: Schedule,
    gate: FirstContact | None,
) -> Worker:
    return Worker(
        name=connection.name,
        source=platform.source(connection, in_force.mappings, meter) if platform.source else None,
        target=platform.target(connection, in_force.mappings, meter) if platform.target else None,
        store=store,
        mappings=in_force.mappings,
        lease=lease,
        schedule=schedule,
        gate=gate,
    )


def _gate(project: Project, store: Store, in_force: Active, name: str) -> FirstContact:
    creating = creates(in_force.mappings.platforms[name])
    return FirstContact(store, name, creating, rehearsal=project.rehearsal)


def _connection(found: ConnectionSettings) -> Connection:
    hidden = {key: Secret(value.get_secret_value()) for key, value in found.secrets.items()}
    return Connection(found.name, found.type, found.values, hidden, found.url)
