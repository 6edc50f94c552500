"""The way from stage to stage: the example's lifecycle, one condition a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from naive import sales
from naive.person import DAY, Person
from naive.score import ONLY_IN, POINTS, Scored
from naive.sums import Sum, human, own

ORDER = ("Prospect", "Lead", "MQL", "SQL", "SAL", "Customer")
LINE = ORDER.index("SQL")
EVENTS = {
    "asks-for-samples": "sample_order",
    "asks-for-a-demo": "demo_request",
    "asks-for-service": "service_request",
}
LATER = ("No budget", "Bad timing", "Not reachable", "Too early")
STALE = "nothing new since the last hand-over"
KEEP = 30 * DAY
Test = Callable[["Walk"], bool]


def rank(stage: str) -> int:
    return ORDER.index(stage) if stage in ORDER else -1


@dataclass(frozen=True)
class Way:
    name: str
    before: tuple[str, ...]
    after: str
    test: Test
    hold: timedelta | None = None
    breaks_rest: bool = False
    rest: timedelta | None = None
    stream: str = ""
    by_sales: bool = False
    by_deeds: bool = False
    needs: tuple[str, ...] = ()
    despite_guard: bool = False


def _hot(walk: Walk) -> bool:
    score = walk.score
    hot = {"A": 45, "B": 60}.get(score.grade)
    return walk.person.track == "main" and hot is not None and walk.activity >= hot


def _asks(*names: str) -> Test:
    return lambda walk: any(name in walk.events for name in names)


def _asks_to_talk(walk: Walk) -> bool:
    return _asks("asks-for-samples", "asks-for-a-demo")(walk) and walk.score.grade in "ABC"


EARLY = ("Prospect", "Lead", "MQL")
FORWARD = (
    Way("known", ("Prospect",), "Lead", lambda w: w.activity > 0, by_deeds=True),
    Way("interested", ("Prospect", "Lead"), "MQL", lambda w: w.activity >= 35 and w.score.grade in "ABC", by_deeds=True),
    Way("asks-to-talk", EARLY, "SQL", _asks_to_talk, breaks_rest=True, by_deeds=True),
    Way("asks-for-service", EARLY, "SQL", _asks("asks-for-service"), breaks_rest=True, by_deeds=True),
    Way("hot-fit", ("MQL",), "SQL", _hot, hold=timedelta(minutes=15), by_deeds=True, needs=("job_title",)),
    Way("accepted", ("SQL",), "SAL", lambda w: w.sales.acceptance == "accepted", breaks_rest=True, by_sales=True),
    Way("won", ("SQL", "SAL"), "Customer", lambda w: w.sales.chance == "won", breaks_rest=True, by_sales=True),
    Way("right-after-all", ("Disqualified",), "Lead", _asks("asks-for-samples", "asks-for-a-demo"), breaks_rest=True, by_deeds=True),
)  # fmt: skip
BACK = (
    Way("rejected-later", ("SQL",), "MQL", lambda w: any(r in LATER for r in w.sales.rejection), rest=60 * DAY, stream="long-term"),
    Way("rejected-for-good", ("SQL",), "Disqualified", lambda w: any(r in ("Competitor", "Duplicate") for r in w.sales.rejection), rest=365 * DAY, despite_guard=True),
    Way("rejected-fit", ("SQL",), "Lead", lambda w: w.sales.acceptance == "rejected", rest=180 * DAY),
    Way("lost", ("SAL",), "MQL", lambda w: w.sales.chance == "lost", rest=90 * DAY, stream="long-term"),
    Way("cooled", ("MQL",), "Lead", lambda w: w.activity < 12, hold=7 * DAY),
)  # fmt: skip


@dataclass
class Walk:
    """Where the person is, step by step; the names are those of a standing."""

    person: Person
    score: Scored
    heard: Mapping[str, Sum]
    excluded: str
    stage: str
    has_handover: bool
    barred: str = ""
    steps: list[str] = field(default_factory=list)
    waits: set[str] = field(default_factory=set)
    asks: tuple[str, ...] = ()
    guarded: str = ""
    handed: bool = False
    went_back: bool = False
    asking: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        before = self.person.before
        self.peak, self.cycle = before.peak or "Prospect", before.cycle
        self.rest, self.asked, self.kept = before.rest_until, before.asked, tuple(before.kept)
        self.reopened: datetime | None = before.reopened_at
        self.spent = before.spent
        self.all_spent = False  # by a way back of this very decision
        self.holding: dict[str, datetime] = dict(before.holding)

    @property
    def activity(self) -> float:
        return round(self.score.activity, 5)

    @property
    def sales(self) -> sales.Facts:
        found = sales.facts(self.person, self.reopened)
        if not self.all_spent:
            return found
        return found._replace(acceptance="", rejection=(), chance="", chance_stage="")

    @property
    def events(self) -> list[str]:
        now, found = self.person.now, []
        for name, signal in EVENTS.items():
            at = None if ONLY_IN[signal] != self.person.track else self._latest(signal)
            if at is not None and at + 14 * DAY > now:
                found.append(name)
        return found + [name for name, until in self.kept if until > now and name not in found]

    def _latest(self, signal: str) -> datetime | None:
        """The last deed that the last way back did not know."""
        _, mine = own(signal, human(self.person.deeds), self.person.now)
        if self.all_spent:
            return None
        if self.reopened is None:
            return max((one.at for one in mine), default=None)
        new = [one.at for one in mine if one.at > self.reopened]
        late = [one.at for one in mine if self.spent and one.learned > self.spent]
        return max(new or late, default=None)

    def _new(self) -> bool:
        return any(
            each > 0
            and ONLY_IN.get(name, self.person.track) == self.person.track
            and self._latest(name) is not None
            for name, (each, _) in POINTS.items()
        )

    def run(self) -> Walk:
        self._hold(fresh=False)
        while (way := self._next()) is not None:
            self._take(way)
        if not self.asking:
            self.kept = ()
        self.asks = self.asking
        return self

    def ways(self) -> tuple[list[Way], list[Way]]:
        """Back and forward from here; forward also those that skip this stage."""
        back = [way for way in BACK if self.stage in way.before]
        mine = [way for way in FORWARD if self.stage in way.before]
        here = rank(self.stage)
        skipping = [
            way
            for way in FORWARD
            if way not in mine
            and 0 <= here < rank(way.after)
            and any(rank(before) > here for before in way.before)
        ]
        return back, mine + skipping

    def _hold(self, *, fresh: bool) -> None:
        running = {} if fresh else self.holding
        back, forward = self.ways()
        self.holding = {
            way.name: running.get(way.name, self.person.now)
            for way in back + forward
            if way.hold is not None and way.test(self)
        }

    def _open(self, way: Way) -> bool:
        if way.name in self.steps:
            return False
        if way.hold is None:
            return way.test(self)
        since = self.holding.get(way.name)
        return since is not None and self.person.now >= since + way.hold

    def _next(self) -> Way | None:
        back, forward = self.ways()
        for way in () if self.went_back else back:
            if self._open(way) and not self._guard(way):
                return way
        for way in forward:
            if self._open(way) and self._awake(way) and self._allowed(way):
                return way
        return None

    def _guards(self) -> str:
        facts = self.sales
        if facts.customer or facts.open_deal:
            return "customers"
        early = 0 <= rank(self.stage) < LINE
        return "company-in-talks" if early and "opened" in self.person.company_deals else ""

    def _guard(self, way: Way) -> str:
        held = "" if way.despite_guard else self._guards()
        self.guarded = self.guarded or held
        return held

    def _awake(self, way: Way) -> bool:
        if self.went_back:
            return way.breaks_rest and bool(self.events)
        return way.breaks_rest or self.rest is None or self.rest <= self.person.now

    def crosses(self, way: Way) -> bool:
        return rank(way.after) >= LINE > rank(self.stage)

    def _theirs(self, way: Way) -> bool:
        """Sales' own outcome of somebody who has an owner already, or is guarded: nothing to hand over."""
        if self.has_handover:
            return True
        if not way.by_sales:
            return False
        return self.person.owner_in_crm or bool(self._guards())

    def _allowed(self, way: Way) -> bool:
        if not self.crosses(way) or (self._theirs(way) and not self.excluded):
            return True
        needs = ["email", *(["phone"] if self.person.track == "service" else []), *way.needs]
        lacking = tuple(name for name in needs if self.person.get(name) in (None, "", ()))
        guard = self._guard(way)
        waits = [f"excluded: {self.excluded}"] if self.excluded else []
        waits += [f"needs {name}" for name in lacking]
        waits += [] if self.person.may_contact else ["no consent"]
        waits += [f"guarded: {guard}"] if guard else []
        waits += [STALE] if self._stale(way) else []
        waits += [self.barred] if self.barred else []
        if len(waits) == len(lacking):
            self.asking = self.asking or lacking
        self.waits |= set(waits)
        return not waits

    def _stale(self, way: Way) -> bool:
        before = self.person.before
        again = before.handovers and self.reopened is not None and way.by_deeds
        return bool(again) and not self._new()

    def _take(self, way: Way) -> None:
        before = self.stage
        if way in BACK:
            self._back(way)
        else:
            if self.crosses(way):
                self.handed = not self._theirs(way)
            self.rest = None
        self.stage = way.after
        if rank(way.after) > rank(self.peak):
            self.peak = way.after
        self.asked = way.stream
        self.steps.append(way.name)
        self.waits.clear()  # what kept them from ways of the stage before keeps them from nothing
        self.asking, self.guarded = (), ""
        self._hold(fresh=way.after != before)

    def _back(self, way: Way) -> None:
        now = self.person.now
        resting = self.rest is not None and self.rest > now
        ends = ([self.rest] if resting else []) + ([now + way.rest] if way.rest else [])
        self.rest = max(ends, default=None)
        self.reopened, self.all_spent, self.kept = now, True, ()
        self.went_back = True
        if rank(way.after) < LINE:
            if rank(self.stage) >= LINE and not self.handed:
                self.cycle += 1
            self.has_handover = self.handed = False

    def goal(self) -> str:
        """The stream that what is asked for, or a way back, asks for."""
        by_mail = "job_title" in self.asks and "phone" not in self.asks
        return "what-do-you-do" if by_mail else self.asked_now()

    def asked_now(self) -> str:
        """The stream a way back asked for, until its rest is over."""
        return "" if self.rest is not None and self.rest <= self.person.now else self.asked


def shown(walk: Walk) -> dict[str, Any]:
    """What a decision must say."""
    return {
        "stage": walk.stage,
        "steps": walk.steps,
        "waits": walk.waits,
        "asks": walk.asks,
        "guarded": walk.guarded,
        "peak": walk.peak,
        "cycle": walk.cycle,
        "rest_until": walk.rest,
        "asked": walk.asked_now(),
        "holding": walk.holding,
    }
