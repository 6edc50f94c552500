"""One clock of one hand-over as it runs: when it went, when it stood still, what stopped it, who was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from connector.model.systems.ref import Ref


class Leg(NamedTuple):
    """A stretch that begins at `since` and ends where the next one begins.

    `calendar` names whose working hours count; "" where the clock stands still, because of `pause` (a rule's name).
    `said_in` is the field in which somebody says why: what stands there is the person's, and stays out of decisions.
    """

    since: datetime
    calendar: str
    pause: str = ""
    said_in: str = ""


class Told(NamedTuple):
    """A rung that was reached: `due` when, `at` when we saw it. `to`: owners' keys; empty: nobody was there to tell.

    `by`: task, email. `note` says why nobody was told, or what came of giving the lead to somebody else;
    `open`: that has not happened yet, and is tried again.
    """

    rung: str  # as the rules have it: "50%", "breach", "breach + 2h"
    due: datetime
    at: datetime
    to: tuple[str, ...]
    by: tuple[str, ...]
    where: str
    step: str  # tells it from all others of this clock, whoever counts again: seconds of work, and which one at that height
    subject: str = ""
    note: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """`span` is the whole time in seconds of work, `due` its end as far as it can be told (None: it stands still, nobody knows how long).

    `turns_at`: when it goes on by itself, or stands still, as far as that is known. `reached`: seconds of work at the highest rung that
    was reached: no rung below it is told any more. `day`: seconds of a working day in its ladder, the same for the whole run (0: none).
    """

    clock: str
    at: datetime
    span: int
    legs: tuple[Leg, ...]
    due: datetime | None = None
    turns_at: datetime | None = None
    stopped_at: datetime | None = None
    stopped_by: str = ""  # accepted, contacted ..., or the stage
    evidence: Ref | None = None
    reached: int = -1
    told: tuple[Told, ...] = ()
    round: int = (
        0  # how often it began before: a stage that is entered again, an answer that is given again
    )
    day: int = 0

    @property
    def running(self) -> bool:
        """Whether nothing has stopped it yet; it may stand still."""
        return self.stopped_at is None

    @property
    def pause(self) -> Leg | None:
        """Since when and why it stands still now."""
        last = self.legs[-1]
        return last if self.running and not last.calendar else None

    def over(self, now: datetime) -> bool:
        """Whether its time has run out without an answer; the due moment itself is the first that is too late."""
        return self.running and self.due is not None and self.due <= now
