"""An amount of money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """`amount` to the currency's minor unit, `currency` by its ISO 4217 code. Amounts of two currencies are never converted."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"
