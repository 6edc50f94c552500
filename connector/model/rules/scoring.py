"""Profile (who) and activity (what they did)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.model.condition import ALWAYS, Condition
from connector.model.rules.signal import Signal


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
    """One model of the profile. `grades` from the best down: (grade, least points). Points are the sum of weight x score.

    `when` says whom it is for; `name` is "" where there is only one.
    """

    criteria: tuple[Criterion, ...]
    grades: tuple[tuple[str, float], ...]
    name: str = ""
    when: Condition = ALWAYS
    where: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Signals with one cap: the most that they give together, and the most that they take together."""

    name: str
    cap: float
    where: str


@dataclass(frozen=True, slots=True)
class Activities:
    """All signals. `machines` count what machines did, for no points: one for each rule and kind of activity."""

    signals: tuple[Signal, ...]
    groups: tuple[Group, ...] = ()
    machines: tuple[Signal, ...] = ()


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
    """People who are never handed over, with the reason.

    It holds while `when` does, at most for `span` counted from the decision that first saw it hold, and only before `until`.
    `stays`: it goes on for its whole span, whatever becomes of `when`.
    """

    name: str
    when: Condition
    reason: str
    where: str
    span: timedelta | None = None
    until: datetime | None = None
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Scoring:
    """`profile` is for everybody whom none of the `special` models is for; of these the first that fits counts."""

    profile: Profile
    activities: Activities
    bands: tuple[Band, ...]
    lead_events: tuple[LeadEvent, ...]
    exclusions: tuple[Exclusion, ...]
    special: tuple[Profile, ...] = ()

    @property
    def models(self) -> tuple[Profile, ...]:
        """All models of the profile in the order in which they are asked."""
        return (*self.special, self.profile)

    @property
    def grades(self) -> tuple[str, ...]:
        """The grades of all models, each once."""
        return tuple(dict.fromkeys(grade for model in self.models for grade, _ in model.grades))
