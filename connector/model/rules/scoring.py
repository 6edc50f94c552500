"""Profile (who) and activity (what they did)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from connector.model.condition import ALWAYS, Condition


@dataclass(frozen=True, slots=True)
class Choice:
    """One outcome of a criterion: a share (0 to 1) of its weight."""

    when: Condition
    score: float
    label: str
    where: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """A weighted question about the person; the first choice that matches counts. An unknown value takes `missing`, not zero.

    Inside `when`, tests name `field` itself.
    """

    name: str
    weight: float
    field: str
    first_match: tuple[Choice, ...]
    otherwise: Choice
    missing: Choice
    where: str


@dataclass(frozen=True, slots=True)
class Profile:
    """`grades` from the best down: (grade, least points). Points are the sum of weight x score."""

    criteria: tuple[Criterion, ...]
    grades: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Signal:
    """A named kind of activity. Its strength is the sum of 2^-((now - at) / half_life); points multiply it, the cap clips the product.

    `half_life` None means never fading. `window` ends an activity's part at `at + window`. `at_most` (n, "day"|"week", zone of the
    project) counts only the first n activities of each calendar day or ISO week. `when` sees `asset` and the detail's members.
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
    digest: str = ""  # of kind, when, half_life, window, at_most: what a kept sum depends on; points and cap are not in it

    @property
    def kept(self) -> bool:
        """Whether one kept sum is enough; otherwise this contact's log is read."""
        return self.window is None and self.at_most is None


@dataclass(frozen=True, slots=True)
class Activities:
    """All signals."""

    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A named cell of grade x activity (cold, warm, hot); the first that matches counts."""

    name: str
    when: Condition
    where: str


@dataclass(frozen=True, slots=True)
class LeadEvent:
    """A signal whose fresh activity (within the span, and learned after the last way back) qualifies directly."""

    name: str
    signal: str
    within: timedelta
    where: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """People who are never handed over, with the reason."""

    name: str
    when: Condition
    reason: str
    where: str


@dataclass(frozen=True, slots=True)
class Scoring:
    profile: Profile
    activities: Activities
    bands: tuple[Band, ...]
    lead_events: tuple[LeadEvent, ...]
    exclusions: tuple[Exclusion, ...]
