"""One file, read: plain values and where each of them stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Path = tuple[str | int, ...]


class Mark(NamedTuple):
    """A place in a file, both from 1."""

    line: int
    column: int


def at(path: str, line: int = 1, column: int = 1) -> str:
    """`file:line:column`."""
    return f"{path}:{line}:{column}"


@dataclass(frozen=True, slots=True)
class Source:
    """`data` are dicts, lists, text, numbers, truth values and None; keys of dicts are text as written.

    `written` keeps the text of scalars that stand without quotes, so that a message can show them as they stand.
    """

    path: str
    data: Any
    keys: Mapping[Path, Mark] = field(default_factory=dict)
    values: Mapping[Path, Mark] = field(default_factory=dict)
    written: Mapping[Path, str] = field(default_factory=dict)

    def known(self, path: Path) -> Path:
        """The part of a path that exists here; elements which only a schema knows are left out."""
        if path in self.values:
            return path
        found: Path = ()
        for step in path:
            if (*found, step) in self.values:
                found = (*found, step)
        return found

    def at(self, *path: str | int) -> str:
        """Where the value stands, or the nearest value around it."""
        mark = self.values.get(self.known(path), Mark(1, 1))
        return at(self.path, *mark)

    def key(self, *path: str | int) -> str:
        """Where the key stands that leads to the value."""
        known = self.known(path)
        mark = self.keys.get(known) or self.values.get(known, Mark(1, 1))
        return at(self.path, *mark)

    def line(self, *path: str | int) -> str:
        """`file:line` of a rule, as reasons name it."""
        return self.key(*path).rpartition(":")[0]

    def get(self, path: Path) -> Any:
        """The plain value at a path; None if there is none."""
        found = self.data
        for step in self.known(path):
            found = found[step]
        return found if self.known(path) == path else None
