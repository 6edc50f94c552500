"""The walk from stage to stage within one decision: ways back first, then forward as far as conditions carry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from connector.decide.facts import Facts
from connector.decide.handover import crm_owner, missing
from connector.decide.outcomes import told_by_sales
from connector.decide.ready import Ready, Way
from connector.model.decision import Step, Strength
from connector.model.standing import Standing


def active_events(
    ready: Ready, strengths: Mapping[str, Strength], reopened_at: datetime | None, now: datetime
) -> tuple[str, ...]:
    """Lead events still fresh at `now` (not at `last_at + within` any more) and not spent by the last way back."""
    active = []
    for event in ready.book.scoring.lead_events:
        strength = strengths.get(event.signal)
        last = None if strength is None else strength.last_at
        if last is None or last + event.within <= now:
            continue
        if reopened_at is None or last > reopened_at:
            active.append(event.name)
    return tuple(active)


class Walk:
    """One contact's way through the lifecycle at one moment. `standing` is where it is now; the rest is what happened."""

    __slots__ = (
        "barred",
        "excluded",
        "facts",
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
    ) -> None:
        self.ready, self.facts, self.strengths, self.now = ready, facts, strengths, now
        self.standing, self.excluded, self.barred = standing, excluded, barred
        self.steps: list[Step] = []
        self.taken: set[str] = set()
        self.waits: dict[str, None] = {}
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
        )
        if sales:
            since = standing.reopened_at
            self.facts.tell(
                lead_event=active_events(self.ready, self.strengths, since, self.now),
                **told_by_sales(self.ready.book, self.facts.contact, since),
            )

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
            for way in self.ready.back[stage] + self.ready.forward[stage]
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
        """Whether sales' own outcome carries the contact over the line while it has an owner already: nothing to hand over."""
        if self.standing.handover is not None:
            return True
        if not way.by_sales or way.holds(self.facts.without_sales):
            return False
        return crm_owner(self.facts.contact, self.facts.roster) is not None

    def _allowed(self, way: Way) -> bool:
        """A hand-over needs its fields, consent and no exclusion; what it waits for is noted."""
        if self.standing.stage not in way.crosses:
            return True
        cycle = self.ready.book.lifecycle
        if self._theirs(way) and not self.excluded:
            return True
        waits = missing(cycle.required, self.ready.may_hand_over, self.facts, self.excluded)
        waits += (self.barred,) if self.barred else ()
        self.waits.update(dict.fromkeys(waits))
        return not waits

    def next(self) -> Way | None:
        stage = self.standing.stage
        if not self.went_back:
            for way in self.ready.back[stage]:
                if way.rule.name not in self.taken and self._ripe(way):
                    return way
        for way in self.ready.forward[stage]:
            ready = way.rule.name not in self.taken and self._awake(way) and self._ripe(way)
            if ready and self._allowed(way):
                return way
        return None

    def _back(self, way: Way) -> None:
        """Back below the line ends the hand-over, and one that began in this very decision never was."""
        standing, rest = self.standing, way.rule.rest
        until = self.now + rest if rest else standing.rest_until if self._resting() else None
        spent = max((self.now, *self.facts.contact.recorded.values()))
        self.standing = standing.at(reopened_at=spent, rest_until=until)
        self.went_back = True
        if self.ready.rank[way.rule.after] < self.ready.line:
            self.handed = False
            self._disown()

    def _disown(self) -> None:
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
            self.waits.clear()
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
        rank, peak = self.ready.rank, self.standing.peak
        self.standing = self.standing.at(
            stage=rule.after,
            peak=rule.after if rank[rule.after] > rank.get(peak, -1) else peak,
            since=self.now if rule.after != before else self.standing.since,
            asked=rule.stream,
        )
        self.taken.add(rule.name)
        self.steps.append(Step(rule.name, rule.where, before, rule.after))
        self.tell(sales=rule.back)
        self.hold(fresh=rule.after != before)


def begin(ready: Ready, standing: Standing, now: datetime) -> Standing:
    """A new contact, and one whose stage this rulebook no longer knows, begins at the start."""
    if standing.stage in ready.rank:
        return standing
    start = ready.book.lifecycle.start
    peak = standing.peak if standing.peak in ready.rank else start
    return standing.at(stage=start, peak=peak, since=now, holding=())


def walk(
    ready: Ready,
    facts: Facts,
    strengths: Mapping[str, Strength],
    standing: Standing,
    excluded: str,
    now: datetime,
    barred: str = "",
) -> Walk:
    """Takes ways until none is open. Each is taken once at most, so the walk ends."""
    course = Walk(ready, facts, strengths, standing, excluded, now, barred)
    course.tell(sales=True)
    course.hold(fresh=False)
    while (way := course.next()) is not None:
        course.take(way)
    return course
