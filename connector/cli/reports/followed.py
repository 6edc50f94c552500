"""`report follow-up`: what sales made of its leads, by person and by pool."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from connector.cli.options import Common, common
from connector.cli.output import console, duration, table
from connector.cli.reading import looking, moment_of, since_of
from connector.report.follow_up import follow_up_report
from connector.report.tally import FollowUpReport, Tally

SHOWN = 20
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@click.command("follow-up")
@click.option("--owner", default="", help="One person's only, by address.")
@click.option("--since", help="Days back (90d) or a date (2026-03-01); by default everything.")
@click.option("--until", help="A date; by default now.")
@click.option(
    "--csv",
    "as_csv",
    is_flag=True,
    envvar="LEADCYCLE_REPORT_FOLLOW_UP_CSV",
    help="The rows as CSV.",
)
@common
def follow_up_command(
    owner: str, since: str | None, until: str | None, as_csv: bool, common: Common
) -> None:
    """Who answered in time, late or not at all, and which leads look silently rejected."""
    with looking(common) as (store, in_force, now):
        zone = in_force.book.timezone
        end = now + timedelta(seconds=1) if until is None else moment_of(until, zone, "--until")
        start = _BEGINNING if since is None else since_of(since, end, zone)
        found = follow_up_report(store, in_force.book, start, end, owner.lower())
    if as_csv and not common.json:
        _write_csv(found)
    else:
        common.show(found.as_json(), lambda: _show(console(), found, ZoneInfo(zone)))


def _show(out: Console, found: FollowUpReport, zone: ZoneInfo) -> None:
    heads = (
        *("leads", "in time", "late", "overdue", "moved on"),
        *("accepted", "contacted", "won", "half within", "silent"),
    )
    for title, rows in (("owner", found.owners), ("pool", found.pools)):
        table(out, (title, *heads), [_row(one) for one in rows], right=tuple(range(1, 11)))
        out.print()
    out.print("half within: of working hours, as their clocks run")
    if not found.silent:
        return
    out.print()
    out.print("What looks like a rejection that nobody has said (a hint, not a verdict):")
    seen = [
        (one.owner, one.rule, f"{one.since.astimezone(zone):%d %b %Y}", one.contact)
        for one in found.silent[:SHOWN]
    ]
    table(out, ("owner", "what was seen", "since", "contact"), seen)
    if len(found.silent) > SHOWN:
        out.print(f"and {len(found.silent) - SHOWN:,} more (--json lists all)")


def _row(one: Tally) -> Sequence[str]:
    middle = one.median_answer
    numbers = (
        *(one.handed_over, one.in_time, one.late, one.overdue, one.taken_away),
        *(one.accepted, one.contacted, one.won),
    )
    return (
        one.name,
        *(f"{number:,}" for number in numbers),
        "–" if middle is None else duration(middle),
        f"{one.suspicious.total():,}",
    )


def _write_csv(found: FollowUpReport) -> None:
    rows = [
        {"of": of, **row, "suspicious": sum(row["suspicious"].values())}
        for of, tallies in (("owner", found.owners), ("pool", found.pools))
        for row in (one.as_json() for one in tallies)
    ]
    names = ["of", *Tally("").as_json()]
    writer = csv.DictWriter(sys.stdout, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
