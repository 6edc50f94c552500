"""What people have agreed to, by purpose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["granted", "pending", "refused"]
STATES: tuple[State, ...] = ("granted", "pending", "refused")
"""The least restrictive first. `pending`: asked for, and not yet confirmed; nobody may act on it."""
FACT = "consent."
"""What conditions call it: `consent.email`."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What something may be done for. `unknown` is what counts while nobody has said anything.

    `double_opt_in`: a yes counts only once it has been confirmed.
    """

    name: str
    unknown: State = "refused"
    double_opt_in: bool = False
    where: str = ""
