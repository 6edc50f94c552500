"""A plan whose carrying out was interrupted goes on by itself: it was seen, allowed and begun."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from connector.daemon.lease import Lease
from connector.errors import Fenced
from connector.store import Store
from connector.sync.rollout.activation import Active
from connector.sync.rollout.apply import Carrier

log = structlog.get_logger()

PLAN = "plan"
"""The lease under which one process at a time carries a plan out."""
AGAIN = timedelta(seconds=5)


@dataclass
class Finisher:
    """Leaves a plan to whoever applies it, and takes over as soon as that process is gone."""

    store: Store
    rules: Active
    lease: Lease
    clock: Callable[[], datetime]
    rounds: int = 3
    name: str = "plan"
    _carrier: Carrier | None = field(default=None, repr=False)
    _nothing: tuple[int, datetime] | None = field(default=None, repr=False)

    def step(self, now: datetime) -> bool:
        stands = (self.store.changes, now)
        if stands == self._nothing:
            return False
        if not self.store.plans.left():
            self._nothing = stands
            self._end(now)
            return False
        try:
            self.lease.epoch(now)
        except Fenced:
            return False
        if self._carrier is None:
            self._carrier = self._begin()
        if self._carrier is None or not self._carrier.step():
            self._end(now)
            return False
        return True

    def next_at(self, now: datetime) -> datetime | None:
        return now + AGAIN if self.store.plans.left() else None

    def _begin(self) -> Carrier | None:
        force = self.store.plans.force()
        plan = (
            None if force is None or force.plan is None else self.store.plans.numbered(force.plan)
        )
        if plan is None:
            return None
        log.info("plan_goes_on", plan=plan.hash[:12])
        return Carrier(self.store, plan, self.rules, self.clock, self.rounds, self.lease.epoch)

    def _end(self, now: datetime) -> None:
        if self._carrier is not None:
            self.lease.release(now)
            self._carrier = None
