"""report conflicts: whose edits lost, and by which rule."""

from __future__ import annotations

import csv
import sys
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from connector.cli.options import Common, common
from connector.cli.output import console, table
from connector.cli.reading import looking, moment_of, since_of
from connector.report.conflicts import COLUMNS, VALUES, Conflicts
from connector.report.conflicts import conflicts as conflicts_of

SHOWN = 30
EVERY = 1_000_000


@click.command()
@click.option("--since", help="Days back (30d) or a date (2026-03-01); by default everything.")
@click.option("--until", help="A date; by default now.")
@click.option("--field", help="Only this field of ours.")
@click.option(
    "--all",
    "known",
    is_flag=True,
    envvar="LEADCYCLE_REPORT_CONFLICTS_ALL",
    help="Also edits that whoever edited the winning record had been shown.",
)
@click.option(
    "--values", is_flag=True, help="Also what was lost and what stands there now: personal."
)
@click.option(
    "--csv",
    "as_csv",
    is_flag=True,
    envvar="LEADCYCLE_REPORT_CONFLICTS_CSV",
    help="Every edit as one line of CSV.",
)
@common
def conflicts(
    since: str | None,
    until: str | None,
    field: str | None,
    known: bool,
    values: bool,
    as_csv: bool,
    common: Common,
) -> None:
    """Edits that lost against another system's, and the rule that said so."""
    with looking(common) as (store, in_force, now):
        zone = in_force.book.timezone
        end_at = now + timedelta(seconds=1) if until is None else moment_of(until, zone, "--until")
        start = _BEGINNING if since is None else since_of(since, end_at, zone)
        limit = EVERY if as_csv or common.json else SHOWN
        found = conflicts_of(
            store, start, end_at, field=field, limit=limit, known=known, values=values
        )
    if as_csv:
        _write(found)
    else:
        common.show(found.as_json(), lambda: show_conflicts(console(), found, ZoneInfo(zone)))


_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def show_conflicts(out: Console, found: Conflicts, zone: ZoneInfo) -> None:
    """Counts by field and rule, then the latest edits."""
    if not found.total:
        out.print("No edit lost.")
        return
    counts = [
        (field, rule, f"{count:,}", f"{unseen:,}")
        for (field, rule), (count, unseen) in found.found.counts.items()
    ]
    table(out, ("field", "rule", "edits", "unseen"), counts, right=(2, 3))
    rows = found.as_rows()
    if not rows:
        out.print("\nWhoever edited the other side had been shown each of them (--all lists them).")
        return
    more = len(rows) == SHOWN
    out.print(f"\nThe latest {SHOWN}; --csv and --json give every one:" if more else "")
    heads = ("when", "contact", "record", "field", "rule", "who won", *_extra(found))
    table(
        out,
        heads,
        [
            (
                f"{one.at.astimezone(zone):%d %b %Y %H:%M}",
                str(one.contact),
                f"{one.ref} {one.property}",
                one.field,
                one.rule,
                str(one.winner or "leadcycle"),
                *(row[name] for name in _extra(found)),
            )
            for one, row in zip(found.found.rows, rows, strict=True)
        ],
    )


def _extra(found: Conflicts) -> tuple[str, ...]:
    return VALUES if found.values else ()


def _write(found: Conflicts) -> None:
    writer = csv.DictWriter(sys.stdout, (*COLUMNS, *_extra(found)), lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: _inert(v) for k, v in row.items()} for row in found.as_rows())


def _inert(value: Any) -> Any:
    """What people typed somewhere must not become a formula in somebody's spreadsheet."""
    return f"'{value}" if isinstance(value, str) and value[:1] in _FORMULA else value


_FORMULA = ("=", "+", "-", "@", "\t", "\r")
