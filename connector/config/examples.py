"""Cases as values: a person, what they did, and what must come out."""

from __future__ import annotations

from dataclasses import dataclass, field

from connector.config.contents import Files
from connector.config.documents import CaseDocument
from connector.config.yaml import Path, Source


@dataclass(frozen=True, slots=True)
class Case:
    """One example; `where` is its `file:line`, `source` and `path` say where each of its parts stands."""

    name: str
    where: str
    document: CaseDocument
    source: Source = field(repr=False)
    path: Path = ()

    def line(self, *path: str | int) -> str:
        """`file:line` of a part of the case."""
        return self.source.line(*self.path, *path)


def cases_of(files: Files) -> tuple[Case, ...]:
    """All cases in the order of their files."""
    return tuple(
        Case(case.name, file.source.line("cases", index), case, file.source, ("cases", index))
        for file in files.cases
        for index, case in enumerate(file.document.cases)
    )
