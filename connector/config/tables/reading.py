"""One CSV text to one table: every fault is a problem with its line, nothing is raised."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import lru_cache

from connector.config.tables.table import Row, Table
from connector.config.yaml import at
from connector.decide.fields.normal import normalise
from connector.model.problem import Problem

LIMIT = 4 * 1024 * 1024  # bytes of one file
MOST_ROWS = 100_000
MOST_COLUMNS = 100
MOST_PROBLEMS = 20  # of one file: what follows mostly has the same cause

Read = tuple[Table | None, tuple[Problem, ...]]
Lines = Iterator[tuple[int, list[str]]]


@lru_cache(maxsize=64)
def read_table(path: str, text: str) -> Read:
    """The table of a CSV file with a header row, comma or semicolon between cells, with or without BOM; None if it is faulty."""
    problems: list[Problem] = []
    lines = _lines(path, text.removeprefix("\ufeff"), problems)
    line, header = next(lines, (1, []))
    columns = _columns(path, line, header, problems)
    rows = _rows(path, lines, len(columns), problems) if columns and not problems else ()
    if not problems and not header:
        problems.append(Problem(at(path), "the file is empty", "begin with a row of column names"))
    elif not problems and not rows:
        hint = "write one row for each value"
        problems.append(Problem(at(path, line), "nothing stands below the header", hint))
    if problems:
        return None, tuple(problems[:MOST_PROBLEMS])
    return Table(path, columns, rows), ()


def separator(text: str) -> str:
    """What stands between the cells: whichever of `;` and `,` the header has more of."""
    header = text.lstrip("\r\n").partition("\n")[0]
    return ";" if header.count(";") > header.count(",") else ","


def _lines(path: str, text: str, problems: list[Problem]) -> Lines:
    """Every row that is not blank, with the line it begins in; ends at the first fault."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator(text), strict=True)
    line = 1
    try:
        for cells in rows:
            cleaned = [normalise("text", cell) or "" for cell in cells]
            if any(cleaned):
                yield line, cleaned
            line = rows.line_num + 1
    except csv.Error:
        hint = 'a quote inside quotes is written twice: "a ""b"" c"'
        problems.append(Problem(at(path, line), "a quote that is not closed as CSV wants", hint))


def _columns(path: str, line: int, header: list[str], problems: list[Problem]) -> tuple[str, ...]:
    while header and not header[-1]:  # spreadsheets fill rows up to the widest
        header = header[:-1]
    seen: set[str] = set()
    for name in header:
        if not name:
            problems.append(Problem(at(path, line), "a column without a name", "name each column"))
        elif name.casefold() in seen:
            hint = "name each column once"
            problems.append(
                Problem(at(path, line), f'the column "{_short(name)}" stands twice', hint)
            )
        seen.add(name.casefold())
    if len(header) > MOST_COLUMNS:
        hint = f"at most {MOST_COLUMNS} are read"
        problems.append(Problem(at(path, line), "too many columns", hint))
    return tuple(header)


def _rows(path: str, lines: Lines, width: int, problems: list[Problem]) -> tuple[Row, ...]:
    found: list[Row] = []
    for line, cells in lines:
        if len(found) == MOST_ROWS:
            hint = f"at most {MOST_ROWS:,} are read"
            problems.append(Problem(at(path, line), "too many rows", hint))
            break
        if len(cells) != width and (len(cells) < width or any(cells[width:])):
            counted = "one cell" if len(cells) == 1 else f"{len(cells)} cells"
            hint = f"the header names {width}; a text with a comma or semicolon in it needs quotes"
            problems.append(Problem(at(path, line), f"this row has {counted}", hint))
            if len(problems) == MOST_PROBLEMS:
                break
        else:
            found.append(Row(line, tuple(cells[:width])))
    return tuple(found)


def _short(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= 40 else shown[:39] + "…"
