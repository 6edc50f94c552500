"""report nurture: who was in which stream, and what streams do against the people held out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import click
from rich.console import Console

from connector.cli.options import Common, common
from connector.cli.output import console, table
from connector.cli.reading import looking, moment_of, since_of
from connector.cli.reports.funnel import percent
from connector.report.nurture import Compared, NurtureReport, nurture_report
from connector.report.shares import Difference

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
SAYS = {"more": "more in the stream", "fewer": "fewer in the stream", "": "nothing can be told"}


@click.command("nurture")
@click.option("--since", help="Days back (90d) or a date (2026-03-01); by default everything.")
@click.option("--until", help="A date; by default now.")
@common
def nurture_command(since: str | None, until: str | None, common: Common) -> None:
    """Who was in which stream, and how that compares with the people held out."""
    with looking(common) as (store, in_force, now):
        zone = in_force.book.timezone
        end = now + timedelta(seconds=1) if until is None else moment_of(until, zone, "--until")
        start = _BEGINNING if since is None else since_of(since, end, zone)
        found = nurture_report(store, in_force.book, start, end, now)
    common.show(found.as_json(), lambda: show_nurture(console(), found))


def show_nurture(out: Console, found: NurtureReport) -> None:
    """Streams, then the comparison with its numbers; without numbers nothing is claimed."""
    rows = [
        (
            one.stream,
            f"{one.entered:,}",
            f"{one.inside:,}",
            ", ".join(f"{why} {count:,}" for why, count in one.left.items()),
        )
        for one in found.streams
    ]
    table(out, ("stream", "entered", "in it now", "left because"), rows, right=(1, 2))
    if not found.hold_out:
        out.print(
            "\nNobody is held out: the effect of streams cannot be told (hold_out in rules/nurture.yaml)."
        )
        return
    out.print(f"\nHold-out {found.hold_out}, {percent(found.share)} of those who would enter")
    goals = [row for one in found.compared for row in _goals(one)]
    heads = ("stream", "reached since", "in the stream", "held out", "difference, 95 %", "")
    table(out, heads, goals, right=(2, 3, 4))
    if found.left_out:
        out.print(
            f"\n{found.left_out:,} people had been in a stream before; they are on neither side."
        )


def _goals(one: Compared) -> Iterator[tuple[str, ...]]:
    name = one.stream or "all of them"
    for goal, found in one.goals.items():
        yield (
            name,
            goal,
            _side(found.one.part, one.people),
            _side(found.other.part, one.held),
            _apart(found),
            SAYS[found.says],
        )
        name = ""


def _side(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} ({percent(part / whole if whole else None)})"


def _apart(found: Difference) -> str:
    low, high = (round(end * 100) for end in found.interval)
    value = "–" if found.value is None else f"{round(found.value * 100):+d}"
    return f"{value} points ({low:+d} to {high:+d})"
