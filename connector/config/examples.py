"""Cases as values: a person, what they did, and what must come out."""

from __future__ import annotations

from dataclasses import dataclass

from connector.config.contents import Files
from connector.config.documents import CaseDocument


@dataclass(frozen=True, slots=True)
class Case:
    """One example; `where` is its `file:line`."""

    name: str
    where: str
    document: CaseDocument


def cases_of(files: Files) -> tuple[Case, ...]:
    """All cases in the order of their files."""
    return tuple(
        Case(case.name, file.source.line("cases", index), case)
        for file in files.cases
        for index, case in enumerate(file.document.cases)
    )
