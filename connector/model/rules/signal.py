"""Signals: named kinds of activity, and which of a person's activities count for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from connector.model.condition import ALWAYS, Condition

Only = Literal["", "first", "first_per_asset"]


@dataclass(frozen=True, slots=True)
class Burst:
    """A machine's doing: at least so many activities of one kind with the same `same`, all within `within` (ends included).

    `same` and `different` name a detail or `asset`. With `different` its distinct values are counted instead of activities. An
    activity for which `when` does not hold, or whose `same` is unknown, takes no part.
    """

    same: str
    within: timedelta
    at_least: int
    different: str = ""
    when: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Follower:
    """An activity that takes the earlier one back: at the same moment or later, at most `within` later, with an equal `same`."""

    kind: str
    within: timedelta
    when: Condition = ALWAYS
    same: str = ""
    bursts: tuple[Burst, ...] = ()


@dataclass(frozen=True, slots=True)
class Signal:
    """A named kind of activity. Its strength is the sum of 2^-((now - at) / half_life); points multiply it, the cap clips the product.

    Which activities are its own: those of `kind` for which `when` holds, that are in none of the `bursts` (and in `burst`, if it
    counts one), that nothing `unless` came after, and of these the first (of each asset) alone with `only`. `when` sees `asset`
    and the detail's members; it leaves out already what single activities betray as a machine's.

    How they count: `half_life` None means never fading. `at_most` (n, "day"|"week", zone of the project) counts only the first
    n of each calendar day or ISO week. `window` ends an activity's part at `at + window`. `group` names a cap of several signals.
    """

    name: str
    kind: str
    when: Condition = ALWAYS
    points: float = 0.0
    half_life: timedelta | None = None
    window: timedelta | None = None
    cap: float | None = None
    at_most: tuple[int, str] | None = None
    where: str = ""
    digest: str = (
        ""  # of all but name, points, cap, group, label and tracks: what a kept sum depends on
    )
    group: str = ""
    only: Only = ""
    unless: Follower | None = None
    bursts: tuple[Burst, ...] = ()
    burst: Burst | None = None
    label: str = ""  # what the reason says, the name in words if there is none; of one that counts machines, the rule
    tracks: tuple[str, ...] = ()  # the business fields it counts in; (): all

    @property
    def kept(self) -> bool:
        """Whether one kept sum is enough; otherwise this contact's log is read."""
        return not (self.window or self.at_most or self.only or self.looks_around)

    @property
    def looks_around(self) -> bool:
        """Whether other activities decide on one."""
        return bool(self.unless or self.bursts or self.burst)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of activities that must be read for it."""
        return (self.kind,) if self.unless is None else (self.kind, self.unless.kind)
