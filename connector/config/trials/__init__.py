"""Cases, tried: what comes out beside what was expected, and why."""

from __future__ import annotations

from dataclasses import dataclass

from connector.config.examples import Case
from connector.config.load import Loaded
from connector.config.trials.course import Came, played
from connector.config.trials.rows import Row, rows
from connector.model.mapping import Mappings
from connector.model.rules import Rulebook

__all__ = ["Came", "Row", "Tried", "failing_cases", "run_case", "tried"]


@dataclass(frozen=True, slots=True)
class Tried:
    """One case and every expectation of it; `broken` says why it could not be played at all."""

    case: Case
    rows: tuple[Row, ...] = ()
    broken: str = ""

    @property
    def passed(self) -> bool:
        return not self.broken and all(row.ok for row in self.rows)


def tried(book: Rulebook, mappings: Mappings, case: Case) -> Tried:
    """The case by these rules; nothing but the texts is needed."""
    try:
        return Tried(case, run_case(book, mappings, case))
    except ValueError as error:
        return Tried(case, broken=str(error))


def failing_cases(loaded: Loaded) -> tuple[Tried, ...]:
    """The cases of a project that do not hold; none if its text cannot be used, which is told elsewhere."""
    if loaded.book is None or loaded.mappings is None:
        return ()
    every = (tried(loaded.book, loaded.mappings, case) for case in loaded.cases)
    return tuple(one for one in every if not one.passed)


def run_case(book: Rulebook, mappings: Mappings, case: Case) -> tuple[Row, ...]:
    """Every expectation of the case. Raises ValueError for a value that its field cannot have, without the value."""
    expects = (case.document.expect, *(then.expect for then in case.document.then))
    found: list[Row] = []
    for step, (came, expect) in enumerate(zip(played(book, mappings, case), expects, strict=True)):
        found += rows(case, step, expect, came, book.timezone)
    return tuple(found)
