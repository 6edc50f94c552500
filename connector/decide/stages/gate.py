"""What keeps a contact from a way that is open: guards, and what a hand-over needs."""

from __future__ import annotations

from connector.decide.instant import Instant
from connector.decide.sales.handover import crm_owner, obstacles
from connector.decide.stages.events import anything_new
from connector.decide.stages.ways import Way
from connector.model.person.standing import Standing

STALE = "nothing new since the last hand-over"


class Gate:
    """`waits`, `asking` and `guarded` note what kept the contact from ways of the stage it stands in.

    `barred` says why nobody may be handed over at this moment although the rules would.
    """

    __slots__ = ("asking", "at", "barred", "guarded", "waits")

    def __init__(self, at: Instant, barred: str) -> None:
        self.at, self.barred = at, barred
        self.waits: dict[str, None] = {}
        self.asking: tuple[str, ...] = ()  # fields that a hand-over lacks, and nothing else
        self.guarded = ""

    def forget(self) -> None:
        """What kept the contact from ways of a stage that it has left keeps it from nothing any more."""
        self.waits.clear()
        self.asking, self.guarded = (), ""

    def guard(self, way: Way) -> str:
        """The guard that forbids this way, or ""; it is noted."""
        guard = "" if way.rule.despite_guard else self.at.ready.ways.guard(self.at.facts.get)
        self.guarded = self.guarded or guard
        return guard

    def allows(self, way: Way, standing: Standing) -> bool:
        """A hand-over needs its fields, consent, no exclusion and no guard; what it waits for is noted."""
        if standing.stage not in way.crosses:
            return True
        if self.theirs(way, standing) and not self.at.excluded:
            return True
        ready, facts = self.at.ready, self.at.facts
        lacking, guard = ready.ways.lacking(way, facts.get), self.guard(way)
        waits = obstacles(ready.may_hand_over, facts, self.at.excluded, lacking, guard)
        waits += (STALE,) if self._stale(way, standing) else ()
        waits += (self.barred,) if self.barred else ()
        if len(waits) == len(lacking):
            self.asking = self.asking or lacking
        self.waits.update(dict.fromkeys(waits))
        return not waits

    def theirs(self, way: Way, standing: Standing) -> bool:
        """Whether sales' own outcome carries the contact over the line while it has an owner already, or is guarded: nothing to
        hand over."""
        if standing.handover is not None:
            return True
        facts = self.at.facts
        if not way.by_sales or way.holds(facts.without_sales):
            return False
        owned = crm_owner(facts.contact, facts.roster) is not None
        return owned or bool(self.at.ready.ways.guard(facts.get))

    def _stale(self, way: Way, standing: Standing) -> bool:
        """Whether this way would hand over again by nothing but what the last hand-over knew."""
        again = standing.handovers and standing.reopened_at and way.by_deeds
        if not again or way.holds(self.at.facts.without_deeds):
            return False
        at = self.at
        return not anything_new(at.ready, at.facts.contact, at.strengths, standing)
