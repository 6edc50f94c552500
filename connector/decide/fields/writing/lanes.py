"""How urgent a change is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from connector.decide.fields.sources import SOON, clock_of
from connector.model.person.decision import Decision
from connector.model.rules import Rulebook
from connector.model.systems.change import Lane


@dataclass(frozen=True, slots=True)
class Urgency:
    """`news`: this decision handed over or brought the contact to where sales works. `waiting`: an unanswered hand-over is open.

    A newer change replaces one that has not been sent yet, so whatever still lacks its hand-over stays hot until it has it.
    """

    backfill: bool
    news: bool
    waiting: bool

    def lane(self, sources: Iterable[str], create: bool) -> Lane:
        """The lane of a change that writes what comes from `sources`."""
        if self.backfill:
            return "backfill"
        written = set(sources)
        if self.news or (self.waiting and (create or not written.isdisjoint({"stage", "owner"}))):
            return "hot"
        soon = written & SOON or any(map(clock_of, written))
        return "follow_up" if soon else "routine"


def urgency(book: Rulebook, decision: Decision, *, backfill: bool) -> Urgency:
    before, after = decision.before, decision.standing
    working = book.lifecycle.working
    # Within the working stages sales moved it themselves.
    moved = after.stage in working and before.stage not in working
    handed_over = after.handover is not None and after.handovers > before.handovers
    open_now = after.handover is not None and after.handover.open
    return Urgency(backfill, moved or handed_over or decision.routing is not None, open_now)
