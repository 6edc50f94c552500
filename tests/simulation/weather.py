"""What goes wrong in one history: a random part of the vendors' faults, crashes of ours, a second daemon."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from house import Crash, House

from connector.daemon import until_quiet
from connector.errors import Fenced

SWITCHES = (
    "hubspot.search_lag",
    "hubspot.shuffled_ids",
    "hubspot.batch_shuffled",
    "hubspot.batch_partial",
    "hubspot.duplicate_events",
    "hubspot.after_commit_500",
    "hubspot.reset_after_commit",
    "hubspot.reset",
    "hubspot.truncated",
    "hubspot.html503",
    "hubspot.error500",
    "hubspot.bad_gateway",
    "hubspot.locked423",
    "hubspot.migration477",
    "hubspot.secondly429",
    "hubspot.burst429",
    "hubspot.unauthorized",
    "salesforce.lock",
    "salesforce.error500",
    "salesforce.html503",
    "salesforce.after_commit_500",
    "salesforce.reset",
    "salesforce.reset_after_commit",
    "salesforce.delayed_commit",
    "salesforce.truncated",
    "salesforce.session_expired",
    "salesforce.late_visible",
    "salesforce.short_pages",
    "salesforce.locator_expired",
)
RATES = (0.02, 0.05, 0.15)
PAUSE = timedelta(seconds=90)  # longer than a lease lasts


@dataclass
class Weather:
    """Strikes at boundaries of the house. `seen` counts what really came about."""

    house: House
    dice: random.Random
    meanwhile: Callable[[], None]
    seen: Counter[str] = field(default_factory=Counter)
    crashes: float = 0.0
    pauses: float = 0.0
    meetings: float = 0.0
    _calm: bool = True

    def begin(
        self, switches: Sequence[str] = SWITCHES, meetings: float | None = None
    ) -> dict[str, float]:
        """Draws this history's faults; each of them is on with one half. `meetings`: how often somebody acts meanwhile."""
        rates = {name: self.dice.choice(RATES) for name in switches if self.dice.random() < 0.5}
        self.house.faults.rate.update(rates)
        self.crashes = self.dice.choice((0.0, 0.001, 0.003))
        self.pauses = self.dice.choice((0.0, 0.0005, 0.0015))
        self.meetings = self.dice.choice((0.0, 0.005)) if meetings is None else meetings
        self._calm = False
        self.house.boundary = self.strike
        return {**rates, "crashes": self.crashes, "pauses": self.pauses}

    def end(self) -> None:
        self._calm = True
        self.house.faults.rate.clear()

    def strike(self, place: str) -> None:
        """At a boundary: the process dies, or sleeps through its lease, or somebody acts meanwhile."""
        if self._calm:
            return
        drawn = self.dice.random()
        if drawn < self.crashes:
            self.seen[f"crash {place}"] += 1
            self.seen["crash"] += 1
            raise Crash
        if drawn < self.crashes + self.pauses:
            self._sleep_through()
        elif drawn < self.crashes + self.pauses + self.meetings:
            self.seen["meanwhile"] += 1
            self.meanwhile()

    def _sleep_through(self) -> None:
        """This process is suspended; another one takes over and works; then this one goes on with what it was doing."""
        self.seen["pause"] += 1
        house, asleep = self.house, self.house.daemon
        self._calm = True
        house.time.advance(house.now + PAUSE)
        house.daemon = house.boot()
        until_quiet(house.parts.workers, house.now, 5_000)
        house.sleepers.append(asleep)
        self._calm = False

    def live(self, until: timedelta) -> None:
        """The daemon works until then; whoever dies or is fenced off is replaced."""
        house = self.house
        moment = house.now + until
        while True:
            try:
                house.pass_to(moment)
                return
            except Crash:
                self._restart()
            except Fenced as fenced:
                self.seen["stale epoch rejected" if "taken" in str(fenced) else "fenced"] += 1
                self._replace()

    def _restart(self) -> None:
        """Until one stays alive; half of them start at once, while the lease of the dead still runs."""
        house = self.house
        while True:
            try:
                if self.dice.random() < 0.5:
                    house.crash()
                    return
                house.bury_sleepers()
                house.daemon.close()
                house.daemon = house.boot()
                house.work()
            except Fenced:
                self.seen["waited for the lease of the dead"] += 1
                house.time.advance(house.now + timedelta(seconds=61))
                return
            except Crash:
                self.seen["crash while starting"] += 1
            else:
                return

    def _replace(self) -> None:
        """The one that was fenced off ends; the one that took over is the daemon now."""
        house = self.house
        if house.sleepers:
            house.bury_sleepers()
        else:
            self._restart()
