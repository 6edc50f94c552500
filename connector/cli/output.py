"""How results look to people: tables, figures, progress. Colours only on a terminal and without NO_COLOR."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

EVERY = 10.0  # seconds between two lines of progress where there is no terminal


def console() -> Console:
    """Standard output; wide enough for tables when it is not a terminal."""
    return Console(width=None if sys.stdout.isatty() else 120, highlight=False)


def table(
    out: Console, heads: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[int] = ()
) -> None:
    """A plain table, nothing cut off; columns listed in `right` hold numbers."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for place, head in enumerate(heads):
        shown.add_column(head, justify="right" if place in right else "left", overflow="fold")
    for row in rows:
        shown.add_row(*row)
    out.print(shown)


def figures(out: Console, rows: Iterable[tuple[str, str]]) -> None:
    """Names and values, one a line."""
    shown = Table(box=None, show_header=False, pad_edge=False)
    shown.add_column(style="dim")
    shown.add_column()
    for row in rows:
        shown.add_row(*row)
    out.print(shown)


def duration(span: timedelta) -> str:
    """`3 d 4 h`, `12 min`, `41 s`: the two largest parts that matter."""
    seconds = int(span.total_seconds())
    days, hours, minutes = seconds // 86400, seconds % 86400 // 3600, seconds % 3600 // 60
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min {seconds % 60} s" if minutes else f"{seconds} s"


@contextmanager
def progress(title: str, total: float) -> Iterator[Callable[[float, str], None]]:
    """A bar on a terminal, otherwise a line every ten seconds; both on stderr."""
    if not sys.stderr.isatty():
        yield _lines(title, total)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[note]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total, note="")
        yield lambda done, note: bar.update(task, completed=min(done, total), note=note)


def _lines(title: str, total: float) -> Callable[[float, str], None]:
    last = time.monotonic()

    def tell(done: float, note: str) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY:
            last = time.monotonic()
            click.echo(f"{title}: {done / total:.0%} {note}", err=True)

    return tell
