"""What of one platform's work came to nothing, why, and how long it rests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from connector.daemon.schedule import Schedule
from connector.errors import Stopped, TryLater
from connector.sync.settle import wait_after

log = structlog.get_logger()


@dataclass
class Postponed:
    """Parts of a platform's work that came to nothing: why, how often in a row, and until when they rest."""

    causes: dict[str, str] = field(default_factory=dict)
    until: dict[str, datetime] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)

    def put(self, part: str, cause: str, now: datetime, after: timedelta | None = None) -> int:
        """`after` None: longer with every failure. Returns how many there were in a row."""
        count = self.failures.get(part, 0) + 1
        self.failures[part], self.causes[part] = count, cause
        self.until[part] = now + (after or wait_after(count))
        return count

    def good(self, part: str) -> None:
        """It went well."""
        if part in self.failures:
            del self.failures[part], self.causes[part], self.until[part]


class Rests:
    """What fails alone (one stream, one group of lanes) rests alone; what stops the platform rests all of it.

    `stops` says by part why it did, until that very part works again; `schedule` gives what holds now.
    """

    def __init__(self, platform: str, schedule: Callable[[], Schedule]) -> None:
        self.platform, self._schedule = platform, schedule
        self.postponed = Postponed()
        self.stops: dict[str, str] = {}
        self._paused: datetime | None = None

    def until(self, now: datetime) -> datetime | None:
        """When the platform goes on; None: it does not rest."""
        return self._paused if self._paused is not None and now < self._paused else None

    def earliest(self, part: str, due: datetime) -> datetime:
        """When a part that is due then may be tried."""
        return max(due, self.postponed.until.get(part, due))

    def tried(self, part: str, now: datetime, unit: Callable[[], bool]) -> bool:
        """Do a unit of this part; True: something was done or found out, so that there may be more."""
        try:
            did = unit()
        except TryLater as error:
            return self._postpone(part, error, now)
        except Stopped as error:
            return self._pause(part, error, now)
        self.well(part)
        return did

    def well(self, part: str) -> None:
        """Nothing is wrong with this part any more."""
        self.postponed.good(part)
        self.stops.pop(part, None)

    def _postpone(self, part: str, error: TryLater, now: datetime) -> bool:
        failures = self.postponed.put(part, str(error), now, error.after)
        log.warning(
            "postponed", platform=self.platform, part=part, failures=failures, cause=str(error)
        )
        return False

    def _pause(self, part: str, error: Stopped, now: datetime) -> bool:
        """The platform rests; afterwards all else is tried before what stopped it."""
        self._paused = now + (error.after or self._schedule().pause)
        self.stops[part] = str(error)
        until = self._paused.isoformat()
        log.error("platform_stopped", platform=self.platform, cause=str(error), until=until)
        return True
