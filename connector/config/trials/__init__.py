"""Cases, tried: what comes out beside what was expected, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from connector.config.examples import Case
from connector.config.load import Loaded
from connector.config.trials.course import played
from connector.config.trials.rows import Row, rows
from connector.config.trials.why import why
from connector.model.mapping.mappings import Mappings
from connector.model.rules import Rulebook

__all__ = ["Row", "Step", "Tried", "failing_cases", "tried"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case: its moment, every expectation, and the rules behind those that were not met."""

    number: int  # 0: the case itself, then its `then` from 1
    at: datetime
    rows: tuple[Row, ...]
    why: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return all(row.ok for row in self.rows)


@dataclass(frozen=True, slots=True)
class Tried:
    """One case, step by step; `broken` says why it could not be played at all."""

    case: Case
    steps: tuple[Step, ...] = ()
    broken: str = ""

    @property
    def passed(self) -> bool:
        return not self.broken and all(step.passed for step in self.steps)


def tried(book: Rulebook, mappings: Mappings, case: Case) -> Tried:
    """The case by these rules; nothing but the texts is needed."""
    try:
        return Tried(case, tuple(_steps(book, mappings, case)))
    except (ValueError, OverflowError) as error:  # OverflowError: at the ends of the calendar
        return Tried(case, broken=str(error))


def _steps(book: Rulebook, mappings: Mappings, case: Case) -> Iterator[Step]:
    expects = (case.document.expect, *(then.expect for then in case.document.then))
    for number, came in enumerate(played(book, mappings, case)):
        found = rows(case, number, expects[number], came, book.timezone)
        failed = [row for row in found if not row.ok]
        yield Step(number, came.at, found, why(book, came, failed))


def failing_cases(loaded: Loaded) -> tuple[Tried, ...]:
    """The cases of a project that do not hold; none if its text cannot be used, which is told elsewhere."""
    if loaded.book is None or loaded.mappings is None:
        return ()
    every = (tried(loaded.book, loaded.mappings, case) for case in loaded.cases)
    return tuple(one for one in every if not one.passed)
