"""CSV files under values/: used by something, every value once."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from connector.config.contents import Files
from connector.config.documents.written.values import ListDocument
from connector.config.tables import Table
from connector.decide.words.letters import fold
from connector.model.problem import Problem

MOST = 5  # values of one list that are told


def check_lists(files: Files) -> Iterator[Problem]:
    """Lists that nothing names (nothing is said while a file is unreadable that might), and values that stand twice."""
    lists: set[tuple[str, str]] = set()
    used: set[str] = set()
    for place in files.named_tables():
        used.add(place.file)
        if isinstance(place, ListDocument):
            lists.add((place.file, place.column or ""))
    yield from _unused(files, used)
    for path, column in sorted(lists):
        if path in files.tables:
            yield from _twice(files.tables[path], column)


def _unused(files: Files, used: set[str]) -> Iterator[Problem]:
    """A file whose name is misspelt where it is used is told there, and only there."""
    spend = files.costs.document.spend_files if files.costs else ()
    paid = {path for path in files.tables if any(fnmatchcase(path, each) for each in spend)}
    misspelt = not used <= files.tables.keys() or (spend and not paid)
    if misspelt or not files.whole("rules/", "mappings/"):
        return
    for path in files.tables:
        if path not in used and path not in paid:
            hint = "name it in a rule, or remove the file"
            yield Problem(f"{path}:1:1", "nothing uses this file", hint, "warning")


def _twice(table: Table, column: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    told = 0
    for line, value in table.values(column):
        if first.setdefault(fold(value), line) != line and told < MOST:
            told += 1
            said = f"the first one is in line {first[fold(value)]}"
            yield Problem(table.at(line), f'"{value}" stands here twice', said, "warning")
