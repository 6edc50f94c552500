"""A contact at one moment, what could be different about it, and what then follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from connector.decide.explanation.obstacles import Hindrance, Obstacle
from connector.decide.scoring.own import Log
from connector.model.person.contact import Contact
from connector.model.person.decision import Beside, Decision
from connector.model.person.standing import Standing
from connector.model.roster import Roster
from connector.model.rules import Rulebook

Wait = Literal["", "rest", "hold", "time"]
Kind = Literal["activity", "field", "consent", "answer"]


KNOWN = "known"
"""Stands for whatever a field may hold that only has to be known."""


def nobody_bars(_decision: Decision, _contact: Contact) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Situation:
    """One contact and track at `now` (aware UTC), with the log of its activities by kind.

    `barred` says of a decision that hands over why nobody may be handed over all the same, or "".
    """

    book: Rulebook
    contact: Contact
    log: Log
    standing: Standing
    roster: Roster
    now: datetime
    barred: Callable[[Decision, Contact], str] = field(default=nobody_bars)
    beside: tuple[Beside, ...] = ()  # where it stands in the other tracks


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that could be different: so many more activities of a signal, a field that is unknown now, consent, an answer of sales.

    `name` is the signal, field, purpose or kind of outcome; `label` how a rule calls the field's value; "" if any value does.
    """

    kind: Kind
    name: str
    count: int = 1
    value: Any = None
    label: str = ""
    points: float = 0.0  # that it adds at most: the nearer of two changes is the one with fewer

    @property
    def any_value(self) -> bool:
        """Whether a field only has to be known."""
        return self.value == KNOWN and not self.label

    @property
    def plain(self) -> str:
        """Which value, in the rules' words."""
        return self.label or ("" if self.value is None else str(self.value))


@dataclass(frozen=True, slots=True)
class Proposal:
    """Under these changes the contact stands at `stage` or beyond, at `at`. No changes: by itself.

    `waits` says for what time must pass until then: a rest, a condition that must hold for long enough, or time alone.
    """

    changes: tuple[Change, ...]
    at: datetime
    stage: str
    waits: Wait = ""

    @property
    def count(self) -> int:
        return sum(change.count for change in self.changes)


@dataclass(frozen=True, slots=True)
class Obstructed:
    """A way that is shut, and what shuts it. `hold`: its condition holds, and must go on to; `rest`: none is taken before the rest ends."""

    rule: str
    where: str
    after: str
    obstacles: tuple[Obstacle, ...]
    waits: Wait = ""
    why: Hindrance | None = None  # the same, nested as the condition is


@dataclass(frozen=True, slots=True)
class Nearest:
    """The way to `stage`: `there` if the contact stands there already or beyond, else what is in the way and what would lead there.

    Every proposal was decided and leads there; the nearest comes first. `depth`: with so many changes or fewer nothing was missed;
    `decided`: how many decisions were made to know.
    """

    stage: str
    there: bool
    shut: tuple[Obstructed, ...] = ()
    waits: tuple[str, ...] = ()  # what a hand-over waits for
    proposals: tuple[Proposal, ...] = ()
    depth: int = 0
    decided: int = 0
