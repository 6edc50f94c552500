"""connect (who are we there, what is missing) and install (our fields and lists)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from connector.cli.assembly import connections, open_project
from connector.cli.options import ATTENTION, UNREACHABLE, Common, common, end
from connector.cli.output import console, table
from connector.errors import ConfigError, LeadcycleError
from connector.model.mapping import Mappings
from connector.model.problem import Problem
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
    chosen = [_named(known, name) for name in names or known]
    rows = [_look(connection, loaded.mappings) for connection in chosen]
    common.show({"connections": rows}, lambda: _tell(rows))
    if any(row["status"] == "unreachable" for row in rows):
        end(UNREACHABLE)
    if any(row["problems"] for row in rows):
        end(ATTENTION)


@click.command()
@click.argument("name")
@click.option(
    "--print", "only_print", is_flag=True, help="List what would be created, create nothing."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@common
def install(name: str, only_print: bool, yes: bool, common: Common) -> None:
    """Create the fields, properties and lists that the mappings name."""
    project, loaded = open_project(common)
    if loaded.mappings is None:
        raise ConfigError(loaded.errors)
    connection = _named(connections(project), name)
    platform = load_platform(connection.type)
    if platform.installer is None:
        raise ConfigError([Problem(name, "this platform needs nothing installed")])
    installer = platform.installer(connection, loaded.mappings)
    planned = list(installer.plan())
    done: list[str] = []
    if (
        planned
        and not only_print
        and (
            yes
            or common.json
            or click.confirm(f"{_lines(planned)}\nCreate these {len(planned)}?", err=True)
        )
    ):
        done = list(installer.install())
    data = {"connection": name, "planned": planned, "done": done}
    common.show(
        data,
        lambda: click.echo(
            _lines(done or planned) if done or planned else f"{name}: nothing is missing"
        ),
    )


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


def _look(connection: Connection, mappings: Mappings | None) -> dict[str, Any]:
    platform = load_platform(connection.type)
    try:
        account = platform.account(connection)
        problems = list(account.problems)
        if mappings is not None and platform.target is not None:
            problems += platform.target(connection, mappings, Unmetered()).check()
    except LeadcycleError as error:
        return {
            "name": connection.name,
            "status": "unreachable",
            "cause": str(error),
            "problems": [],
        }
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
