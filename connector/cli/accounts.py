"""connect (who are we there, what is missing) and install (our fields and lists)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import click

from connector.cli.mail import mail_row
from connector.cli.options import ATTENTION, UNREACHABLE, Common, common, end
from connector.cli.output import console, table
from connector.cli.running.assembly import MAIL, connections, open_project
from connector.config import Loaded
from connector.decide.fit.fault import problems as problems_of
from connector.decide.fit.mapped import faults, vocabulary
from connector.errors import ConfigError, LeadcycleError
from connector.model.mapping.mappings import Mappings
from connector.model.problem import Problem
from connector.model.rules import Rulebook
from connector.model.systems.port import Target, described
from connector.platforms.budget import Unmetered
from connector.platforms.connection import Connection
from connector.platforms.plugin import load as load_platform


@click.command()
@click.argument("names", nargs=-1)
@common
def connect(names: Sequence[str], common: Common) -> None:
    """Who am I, with which rights, limits and editions, and what is missing."""
    project, loaded = open_project(common)
    known = connections(project)
    mail = mail_row(project) if not names or MAIL in names else None
    asked = [name for name in names if mail is None or name != MAIL]
    chosen = [_named(known, name) for name in (asked if names else known)]
    missing = {found.name: found.missing for found in project.connections}
    rows = [_look(each, loaded, missing[each.name]) for each in chosen]
    rows += [mail] if mail is not None else []
    common.show({"connections": rows}, lambda: _tell(rows))
    if any(row["status"] == "unreachable" for row in rows):
        end(UNREACHABLE)
    if any(row["problems"] for row in rows):
        end(ATTENTION)


@click.command()
@click.argument("name")
@click.option(
    "--print",
    "only_print",
    is_flag=True,
    envvar="LEADCYCLE_INSTALL_PRINT",
    help="List what would be created, create nothing.",
)
@click.option("--yes", is_flag=True, help="Do not ask; --json needs it, or --print.")
@common
def install(name: str, only_print: bool, yes: bool, common: Common) -> None:
    """Create the fields, properties and lists that the mappings name."""
    if common.json and not (yes or only_print):
        raise click.UsageError("--json asks nothing: give --yes or --print with it")
    project, loaded = open_project(common)
    if loaded.book is None or loaded.mappings is None:
        raise ConfigError(loaded.errors)
    connection = _with_reasons(_named(connections(project), name), loaded.book)
    make = load_platform(connection.type).installer
    installer = None if make is None else make(connection, loaded.mappings)
    planned = [] if installer is None else list(installer.plan())
    done: list[str] = []
    if installer is not None and planned and not only_print and (yes or _confirmed(planned)):
        done = list(installer.install())
    data = {"connection": name, "planned": planned, "done": done}
    common.show(data, lambda: click.echo(_installed(name, planned, done, only_print)))


def _confirmed(planned: Sequence[str]) -> bool:
    return click.confirm(f"{_lines(planned)}\nCreate these {len(planned)}?", err=True)


def _installed(name: str, planned: Sequence[str], done: Sequence[str], only_print: bool) -> str:
    if not planned:
        return f"{name}: nothing is missing"
    if only_print:
        return _lines(planned)
    return _lines(done) if done else f"{name}: nothing was created"


def _with_reasons(connection: Connection, book: Rulebook) -> Connection:
    """The reasons that reps choose from are those the lifecycle names."""
    reasons = ";".join(value for value, _ in book.lifecycle.rejection_reasons)
    if not reasons:
        return connection
    return replace(connection, values={**connection.values, "rejection_reasons": reasons})


def _named(known: Mapping[str, Connection], name: str) -> Connection:
    if name not in known:
        raise ConfigError(
            [
                Problem(
                    "leadcycle.yaml",
                    f"there is no connection {name!r}",
                    "known are: " + ", ".join(known),
                )
            ]
        )
    return known[name]


def _look(connection: Connection, loaded: Loaded, missing: Sequence[str]) -> dict[str, Any]:
    platform = load_platform(connection.type)
    if missing:
        return _out_of_reach(connection, f"{connection.name}: not set: {', '.join(missing)}")
    try:
        account = platform.account(connection)
        problems = list(account.problems)
        if loaded.mappings is not None and platform.target is not None:
            target = platform.target(connection, loaded.mappings, Unmetered())
            problems += [*_unfit(target, loaded.mappings, loaded.book), *target.check()]
    except LeadcycleError as error:
        return _out_of_reach(connection, str(error))
    found = list(dict.fromkeys(problems))
    return {
        "name": connection.name,
        "status": "attention" if found else "ok",
        "account": account.id,
        "organisation": account.name,
        "user": account.user,
        "edition": account.edition,
        "scopes": list(account.scopes),
        "daily_limit": account.limits.daily,
        "daily_used": account.limits.used,
        "burst": account.limits.burst,
        "problems": [
            {"where": problem.where, "message": problem.message, "hint": problem.hint}
            for problem in found
        ],
    }


def _unfit(target: Target, mappings: Mappings, book: Rulebook | None) -> Sequence[Problem]:
    """What the daemon would put on the shelf for the mappings' lines, as the system is now."""
    able = described(target)
    return () if able is None else problems_of(faults(mappings, able.shapes(), vocabulary(book)))


def _out_of_reach(connection: Connection, cause: str) -> dict[str, Any]:
    return {"name": connection.name, "status": "unreachable", "cause": cause, "problems": []}


def _tell(rows: Sequence[Mapping[str, Any]]) -> None:
    table(
        console(),
        ("connection", "", "account", "user", "calls today"),
        [_line(row) for row in rows],
    )
    for row in rows:
        for problem in row["problems"]:
            click.echo(
                f"{row['name']}: {Problem(problem['where'], problem['message'], problem['hint'])}"
            )
        if "cause" in row:
            click.echo(row["cause"], err=True)


def _line(row: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    if row["status"] == "unreachable":
        return row["name"], "unreachable", "", "", ""
    limit = row["daily_limit"]
    used = "" if limit is None else f"{row['daily_used'] or 0:,} of {limit:,}"
    return (
        row["name"],
        row["status"],
        f"{row['account']} {row['organisation']} {row['edition']}".strip(),
        row["user"],
        used,
    )


def _lines(rows: Sequence[str]) -> str:
    return "\n".join(rows)
