"""The daemon."""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from typing import Any

import click
import structlog

from connector.cli.opening import open_store
from connector.cli.options import ATTENTION, DONE, Common, common, end
from connector.cli.rollout.edited import WAITS, Edits
from connector.cli.running.assembly import Clock, Parts, assemble, open_project
from connector.cli.running.cycle import clock_of
from connector.config import Project
from connector.daemon import Lease, Threads
from connector.daemon.worker import troubles
from connector.errors import ConfigError, Outdated
from connector.model.problem import Problem
from connector.server import Health, Server, application
from connector.store import Store
from connector.sync.first import UNREAD, FirstContact
from connector.sync.guard import alarms
from connector.sync.rollout import waiting

log = structlog.get_logger()
LATE = 10  # a stream not read for so many of its intervals is unhealthy


@click.command()
@click.option(
    "--listen",
    metavar="HOST:PORT",
    help="Where /health, /metrics and the page are; the loopback only.",
)
@common
def serve(listen: str | None, common: Common) -> None:
    """Run day and night: read, decide, write. Stops cleanly on SIGTERM."""
    project, loaded = open_project(common)
    host, port = address(listen or project.listen)
    with closing(open_store(common)) as store:
        clock = clock_of(project, follows=True)
        edits = Edits(project.root, store)
        if waiting(store, loaded):
            log.warning("files_differ", hint=WAITS)
        served = _Served(project, store, clock)
        _stop_on_signals(served)
        shown = application(lambda: health(served.parts, clock, edits), clock.now)
        server = Server(shown, host, port)
        served.take()
        bound = _listening(server, f"{host}:{port}")
        log.info("serving", address=f"http://{host}:{bound}", rulebook=served.rulebook)
        clean = served.live()
        server.stop()
        served.parts.lease.release(clock.now())
        failure = served.crew.failure
        log.info("stopped", clean=clean, cause=str(failure or "asked to"))
    end(ATTENTION if failure or not clean else DONE)


class _Served:
    """What runs now. Rules that come into force meanwhile are noticed by the first write, and everybody begins anew by them."""

    def __init__(self, project: Project, store: Store, clock: Clock) -> None:
        self._project, self._store, self._clock = project, store, clock
        self._stopping = False
        self._begin(None)

    def _begin(self, lease: Lease | None) -> None:
        self.parts = assemble(self._project, self._store, self._clock, ask_first=True, lease=lease)
        for worker in self.parts.platforms:
            if isinstance(worker.gate, FirstContact):
                worker.gate.tell = _held
        self.crew = Threads(self.parts.workers, self._clock)

    @property
    def rulebook(self) -> str:
        return self.parts.active.book.digest[:12]

    def take(self) -> None:
        """The lease, before any work begins."""
        self.parts.lease.take(self._clock.now, self.crew.rest)

    def stop(self) -> None:
        """Finish what is in hand, and begin nothing more."""
        self._stopping = True
        self.crew.stop()

    def live(self) -> bool:
        """Until stopped or failed; whether everybody finished what was in hand."""
        while True:
            self.crew.start()
            self.crew.wait()
            clean = self.crew.stop()
            if self._stopping or not clean or not isinstance(self.crew.failure, Outdated):
                return clean
            self._begin(self.parts.lease)
            log.info("rules_in_force", rulebook=self.rulebook)


def _held(platform: str, cause: str) -> None:
    log.warning("held", platform=platform, cause=cause)


def _listening(server: Server, where: str) -> int:
    try:
        return server.start()
    except OSError as error:
        hint = "is something else running there? give --listen another port"
        raise ConfigError([Problem("serve.listen", f"cannot listen at {where}", hint)]) from error


def address(text: str) -> tuple[str, int]:
    """`127.0.0.1:8400` in parts. Raises ConfigError for anything but the loopback: there is no login yet."""
    host, _, port = text.rpartition(":")
    if host not in ("127.0.0.1", "localhost", "::1", "[::1]") or not port.isdigit():
        problem = Problem(
            "serve.listen",
            f"{text!r} is not an address of the loopback",
            "write 127.0.0.1:8400 and put a proxy with a login before it",
        )
        raise ConfigError([problem])
    return host.strip("[]"), int(port)


def health(parts: Parts, clock: Clock, edits: Edits | None = None) -> Health:
    """What /health, /metrics and the page show."""
    now = clock.now()
    found = parts.store.status(now)
    held = {w.name: w.held for w in parts.platforms if w.held not in ("", UNREAD)}
    stopped = {**held, **troubles(parts.workers)}
    latched = alarms(parts.store)
    ages = _ages(parts, found, now)
    return Health(
        healthy=not stopped
        and not latched
        and not any(age > limit for age, limit in ages.values()),
        figures=_figures(parts.store, found, edits is not None and edits.wait()),
        troubles=stopped,
        streams={name: age for name, (age, _) in ages.items()},
        alarms=latched,
    )


def _ages(parts: Parts, found: Mapping[str, Any], now: datetime) -> dict[str, tuple[float, float]]:
    """Seconds since each stream was read to its end (or, if it never was, since its worker began), and how many are too many."""
    ages = {}
    for worker in parts.platforms:
        for stream in worker.streams:
            at = found["streams"].get((worker.name, stream), worker.begun)
            limit = LATE * worker.schedule.every(stream).total_seconds()
            if at is not None:
                ages[f"{worker.name}/{stream}"] = ((now - at).total_seconds(), limit)
    return ages


def _figures(store: Store, found: Mapping[str, Any], waits: bool) -> dict[str, float]:
    counted = {name: float(value) for name, value in store.counts().items()}
    return {
        **counted,
        "outbox_waiting": float(found["outbox"]),
        "overdue_answers": float(found["overdue"]),
        "edited_files_wait": float(waits),
        "plan_people_left": float(store.plans.left()),
        "latched_people": float(store.guard.people()),
    }


def _stop_on_signals(served: _Served) -> None:
    """A signal handler must not wait for locks the main thread may hold, so another thread does the stopping."""

    def stop(*_: object) -> None:
        threading.Thread(target=served.stop, name="stopper", daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
