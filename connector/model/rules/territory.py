"""Regions of sales, by country, state and postal code; companies with an account manager of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Patch(NamedTuple):
    """One row of the table. `low` and `high` are the first digits of a postal code, equally long, both included; "" is any.

    `country` is a code of ISO 3166, "*" (every other one) or "" (any, also an unknown one), `state` compares without case.
    """

    territory: str
    country: str = ""
    low: str = ""
    high: str = ""
    state: str = ""
    region: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Territories:
    """The table, and the hub fields that it is about."""

    patches: tuple[Patch, ...] = ()
    country: str = "country"
    postal_code: str = "postal_code"
    state: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every territory once, in the order of the table."""
        return tuple(dict.fromkeys(patch.territory for patch in self.patches))


NOWHERE = Territories()


class KeyAccount(NamedTuple):
    """A company, by its domain, and the address of whoever manages it."""

    domain: str
    owner: str
    where: str = ""
