"""A difference between a system and the ledger, and why it is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Side = Literal["only there", "only here", "differing", "not written"]
KEPT = 1000  # differences of one cause that are kept whole; all of them are counted


class Cause(NamedTuple):
    """Why. `cure`: what to do about what nobody expected; "" where it goes away by itself or is as it should be."""

    code: str
    sentence: str
    cure: str = ""

    @property
    def explained(self) -> bool:
        return not self.cure


@dataclass(frozen=True, slots=True)
class Difference:
    """One record (`contact/N` where it has none yet) that is not the same on both sides; `properties` differ."""

    side: Side
    record: str
    cause: Cause
    properties: tuple[str, ...] = ()
    contact: int | None = None


@dataclass(slots=True)
class Reconciled:
    """What the comparison of one platform came to. Counts are exact, differences are samples of each cause."""

    platform: str
    there: Counter[str] = field(default_factory=Counter)  # records by kind
    here: Counter[str] = field(default_factory=Counter)
    same: int = 0
    calls: int = 0
    by_cause: Counter[tuple[Side, Cause]] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    by_rule: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Fields in which systems may differ: (field, the rule that lets them)."""
    erased: list[str] = field(default_factory=list)

    def add(self, found: Difference) -> None:
        place = (found.side, found.cause)
        self.by_cause[place] += 1
        if self.by_cause[place] <= KEPT:
            self.differences.append(found)

    @property
    def explained(self) -> bool:
        """Whether every difference has a cause that needs nobody."""
        return all(cause.explained for _, cause in self.by_cause)

    def problems(self) -> Mapping[tuple[Side, Cause], int]:
        return {place: n for place, n in self.by_cause.items() if not place[1].explained}
