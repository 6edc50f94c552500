"""What a cost report is made of, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from connector.decide.costs.credit import Touched
from connector.model.costs import Model, Spend
from connector.model.money import Money


class Won(NamedTuple):
    """A deal that was won; `key` tells deals apart, so that one that several people took part in counts once."""

    key: str
    at: datetime
    amount: Money | None


@dataclass(frozen=True, slots=True)
class Journey:
    """One person: when each stage (or a later one) was reached first, which channels touched them, what they bought."""

    contact: int
    reached: Mapping[str, datetime]
    touches: tuple[Touched, ...] = ()
    won: tuple[Won, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """What belongs to one channel in one month. Amounts by currency; they are never added up across currencies."""

    people: Mapping[str, Fraction] = field(default_factory=dict)  # by stage
    spend: Mapping[str, Decimal] = field(default_factory=dict)
    revenue: Mapping[str, Decimal] = field(default_factory=dict)
    deals: Fraction = Fraction(0)

    def __add__(self, other: Entry) -> Entry:
        return Entry(
            _sum(self.people, other.people),
            _sum(self.spend, other.spend),
            _sum(self.revenue, other.revenue),
            self.deals + other.deals,
        )


@dataclass(frozen=True, slots=True)
class Account:
    """`entries` by (channel, month); NOBODY's are the people whom no channel brought. `months` as 2026-10, all of the period.

    `unmatched`: paid in the period for what no channel is called. `unpaid`: (channel, month) with people, of a channel that is not
    free, for which nobody says what was paid. `unused`: channels that were paid for and brought nobody. `unpriced`: deals without
    an amount.
    """

    months: tuple[str, ...]
    stages: tuple[str, ...]
    model: Model
    window: timedelta | None
    entries: Mapping[tuple[str, str], Entry]
    unmatched: tuple[Spend, ...] = ()
    unpaid: tuple[tuple[str, str], ...] = ()
    unused: tuple[str, ...] = ()
    unpriced: int = 0

    def total(self) -> Entry:
        return sum(self.entries.values(), Entry())

    def by_channel(self) -> dict[str, Entry]:
        return self._by(0)

    def by_month(self) -> dict[str, Entry]:
        return self._by(1)

    def _by(self, place: int) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for key, entry in self.entries.items():
            found[key[place]] = found.get(key[place], Entry()) + entry
        return found


def _sum(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in {**one, **other}}
