"""What a parsed query is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Path: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class When:
    """A date or datetime literal: unquoted; `text` is in the stored form (UTC)."""

    text: str

    @property
    def day(self) -> bool:
        return len(self.text) == 10


@dataclass(frozen=True, slots=True)
class Relative:
    """A date literal such as TODAY or LAST_N_DAYS:7."""

    name: str
    n: int = 0


Literal: TypeAlias = str | int | float | bool | When | Relative | None


@dataclass(frozen=True, slots=True)
class Compare:
    path: Path
    op: str  # = != < <= > >=
    value: Literal


@dataclass(frozen=True, slots=True)
class Like:
    path: Path
    pattern: str  # a regular expression over lower case


@dataclass(frozen=True, slots=True)
class Among:
    """IN and NOT IN with a list or with a query of one field."""

    path: Path
    values: tuple[Literal, ...] | Query
    negated: bool


@dataclass(frozen=True, slots=True)
class Includes:
    """INCLUDES and EXCLUDES of a multi-select picklist; each value may be `a;b` (both must be chosen)."""

    path: Path
    values: tuple[Literal, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Junction:
    every: bool  # AND, otherwise OR
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    part: Condition


@dataclass(frozen=True, slots=True)
class Order:
    path: Path
    descending: bool = False
    nulls_first: bool = True


@dataclass(frozen=True, slots=True)
class Query:
    kind: str
    fields: tuple[Path, ...]  # empty for COUNT()
    where: Condition | None = None
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0


Condition: TypeAlias = Compare | Like | Among | Includes | Junction | Negation
