"""A table as a value: columns by name, rows with the line they stand in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Row(NamedTuple):
    """One row: `cells` are trimmed and as many as there are columns, "" where nothing stands."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file of the project. `columns` as the header writes them; no two are equal without case; at least one row."""

    path: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def place(self, column: str) -> int | None:
        """Which column that is, whatever its case; None if there is none."""
        wanted = column.casefold()
        return next((i for i, name in enumerate(self.columns) if name.casefold() == wanted), None)

    def values(self, column: str = "") -> Iterator[tuple[int, str]]:
        """What stands in a column ("" is the first), with its line; blank cells are left out. Nothing for an unknown one."""
        place = self.place(column) if column else 0
        if place is not None:
            yield from ((row.line, row.cells[place]) for row in self.rows if row.cells[place])

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Every row by lower-case column name, with its line."""
        names = [name.casefold() for name in self.columns]
        yield from ((row.line, dict(zip(names, row.cells, strict=True))) for row in self.rows)

    def at(self, line: int) -> str:
        """`file:line:column` of a row."""
        return f"{self.path}:{line}:1"
