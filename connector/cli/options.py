"""What all verbs share: options, lazy loading, exit codes."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import orjson
import structlog

from connector.errors import Bug, ConfigError, Fenced, LeadcycleError, Outdated

_LINE = re.compile(r":[0-9]+:[0-9]+$")
DONE, ATTENTION, WRONG, CHANGES, UNREACHABLE = 0, 1, 2, 3, 4


class Verbs(click.Group):
    """A group that imports a verb's module only when the verb is used: `leadcycle check` stays fast."""

    def __init__(self, *args: Any, verbs: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._verbs = dict(verbs or {})

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self._verbs)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        where = self._verbs.get(cmd_name)
        if where is None:
            return None
        module, name = where.split(":")
        found = getattr(import_module(module), name)
        return found if isinstance(found, click.Command) else None


@dataclass(frozen=True, slots=True)
class Common:
    """The options every verb understands."""

    project: Path | None
    database: str | None
    json: bool

    def show(self, data: Any, text: Callable[[], None]) -> None:
        """The result on stdout: one JSON object, or the text for people."""
        if self.json:
            click.echo(
                orjson.dumps(
                    data,
                    option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS,
                ).decode()
            )
        else:
            text()


def common(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --project, --database and --json; the verb gets them as one `common`."""

    def gathered(
        *args: Any, project: Path | None, database: str | None, as_json: bool, **kwargs: Any
    ) -> Any:
        quiet_logs()
        return function(*args, common=Common(project, database, as_json), **kwargs)

    gathered.__name__, gathered.__doc__ = function.__name__, function.__doc__
    gathered.__click_params__ = list(getattr(function, "__click_params__", []))  # type: ignore[attr-defined]  # click keeps options there
    for option in (
        click.option(
            "--json",
            "as_json",
            is_flag=True,
            envvar="LEADCYCLE_JSON",
            help="One JSON object on stdout.",
        ),
        click.option(
            "--database",
            envvar="LEADCYCLE_DATABASE",
            metavar="URL|PATH",
            help="The store, instead of the project's.",
        ),
        click.option(
            "--project",
            envvar="LEADCYCLE_PROJECT",
            type=click.Path(path_type=Path, file_okay=True, dir_okay=True),
            help="The project folder; by default the nearest leadcycle.yaml upwards.",
        ),
    ):
        option(gathered)
    return gathered


def quiet_logs() -> None:
    """Logs go to stderr, one event a line: JSON for machines, readable on a terminal."""
    renderer: Any = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def complaint(error: Exception, undone: str = "applied") -> int:
    """One clear sentence on stderr for a known error, and its exit code; anything else is raised again.

    `undone`: what did not happen because of it.
    """
    if isinstance(error, ConfigError):
        for problem in error.problems:
            click.echo(str(problem), err=True)
        count = len(error.problems)
        if not any(_LINE.search(problem.where) for problem in error.problems):
            return WRONG
        said = "problem" if count == 1 else "problems"
        click.echo(f"{count} {said}. Nothing was {undone}.", err=True)
        return WRONG
    if isinstance(error, Fenced | Outdated):
        click.echo(str(error), err=True)
        return ATTENTION
    if isinstance(error, Bug):
        traceback.print_exception(error)
        click.echo(
            "This is a fault of leadcycle, not yours: please report it with the lines above.",
            err=True,
        )
        return ATTENTION
    if isinstance(error, LeadcycleError):
        click.echo(str(error), err=True)
        return UNREACHABLE
    if isinstance(error, PermissionError | FileExistsError | NotADirectoryError):
        click.echo(f"{error.filename}: {error.strerror}", err=True)
        return WRONG
    raise error


def end(code: int) -> None:
    """Leave with an exit code once everything is printed and closed."""
    click.get_current_context().exit(code)
