"""A house at rest whose files somebody has edited: planned, applied and taken back as the commands do it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from house import House

from connector.config import Loaded
from connector.store import Store
from connector.store.rollout.kept import Plan
from connector.sync.rollout import Active, active
from connector.sync.rollout.apply import Applied, Started, carry_out, start
from connector.sync.rollout.plan import Request, plan
from connector.sync.rollout.undo import plan_undo, started

ALL = 10_000


@dataclass
class Edited:
    """A house at rest, and rules that are not in force yet."""

    house: House
    loaded: Loaded
    root: Path

    @property
    def request(self) -> Request:
        assert self.loaded.book is not None
        assert self.loaded.mappings is not None
        after = Active(self.loaded.book, self.loaded.mappings)
        return Request(active(self.house.store), after, self.house.now)

    def plan(self) -> Plan:
        return plan(self.house.store, self.request)

    def apply(self, made: Plan, store: Any = None) -> Applied:
        """By a process of its own, as the command line is."""
        if store is not None:
            return self._apply(made, store)
        with closing(Store.open(self.house.url, self.house.mint)) as own:
            return self._apply(made, own)

    def _apply(self, made: Plan, store: Any) -> Applied:
        before = active(store)
        if store.plans.force().plan != made.id:
            rules = Started(before, self.request.after, self.loaded.text)
            start(store, made, rules, ALL, self.house.now)
        return carry_out(store, made, active(store), lambda: self.house.now)

    def undo(self, made: Plan) -> Plan:
        with closing(Store.open(self.house.url, self.house.mint)) as own:
            active(own)
            back = plan_undo(own, made, self.house.now)
            start(own, back, started(own, made), ALL, self.house.now)
            carry_out(own, back, active(own), lambda: self.house.now)
        return back
