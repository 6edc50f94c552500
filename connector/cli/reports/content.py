"""`report content`: what people consumed."""

from __future__ import annotations

import csv
import sys
from datetime import UTC, datetime, timedelta

import click
from rich.console import Console

from connector.cli.options import Common, common
from connector.cli.output import console, table
from connector.cli.reading import looking, moment_of, since_of
from connector.report.content import BY, ContentReport, content

UNKNOWN_SHOWN = 10


def _names(_ctx: click.Context, _param: click.Parameter, value: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in value.split(",")))
    wrong = [name for name in names if name not in BY]
    if wrong:
        raise click.BadParameter(f"{wrong[0]!r} is none of: {', '.join(BY)}")
    return names


@click.command("content")
@click.option("--since", help="Days back (90d) or a date; by default everything.")
@click.option("--until", help="A date; by default now.")
@click.option(
    "--by",
    callback=_names,
    default="topic,kind",
    show_default=True,
    help=f"One or more of: {', '.join(BY)}.",
)
@click.option(
    "--csv", "as_csv", is_flag=True, envvar="LEADCYCLE_REPORT_CONTENT_CSV", help="The rows as CSV."
)
@common
def content_command(
    since: str | None, until: str | None, by: tuple[str, ...], as_csv: bool, common: Common
) -> None:
    """Content consumed, by topic, kind, region and more; what the catalogue does not know."""
    with looking(common) as (store, in_force, now):
        zone = in_force.book.timezone
        last = now + timedelta(seconds=1) if until is None else moment_of(until, zone, "--until")
        first = datetime(1970, 1, 1, tzinfo=UTC) if since is None else since_of(since, last, zone)
        found = content(store, in_force.book, first, last, by)
    if as_csv and not common.json:
        writer = csv.DictWriter(sys.stdout, [*by, "times", "people"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(found.as_rows())
    else:
        common.show(found.as_json(), lambda: _show(console(), found))


def _show(out: Console, found: ContentReport) -> None:
    rows = [(*(part or "–" for part in r.key), f"{r.times:,}", f"{r.people:,}") for r in found.rows]
    heads = (*found.by, "times", "people")
    table(out, heads, rows, right=(len(heads) - 2, len(heads) - 1))
    if found.unknown:
        times = sum(count for _, count, _ in found.unknown)
        out.print(
            f"\nnot in the catalogue: {len(found.unknown):,} assets, {times:,} times", style="dim"
        )
        for asset, count, _ in found.unknown[:UNKNOWN_SHOWN]:
            out.print(f"  {count:,} × {asset}", style="dim", markup=False)
