"""The walk from stage to stage within one decision: ways back first, then forward as far as conditions carry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from connector.decide.facts import Facts, stages_in
from connector.decide.ready import Ready
from connector.decide.sales.handover import crm_owner, obstacles
from connector.decide.sales.outcomes import told_by_sales
from connector.decide.stages.asking import asking
from connector.decide.stages.events import active_events, anything_new
from connector.decide.stages.ways import Way
from connector.model.person.decision import Beside, Step, Strength
from connector.model.person.standing import Standing

STALE = "nothing new since the last hand-over"


class Walk:
    """One contact's way through the lifecycle at one moment. `standing` is where it is now; the rest is what happened."""

    __slots__ = (
        "asking",
        "barred",
        "beside",
        "excluded",
        "facts",
        "guarded",
        "handed",
        "now",
        "ready",
        "standing",
        "steps",
        "strengths",
        "taken",
        "waits",
        "went_back",
    )

    def __init__(
        self,
        ready: Ready,
        facts: Facts,
        strengths: Mapping[str, Strength],
        standing: Standing,
        excluded: str,
        now: datetime,
        barred: str = "",
        beside: tuple[Beside, ...] = (),
    ) -> None:
        self.ready, self.facts, self.strengths, self.now = ready, facts, strengths, now
        self.standing, self.excluded, self.barred = standing, excluded, barred
        self.beside = beside
        self.steps: list[Step] = []
        self.taken: set[str] = set()
        self.waits: dict[str, None] = {}
        self.asking: tuple[str, ...] = ()  # fields that a hand-over lacks, and nothing else
        self.guarded = ""  # the guard that kept the contact from a way
        self.handed = False  # an owner must be found
        self.went_back = False

    def tell(self, sales: bool) -> None:
        """Tells the facts where the contact stands; what sales said only if a way back may have spent it."""
        standing = self.standing
        self.facts.tell(
            stage=standing.stage,
            peak=standing.peak,
            owner=standing.owner or None,
            stream=standing.stream or None,
            asked_stream=self.asked() or None,
            track=standing.track,
            asks=standing.asks or None,
            handovers=standing.handovers,
            **stages_in(standing, self.beside),
        )
        if sales:
            self.facts.tell(
                lead_event=self._events(),
                **told_by_sales(self.ready.book, self.facts.contact, standing),
            )

    def _events(self) -> tuple[str, ...]:
        contact = self.facts.contact
        return active_events(self.ready, contact, self.strengths, self.standing, self.now)

    def asked(self) -> str:
        """The stream a way back asked for; its rest over, it asks no more."""
        until = self.standing.rest_until
        return "" if until is not None and until <= self.now else self.standing.asked

    def _resting(self) -> bool:
        until = self.standing.rest_until
        return until is not None and until > self.now

    def hold(self, fresh: bool) -> None:
        """Renews the holds of this stage: kept while their condition holds, begun now if it is new, else dropped."""
        stage, get = self.standing.stage, self.facts.get
        running = {} if fresh else dict(self.standing.holding)
        holding = tuple(
            (way.rule.name, running.get(way.rule.name, self.now))
            for way in self.ready.ways.back[stage] + self.ready.ways.forward[stage]
            if way.rule.hold_for is not None and way.holds(get)
        )
        if holding != self.standing.holding:
            self.standing = self.standing.at(holding=holding)

    def _ripe(self, way: Way) -> bool:
        """Whether the condition holds, and has held for long enough."""
        if way.rule.hold_for is None:
            return way.holds(self.facts.get)
        since = dict(self.standing.holding).get(way.rule.name)
        return since is not None and self.now >= since + way.rule.hold_for

    def _awake(self, way: Way) -> bool:
        """A rest blocks ways forward; after a way back only a newer lead event may lead forward again."""
        if self.went_back:
            return way.rule.breaks_rest and bool(self.facts.get("lead_event"))
        return way.rule.breaks_rest or not self._resting()

    def _theirs(self, way: Way) -> bool:
        """Whether sales' own outcome carries the contact over the line while it has an owner already, or is guarded: nothing to
        hand over."""
        if self.standing.handover is not None:
            return True
        if not way.by_sales or way.holds(self.facts.without_sales):
            return False
        owned = crm_owner(self.facts.contact, self.facts.roster) is not None
        return owned or bool(self.ready.ways.guard(self.facts.get))

    def _guard(self, way: Way) -> str:
        """The guard that forbids this way, or ""; it is noted."""
        guard = "" if way.rule.despite_guard else self.ready.ways.guard(self.facts.get)
        self.guarded = self.guarded or guard
        return guard

    def _allowed(self, way: Way) -> bool:
        """A hand-over needs its fields, consent, no exclusion and no guard; what it waits for is noted."""
        if self.standing.stage not in way.crosses:
            return True
        if self._theirs(way) and not self.excluded:
            return True
        lacking, guard = self.ready.ways.lacking(way, self.facts.get), self._guard(way)
        may = self.ready.may_hand_over
        waits = obstacles(may, self.facts, self.excluded, lacking, guard)
        waits += (STALE,) if self._stale(way) else ()
        waits += (self.barred,) if self.barred else ()
        if len(waits) == len(lacking):
            self.asking = self.asking or lacking
        self.waits.update(dict.fromkeys(waits))
        return not waits

    def _stale(self, way: Way) -> bool:
        """Whether this way would hand over again by nothing but what the last hand-over knew."""
        standing, get = self.standing, self.facts.without_deeds
        if not (standing.handovers and standing.reopened_at and way.by_deeds) or way.holds(get):
            return False
        return not anything_new(self.ready, self.facts.contact, self.strengths, standing)

    def next(self) -> Way | None:
        """The way that is taken from here: the first back that may be, else the first forward."""
        ways, stage = self.ready.ways, self.standing.stage
        for way in () if self.went_back else ways.back[stage]:
            if self._open(way) and not self._guard(way):
                return way
        for way in ways.forward[stage]:
            if self._open(way) and self._awake(way) and self._allowed(way):
                return way
        return None

    def _open(self, way: Way) -> bool:
        return way.rule.name not in self.taken and self._ripe(way)

    def _back(self, way: Way) -> None:
        """Back below the line ends the hand-over, and one that began in this very decision never was."""
        standing, rest = self.standing, way.rule.rest
        rests = (
            standing.rest_until if self._resting() else None,
            self.now + rest if rest else None,
        )
        until = max(filter(None, rests), default=None)
        spent = max((self.now, *self.facts.contact.recorded.values()))
        self.standing = standing.at(
            reopened_at=spent, spent=self.facts.contact.known, rest_until=until, kept=()
        )
        self.went_back = True
        if self.ready.ways.rank[way.rule.after] < self.ready.ways.line:
            self._end(never=self.handed)
            self.handed = False

    def _end(self, never: bool) -> None:
        """The hand-over is over, and with it this cycle, unless it `never` was."""
        if self.ready.ways.rank[self.standing.stage] >= self.ready.ways.line and not never:
            self.standing = self.standing.at(cycle=self.standing.cycle + 1)
        owner = self.standing.owner
        former = tuple(name for name in self.standing.former_owners if name != owner)
        former += (owner,) if owner else ()
        self.standing = self.standing.at(handover=None, owner="", former_owners=former)

    def _forward(self, way: Way) -> None:
        standing = self.standing
        if standing.stage in way.crosses:
            theirs = self._theirs(way)
            found = crm_owner(self.facts.contact, self.facts.roster)
            self.handed = not theirs
            if theirs and not standing.owner and found is not None:
                standing = standing.at(owner=found[0])
        self.standing = standing.at(rest_until=None) if standing.rest_until else standing

    def take(self, way: Way) -> None:
        """One step; facts and holds follow."""
        before, rule = self.standing.stage, way.rule
        if rule.back:
            self._back(way)
        else:
            self._forward(way)
        rank, peak = self.ready.ways.rank, self.standing.peak
        self.standing = self.standing.at(
            stage=rule.after,
            peak=rule.after if rank[rule.after] > rank.get(peak, -1) else peak,
            since=self.now if rule.after != before else self.standing.since,
            asked=rule.stream,
        )
        self.taken.add(rule.name)
        self.steps.append(Step(rule.name, rule.where, before, rule.after))
        self._forget_waits()
        self.tell(sales=rule.back)
        self.hold(fresh=rule.after != before)

    def _forget_waits(self) -> None:
        """What kept the contact from ways of the stage it has left keeps it from nothing any more."""
        self.waits.clear()
        self.asking, self.guarded = (), ""

    def end(self) -> None:
        """Notes what the contact waits for where it has come to rest."""
        events = self._events() if self.asking else ()
        self.standing = asking(self.ready.ways, self.standing, self.asking, events, self.now)
        if self.standing.guarded != self.guarded:
            self.standing = self.standing.at(guarded=self.guarded)


def walk(
    ready: Ready,
    facts: Facts,
    strengths: Mapping[str, Strength],
    standing: Standing,
    excluded: str,
    now: datetime,
    barred: str = "",
    beside: tuple[Beside, ...] = (),
) -> Walk:
    """Takes ways until none is open. Each is taken once at most, so the walk ends. Nobody walks who is in no stage."""
    course = Walk(ready, facts, strengths, standing, excluded, now, barred, beside)
    if not standing.stage:
        return course
    course.tell(sales=True)
    course.hold(fresh=False)
    while (way := course.next()) is not None:
        course.take(way)
    course.end()
    return course
