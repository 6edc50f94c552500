"""The stage machine once more, as the how-to tells it: slow, plain, and without a line of the product.

A rulebook is a dictionary, a person is a dictionary, conditions are nested tuples. What is asked of it: where somebody stands after
each decision, and why not further.
"""

from __future__ import annotations

from typing import Any

Facts = dict[str, Any]
DEEDS = {"activity": 0, "event": False}
SILENT = {"acceptance": None, "opportunity": None}


def holds(condition: Any, facts: Facts) -> bool:
    kind, *rest = condition
    if kind == "always":
        return True
    if kind == "not":
        return not holds(rest[0], facts)
    if kind == "all":
        return all(holds(one, facts) for one in rest[0])
    if kind == "any":
        return any(holds(one, facts) for one in rest[0])
    if kind == "activity":
        return bool(facts["activity"] >= rest[0])
    if kind in ("event", "flag"):
        return bool(facts[kind if kind == "event" else f"flag{rest[0]}"])
    return bool(facts[kind] == rest[0])


def asks_for(condition: Any, kinds: set[str]) -> bool:
    kind, *rest = condition
    if kind in ("not", "all", "any"):
        inner = [rest[0]] if kind == "not" else rest[0]
        return any(asks_for(one, kinds) for one in inner)
    return kind in kinds


class Machine:
    """One person's way through one house."""

    def __init__(self, house: dict[str, Any]) -> None:
        self.house = house
        self.stage = self.peak = house["start"]
        self.holding: dict[str, float] = {}
        self.rest: float | None = None
        self.reopened: float | None = None
        self.handed = False  # a hand-over goes on
        self.handovers, self.cycle = 0, 1
        self.asks: tuple[str, ...] = ()
        self.asks_since = 0.0
        self.kept_until: float | None = None
        self.guarded = ""

    # The world as this person's rules see it

    def facts(self, world: dict[str, Any], now: float) -> Facts:
        told = [one for one in world["outcomes"] if self.reopened is None or one[2] > self.reopened]
        answers = [one for one in told if one[0] in ("accepted", "rejected")]
        deals = [one for one in told if one[0] in ("opened", "won", "lost")]
        worth = {"lost": 0, "opened": 1, "won": 2}
        events = [at for at in world["events"] if self.reopened is None or at > self.reopened]
        kept = self.kept_until is not None and self.kept_until > now
        return {
            **{f"flag{n}": flag for n, flag in enumerate(world["flags"])},
            "activity": len(world["events"]),
            "event": kept or any(at + self.house["within"] > now for at in events),
            "acceptance": max(answers, key=lambda one: one[1])[0] if answers else None,
            "opportunity": max(deals, key=lambda one: worth[one[0]])[0] if deals else None,
        }

    def rank(self, stage: str) -> int:
        return self.house["stages"].index(stage) if stage in self.house["stages"] else -1

    def below(self, stage: str) -> bool:
        return self.rank(stage) < self.rank(self.house["hand_over"])

    # One decision

    def decide(self, world: dict[str, Any], now: float) -> list[str]:
        """The names of the ways that are taken."""
        self.world, self.now = world, now
        self.taken: list[str] = []
        self.wanting: tuple[str, ...] = ()
        self.in_the_way = ""
        self.gone_back = self.new_hand_over = False
        self.see()
        self.hold(fresh=False)
        while (way := self.first()) is not None:
            self.go(way)
        if self.new_hand_over:
            self.handovers, self.handed = self.handovers + 1, True
        self.ask()
        self.guarded = self.in_the_way
        return self.taken

    def see(self) -> None:
        self.known = self.facts(self.world, self.now)

    def ways(self) -> list[dict[str, Any]]:
        return [way for way in self.house["ways"] if self.stage in way["from"]]

    def skipping(self) -> list[dict[str, Any]]:
        if not self.house["skip"] or self.rank(self.stage) < 0:
            return []
        return [
            way
            for way in self.house["ways"]
            if not way["back"]
            and self.stage not in way["from"]
            and self.rank(way["to"]) > self.rank(self.stage)
            and any(self.rank(stage) > self.rank(self.stage) for stage in way["from"])
        ]

    def hold(self, fresh: bool) -> None:
        before = {} if fresh else self.holding
        self.holding = {
            way["name"]: before.get(way["name"], self.now)
            for way in self.ways() + self.skipping()
            if way["hold"] and holds(way["when"], self.known)
        }

    def first(self) -> dict[str, Any] | None:
        for way in self.ways():
            if way["back"] and not self.gone_back and self.ripe(way) and not self.held_back(way):
                return way
        for way in [way for way in self.ways() if not way["back"]] + self.skipping():
            if self.ripe(way) and self.awake(way) and self.may(way):
                return way
        return None

    def ripe(self, way: dict[str, Any]) -> bool:
        if way["name"] in self.taken:
            return False
        if not way["hold"]:
            return holds(way["when"], self.known)
        return way["name"] in self.holding and self.now - self.holding[way["name"]] >= way["hold"]

    def awake(self, way: dict[str, Any]) -> bool:
        if self.gone_back:
            return bool(way["breaks_rest"] and self.known["event"])
        return way["breaks_rest"] or self.rest is None or self.rest <= self.now

    def guard(self) -> str:
        for name, condition in self.house["guards"]:
            if holds(condition, self.known):
                return str(name)
        return ""

    def held_back(self, way: dict[str, Any]) -> bool:
        name = "" if way["despite"] else self.guard()
        self.in_the_way = self.in_the_way or name
        return bool(name)

    def may(self, way: dict[str, Any]) -> bool:
        if not self.below(self.stage) or self.below(way["to"]):
            return True
        excluded = self.world["excluded"]
        if self.by_themselves(way) and not excluded:
            return True
        missing = [field for field in self.needs(way) if field not in self.world["fields"]]
        others = [excluded, not self.world["consent"], self.held_back(way), self.old(way)]
        if missing and not any(others):
            self.wanting = self.wanting or tuple(missing)
        return not missing and not any(others)

    def needs(self, way: dict[str, Any]) -> list[str]:
        return list(dict.fromkeys([*self.house["needs"], *way["needs"]]))

    def by_themselves(self, way: dict[str, Any]) -> bool:
        """A hand-over goes on, or sales' own answer leads over the line for somebody whom a guard protects."""
        if self.handed or self.new_hand_over:
            return self.handed
        asked = asks_for(way["when"], set(SILENT))
        if not asked or holds(way["when"], {**self.known, **SILENT}):
            return False
        return bool(self.guard())

    def old(self, way: dict[str, Any]) -> bool:
        if not self.handovers or self.reopened is None or not asks_for(way["when"], set(DEEDS)):
            return False
        if holds(way["when"], {**self.known, **DEEDS}):
            return False
        return not any(at > self.reopened for at in self.world["events"])

    def go(self, way: dict[str, Any]) -> None:
        before = self.stage
        if way["back"]:
            self.back(way)
        else:
            if self.below(before) and not self.below(way["to"]):
                self.new_hand_over = not self.by_themselves(way)
            self.rest = None
        self.wanting, self.in_the_way = (), ""  # of the stage that is left
        self.stage = way["to"]
        if self.rank(self.stage) > self.rank(self.peak):
            self.peak = self.stage
        self.taken.append(way["name"])
        self.see()
        self.hold(fresh=before != self.stage)

    def back(self, way: dict[str, Any]) -> None:
        resting = self.rest is not None and self.rest > self.now
        rests = [self.rest] if resting else []
        rests += [self.now + way["rest"]] if way["rest"] else []
        self.rest = max(rests, default=None)
        self.reopened = max([self.now, *(one[2] for one in self.world["outcomes"])])
        self.kept_until, self.gone_back = None, True
        if self.below(way["to"]):
            if not self.below(self.stage) and not self.new_hand_over:
                self.cycle += 1
            self.handed = self.new_hand_over = False

    def ask(self) -> None:
        if not self.wanting:
            self.asks, self.kept_until = (), None
            return
        if not self.asks:
            self.asks_since = self.now
        self.asks = self.wanting
        until = self.asks_since + self.house["keep"]
        self.kept_until = until if self.known["event"] and until > self.now else None
