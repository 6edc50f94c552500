"""report routing: who got how many leads, by which rule; why not me."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from connector.cli.options import Common, common
from connector.cli.output import console, table
from connector.cli.reading import looking, moment_of, since_of
from connector.cli.reports.funnel import percent
from connector.report.routing import RoutingReport, routing_report

SHOWN = 30
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@click.command("routing")
@click.option("--owner", default="", help="An address: every lead this one did not get, and why.")
@click.option("--since", help="Days back (90d) or a date (2026-03-01); by default everything.")
@click.option("--until", help="A date; by default now.")
@common
def routing_command(owner: str, since: str | None, until: str | None, common: Common) -> None:
    """Who got how many leads, by which rule, and why others did not."""
    with looking(common) as (store, in_force, now):
        zone = in_force.book.timezone
        end = now + timedelta(seconds=1) if until is None else moment_of(until, zone, "--until")
        start = _BEGINNING if since is None else since_of(since, end, zone)
        found = routing_report(store, in_force.book, start, end, owner)
    common.show(found.as_json(), lambda: show_routing(console(), found, ZoneInfo(zone)))


def show_routing(out: Console, found: RoutingReport, zone: ZoneInfo) -> None:
    """Rules, pools and owners; with an owner, what that one did not get."""
    if found.asked:
        _missed(out, found, zone)
        return
    out.print(f"{found.leads:,} leads were given away\n")
    rows = [
        (rule, f"{count:,}", f"{found.passed_by.get(rule, 0):,}")
        for rule, count in found.rules.items()
    ]
    table(out, ("rule", "leads", "asked, gave nothing"), rows, right=(1, 2))
    out.print()
    seats = [
        (one.pool, one.owner, f"{one.leads:,}", percent(one.share), percent(one.due_share))
        for one in found.seats
    ]
    table(out, ("pool", "owner", "leads", "share", "by weight"), seats, right=(2, 3, 4))
    out.print()
    owners = [
        (one.owner, f"{one.leads:,}", f"{one.open:,}", _counted(one.passed_over))
        for one in found.owners
    ]
    table(out, ("owner", "leads", "open now", "passed over"), owners, right=(1, 2))


def _counted(passed: Mapping[str, int]) -> str:
    return ", ".join(f"{why} {count:,}" for why, count in passed.items())


def _missed(out: Console, found: RoutingReport, zone: ZoneInfo) -> None:
    mine = next((one for one in found.owners if one.owner == found.asked), None)
    got = mine.leads if mine else 0
    out.print(
        f"{found.asked} got {got:,} of {found.leads:,} leads; the others, the latest first:\n"
    )
    rows = [
        (f"{one.at.astimezone(zone):%d %b %Y %H:%M}", one.contact, one.owner, "; ".join(one.why))
        for one in reversed(found.missed[-SHOWN:])
    ]
    table(out, ("at", "contact", "went to", "why not here"), rows)
    if len(found.missed) > SHOWN:
        out.print(f"\nand {len(found.missed) - SHOWN:,} more (--json lists all)")
