"""What a measurement hands on: rows for people, one JSON line for machines, and the machine it ran on."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import click
import orjson


def tell(what: str) -> None:
    """What is being done now, for whoever waits: on stderr."""
    click.echo(f"      {what}", err=True)


@dataclass(slots=True)
class Spent:
    """CPU seconds of this process within a block."""

    cpu_s: float = 0.0

    @contextmanager
    def counted(self) -> Iterator[None]:
        begun = time.process_time()
        try:
            yield
        finally:
            self.cpu_s += time.process_time() - begun


@dataclass(slots=True)
class Figures:
    """One benchmark's result. `rows` are shown under `columns`; `data` is what the JSON line carries."""

    name: str
    title: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)

    def show(self, as_json: bool) -> None:
        """A table, or one line of JSON, on stdout."""
        if as_json:
            table = {name: getattr(self, name) for name in ("title", "columns", "rows", "notes")}
            found = {"benchmark": self.name, **self.data, "machine": machine(), "table": table}
            click.echo(orjson.dumps(found).decode())
        else:
            click.echo("\n".join(self._lines()))

    def _lines(self) -> Iterator[str]:
        yield self.title
        table = [self.columns, *self.rows]
        widths = [max(len(row[place]) for row in table) for place in range(len(self.columns))]
        for number, row in enumerate(table):
            cells = [row[0].ljust(widths[0])]
            cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
            yield "  " + "  ".join(cells).rstrip()
            if number == 0:
                yield "  " + "  ".join("-" * width for width in widths)
        yield from (f"  {note}" for note in self.notes)
        yield ""


def machine() -> Mapping[str, Any]:
    """What a reader needs to compare: never a name or a path."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 2**30),
        "system": platform.system(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }
