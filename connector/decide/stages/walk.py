"""The walk from stage to stage within one decision: ways back first, then forward as far as conditions carry."""

from __future__ import annotations

from connector.decide.facts import stages_in
from connector.decide.instant import Instant
from connector.decide.sales.handover import crm_owner
from connector.decide.sales.outcomes import told_by_sales
from connector.decide.stages.asking import asking
from connector.decide.stages.events import active_events
from connector.decide.stages.gate import Gate
from connector.decide.stages.ways import Way
from connector.model.person.decision import Beside, Step
from connector.model.person.standing import Standing


class Walk:
    """One contact's way through the lifecycle at one moment. `standing` is where it is now; the rest is what happened."""

    __slots__ = ("at", "beside", "gate", "handed", "standing", "steps", "taken", "went_back")

    def __init__(
        self, at: Instant, standing: Standing, barred: str = "", beside: tuple[Beside, ...] = ()
    ) -> None:
        self.at, self.standing, self.beside = at, standing, beside
        self.gate = Gate(at, barred)
        self.steps: list[Step] = []
        self.taken: set[str] = set()
        self.handed = False  # an owner must be found
        self.went_back = False

    def tell(self, sales: bool) -> None:
        """Tells the facts where the contact stands; what sales said only if a way back may have spent it."""
        standing = self.standing
        self.at.facts.tell(
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
            self.at.facts.tell(
                lead_event=self._events(),
                **told_by_sales(self.at.book, self.at.facts.contact, standing),
            )

    def _events(self) -> tuple[str, ...]:
        contact = self.at.facts.contact
        return active_events(self.at.ready, contact, self.at.strengths, self.standing, self.at.now)

    def asked(self) -> str:
        """The stream a way back asked for; its rest over, it asks no more."""
        until = self.standing.rest_until
        return "" if until is not None and until <= self.at.now else self.standing.asked

    def _resting(self) -> bool:
        until = self.standing.rest_until
        return until is not None and until > self.at.now

    def hold(self, fresh: bool) -> None:
        """Renews the holds of this stage: kept while their condition holds, begun now if it is new, else dropped."""
        stage, get = self.standing.stage, self.at.facts.get
        running = {} if fresh else dict(self.standing.holding)
        holding = tuple(
            (way.rule.name, running.get(way.rule.name, self.at.now))
            for way in self.at.ready.ways.back[stage] + self.at.ready.ways.forward[stage]
            if way.rule.hold_for is not None and way.holds(get)
        )
        if holding != self.standing.holding:
            self.standing = self.standing.at(holding=holding)

    def _ripe(self, way: Way) -> bool:
        """Whether the condition holds, and has held for long enough."""
        if way.rule.hold_for is None:
            return way.holds(self.at.facts.get)
        since = dict(self.standing.holding).get(way.rule.name)
        return since is not None and self.at.now >= since + way.rule.hold_for

    def _awake(self, way: Way) -> bool:
        """A rest blocks ways forward; after a way back only a newer lead event may lead forward again."""
        if self.went_back:
            return way.rule.breaks_rest and bool(self.at.facts.get("lead_event"))
        return way.rule.breaks_rest or not self._resting()

    def next(self) -> Way | None:
        """The way that is taken from here: the first back that may be, else the first forward."""
        ways, stage = self.at.ready.ways, self.standing.stage
        for way in () if self.went_back else ways.back[stage]:
            if self._open(way) and not self.gate.guard(way):
                return way
        for way in ways.forward[stage]:
            if self._open(way) and self._awake(way) and self.gate.allows(way, self.standing):
                return way
        return None

    def _open(self, way: Way) -> bool:
        return way.rule.name not in self.taken and self._ripe(way)

    def _back(self, way: Way) -> None:
        """Back below the line ends the hand-over, and one that began in this very decision never was."""
        standing, rest = self.standing, way.rule.rest
        rests = (
            standing.rest_until if self._resting() else None,
            self.at.now + rest if rest else None,
        )
        until = max(filter(None, rests), default=None)
        spent = max((self.at.now, *self.at.facts.contact.recorded.values()))
        self.standing = standing.at(
            reopened_at=spent, spent=self.at.facts.contact.known, rest_until=until, kept=()
        )
        self.went_back = True
        if self.at.ready.ways.rank[way.rule.after] < self.at.ready.ways.line:
            self._end(never=self.handed)
            self.handed = False

    def _end(self, never: bool) -> None:
        """The hand-over is over, and with it this cycle, unless it `never` was."""
        if self.at.ready.ways.rank[self.standing.stage] >= self.at.ready.ways.line and not never:
            self.standing = self.standing.at(cycle=self.standing.cycle + 1)
        owner = self.standing.owner
        former = tuple(name for name in self.standing.former_owners if name != owner)
        former += (owner,) if owner else ()
        self.standing = self.standing.at(handover=None, owner="", former_owners=former)

    def _forward(self, way: Way) -> None:
        standing = self.standing
        if standing.stage in way.crosses:
            theirs = self.gate.theirs(way, standing)
            found = crm_owner(self.at.facts.contact, self.at.facts.roster)
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
        rank, peak = self.at.ready.ways.rank, self.standing.peak
        self.standing = self.standing.at(
            stage=rule.after,
            peak=rule.after if rank[rule.after] > rank.get(peak, -1) else peak,
            since=self.at.now if rule.after != before else self.standing.since,
            asked=rule.stream,
        )
        self.taken.add(rule.name)
        self.steps.append(Step(rule.name, rule.where, before, rule.after))
        self.gate.forget()
        self.tell(sales=rule.back)
        self.hold(fresh=rule.after != before)

    def end(self) -> None:
        """Notes what the contact waits for where it has come to rest."""
        events = self._events() if self.gate.asking else ()
        self.standing = asking(
            self.at.ready.ways, self.standing, self.gate.asking, events, self.at.now
        )
        if self.standing.guarded != self.gate.guarded:
            self.standing = self.standing.at(guarded=self.gate.guarded)


def walk(
    at: Instant, standing: Standing, barred: str = "", beside: tuple[Beside, ...] = ()
) -> Walk:
    """Takes ways until none is open. Each is taken once at most, so the walk ends. Nobody walks who is in no stage."""
    course = Walk(at, standing, barred, beside)
    if not standing.stage:
        return course
    course.tell(sales=True)
    course.hold(fresh=False)
    while (way := course.next()) is not None:
        course.take(way)
    course.end()
    return course
