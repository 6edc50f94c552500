"""What channels cost, and who gets the credit for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, NamedTuple

from connector.model.money import Money

Model = Literal["first", "last", "linear"]


class Spend(NamedTuple):
    """What was paid for a channel in a month (`2026-10`); `where` is the `file:line` that says so."""

    channel: str
    month: str
    amount: Money
    where: str


@dataclass(frozen=True, slots=True)
class Costs:
    """`currency` is that of amounts that name none. `channels` in the order of the file; nothing is paid for those that are `free`.

    `window`: only touches so long before the stage was reached count; None: all. None of it decides anything about a contact.
    """

    currency: str
    channels: tuple[str, ...]
    free: frozenset[str]
    model: Model
    window: timedelta | None
    spend: tuple[Spend, ...]
