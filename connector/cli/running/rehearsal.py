"""The sandbox as a process of its own, and its clock from our side."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson
import requests

from connector.errors import ConfigError, Stopped, TryLater
from connector.model.problem import Problem

START = "2026-03-02T06:00:00+00:00"  # a Monday
PATIENCE = 120.0  # seconds for one answer of the sandbox; ninety days of people take a moment


class SandboxClock:
    """The sandbox's virtual time, moved over HTTP; while it moves, its people act.

    It is asked once and then known, because nobody else moves it; one that `follows` is asked each time.
    """

    def __init__(self, url: str, *, follows: bool = False) -> None:
        self._url, self._session, self._follows = url.rstrip("/"), requests.Session(), follows
        self._now = self._moment("GET")

    def now(self) -> datetime:
        if self._follows:
            with suppress(TryLater):  # time stands still while the sandbox is away
                self._now = self._moment("GET")
        return self._now

    def advance(self, to: datetime) -> None:
        self._now = self._moment("POST", {"to": to.isoformat()})

    def report(self) -> dict[str, Any]:
        """The sandbox's own state: calls, rows written, records, duplicates."""
        return self._ask("GET", "report")

    def quiet(self) -> None:
        """People stop acting; time and automation go on."""
        self._ask("POST", "quiet")

    def close(self) -> None:
        self._session.close()

    def _moment(self, method: str, sent: dict[str, str] | None = None) -> datetime:
        return datetime.fromisoformat(self._ask(method, "clock", sent)["now"]).astimezone(UTC)

    def _ask(self, method: str, what: str, sent: dict[str, str] | None = None) -> dict[str, Any]:
        """Raises TryLater where no sandbox answers."""
        try:
            found = self._session.request(
                method, f"{self._url}/sandbox/{what}", json=sent, timeout=PATIENCE
            )
            found.raise_for_status()
            return dict(orjson.loads(found.content))
        except (requests.RequestException, ValueError) as error:
            raise TryLater(
                f"sandbox: nothing that is a sandbox answers at {self._url}; start `leadcycle sandbox`"
            ) from error


@contextmanager
def sandbox_process(*options: str) -> Iterator[str]:
    """`leadcycle sandbox` on a free port of the loopback, for as long as the block runs; yields its URL.

    It ends with this process, however that ends: its standard input is a pipe that only we hold open.
    """
    verb = ("-m", "connector.cli", "sandbox", "--port", "0", "--json", "--leashed")
    command, pipe = [sys.executable, *verb, *options], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=sys.stderr) as process:  # noqa: S603 - our own program
        try:
            yield _address(process)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _address(process: subprocess.Popen[bytes]) -> str:
    line = process.stdout.readline() if process.stdout else b""
    if not line:
        raise Stopped("sandbox", "the sandbox did not start; what it said stands above")
    return str(orjson.loads(line)["url"])


@click.command()
@click.option(
    "--port",
    default=8500,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port on 127.0.0.1; 0 takes a free one.",
)
@click.option(
    "--contacts",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A HubSpot contact export (CSV) to load.",
)
@click.option(
    "--people/--no-people",
    default=False,
    help="Marketers, prospects and sales reps act by themselves.",
)
@click.option("--seed", default=7, show_default=True, help="Same seed, same people and faults.")
@click.option("--start", default=START, show_default=True, help="Where the virtual clock starts.")
@click.option(
    "--empty",
    is_flag=True,
    help="Accounts without our fields and lists, to rehearse `leadcycle install`.",
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    envvar="LEADCYCLE_JSON",
    help="Say where it listens as one JSON line.",
)
@click.option("--leashed", is_flag=True, hidden=True, help="End when standard input ends.")
def sandbox(
    port: int,
    contacts: Path | None,
    people: bool,
    seed: int,
    start: str,
    empty: bool,
    as_json: bool,
    leashed: bool,
) -> None:
    """HubSpot and Salesforce for rehearsals, on the loopback, with a virtual clock."""
    if leashed:
        threading.Thread(target=_end_with_parent, name="leash", daemon=True).start()
    from connector.sandbox.company import furnish
    from connector.sandbox.people import People
    from connector.sandbox.server import run
    from connector.sandbox.world import World

    world = World.build(seed=seed, start=_moment(start))
    if people:
        world.people = People(world, seed=seed, installed=not empty)
    else:
        furnish(world.hubspot, world.salesforce, seed, installed=not empty, content=False)
    loaded = _load(world, contacts) if contacts else 0

    def ready(url: str) -> None:
        if as_json:
            click.echo(orjson.dumps({"url": url, "contacts": loaded}))
        else:
            click.echo(
                f"The sandbox listens on {url}"
                + (f" with {loaded} contacts from {contacts}." if contacts else ".")
            )
            click.echo(f"In another shell:  export LEADCYCLE_SANDBOX={url}", err=True)
            click.echo(
                f"Move its clock:    curl -X POST {url}/sandbox/clock -d '{{\"by\": 3600}}'",
                err=True,
            )
        sys.stdout.flush()

    try:
        run(world, port, ready)
    except OSError as error:
        hint = "choose another one; 0 takes a free one"
        raise ConfigError([Problem("--port", f"{port} is taken", hint)]) from error


def _end_with_parent() -> None:
    """The pipe ends when whoever started us is gone, kill -9 included; nothing here is to be kept."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(0)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(
            f"{text!r} is not a time; write it like {START}", param_hint="--start"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _load(world: Any, path: Path) -> int:
    try:
        return int(world.hubspot.load_contacts(path))
    except ValueError as error:
        raise ConfigError(
            [Problem(str(path), str(error), "export contacts from HubSpot as CSV")]
        ) from error
