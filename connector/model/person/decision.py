"""What should be, by which rulebook, from which facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from connector.model.person.standing import Standing


class Strength(NamedTuple):
    """A signal's decayed, unweighted sum at one moment (rounded to six decimals) and the time of its latest activity."""

    sum: float
    last_at: datetime | None = None
    expires_at: datetime | None = None  # windowed signals: when the next activity leaves the window


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule's contribution. `where` is the rule's `file:line`."""

    rule: str
    points: float
    where: str
    label: str = ""
    axis: str = "activity"  # or profile, group (what is over a common cap), machine (no points)


@dataclass(frozen=True, slots=True)
class Score:
    """Two axes. The profile reasons sum to `profile`, all others to `activity`; `total` is the sum of both.

    `model` is the profile model that graded, "" where there is only one.
    """

    profile: float
    grade: str
    activity: float
    band: str
    reasons: tuple[Reason, ...]
    model: str = ""

    @property
    def total(self) -> float:
        return round(self.profile + self.activity, 6)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A routing rule or candidate that was passed over, and why."""

    who: str
    why: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Routing:
    """Who gets the lead, by which rule; everyone who was passed over. `pool` is set when a turn was consumed.

    `turn` is then the owner's new count of turns in that pool: one more than before, or than the pool's level for somebody
    who was away or is new, so that nobody is flooded on return.
    """

    owner: str
    rule: str
    where: str
    pool: str = ""
    skipped: tuple[Skipped, ...] = ()
    turn: float = 0.0


class Beside(NamedTuple):
    """Where the contact stands in another track, and who has the lead there."""

    track: str
    stage: str
    owner: str = ""


class Step(NamedTuple):
    """One transition that was taken."""

    rule: str
    where: str
    before: str
    after: str


class Placed(NamedTuple):
    """What a rule calls the contact: `what` is classification, targeted, origin or channel."""

    what: str
    value: str | bool
    rule: str
    where: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The whole of what should be for one contact and track.

    `strengths` are the sums it was decided from and `roster` the version of the roster, so that it replays to the same bytes.
    `routing` is set only when this decision assigned an owner. `before` is the standing it started from.
    """

    contact: int
    at: datetime
    rulebook: str
    before: Standing
    standing: Standing
    score: Score
    steps: tuple[Step, ...] = ()
    routing: Routing | None = None
    strengths: Mapping[str, Strength] = field(default_factory=dict)
    roster: int = 0
    waits: tuple[
        str, ...
    ] = ()  # why a wanted hand-over did not happen: missing fields, consent, exclusion
    beside: tuple[Beside, ...] = ()  # the other tracks, as they stood
    placed: tuple[Placed, ...] = ()

    @property
    def track(self) -> str:
        return self.standing.track

    @property
    def changed(self) -> bool:
        """Whether anything but a fading number differs from before."""
        return self.standing != self.before
