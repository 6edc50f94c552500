"""How many calls we may still make: our share of the day, and the burst of the moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Protocol

from connector.errors import Stopped, TryLater
from connector.model.systems.change import Lane

_OF_SHARE: Mapping[Lane, float] = {"hot": 1.0, "follow_up": 0.95, "routine": 0.9, "backfill": 0.7}
"""How far each lane may use up our share: what is left belongs to the more urgent ones."""
_OF_ACCOUNT: Mapping[Lane, float] = {
    "hot": 0.98,
    "follow_up": 0.97,
    "routine": 0.95,
    "backfill": 0.9,
}
"""How far the whole account's day may be used, whoever used it: the rest is left to other integrations."""


class Meter(Protocol):
    """Asked before every call and told the answer's headers after it."""

    def before(self, calls: int = 1, lane: Lane | None = None) -> None:
        """Takes the calls from the budget. Raises TryLater (burst, or only this lane is out) or Stopped (the day is used up)."""
        ...

    def after(self, headers: Mapping[str, str]) -> None:
        """Learns from limit headers, names in any case; other headers are ignored."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """What a vendor says about its limits; None: it did not say. `used` counts everybody's calls of the day."""

    daily: int | None = None
    used: int | None = None
    burst: int | None = None  # calls per `window` for everybody
    burst_left: int | None = None
    window: timedelta | None = None


class Unmetered:
    """Counts calls and never refuses: for one-off commands and tests."""

    def __init__(self) -> None:
        self.calls = 0

    def before(self, calls: int = 1, lane: Lane | None = None) -> None:  # noqa: ARG002 - the protocol's argument
        self.calls += calls

    def after(self, headers: Mapping[str, str]) -> None:
        """Nothing to learn."""


@dataclass(frozen=True, slots=True)
class Burst:
    """So many calls in so long a window are ours."""

    calls: int
    window: timedelta


class Budget:
    """One platform's budget, safe between threads.

    `share` (0 to 1) of the account's `daily` calls are ours; the limit follows the headers. `spent` is what this day already
    cost us (the store's counter), `spend` is told of every call with its day. A day ends at midnight of `zone`.
    """

    def __init__(
        self,
        platform: str,
        limits: Callable[[Mapping[str, str]], Limits | None],
        clock: Callable[[], datetime],
        *,
        share: float = 1.0,
        daily: int | None = None,
        burst: Burst | None = None,
        spent: int = 0,
        spend: Callable[[date, int], None] | None = None,
        zone: tzinfo = UTC,
    ) -> None:
        self._platform, self._limits, self._clock = platform, limits, clock
        self._share, self._daily, self._burst, self._zone = share, daily, burst, zone
        self._spend = spend
        self._lock = threading.Lock()
        self._spent, self._used = spent, 0
        now = clock()
        self._day = now.astimezone(zone).date()
        self._tokens, self._filled = float(burst.calls if burst else 0), now

    @property
    def spent(self) -> int:
        """Our calls of this day."""
        return self._spent

    def left(self, lane: Lane | None = None) -> int | None:
        """Calls this lane may still make today; None while no limit is known."""
        if self._daily is None:
            return None
        named = lane or "routine"
        ours = int(self._daily * self._share * _OF_SHARE[named]) - self._spent
        everybody = int(self._daily * _OF_ACCOUNT[named]) - self._used
        return max(0, min(ours, everybody))

    def before(self, calls: int = 1, lane: Lane | None = None) -> None:
        with self._lock:
            now = self._clock()
            self._turn_day(now)
            self._check_day(calls, lane, now)
            self._take(calls, now)
            self._spent += calls
            self._used += calls
            day = self._day
        if self._spend is not None:
            self._spend(day, calls)

    def after(self, headers: Mapping[str, str]) -> None:
        found = self._limits({name.lower(): value for name, value in headers.items()})
        if found is None:
            return
        with self._lock:
            self._daily = found.daily if found.daily is not None else self._daily
            self._used = found.used if found.used is not None else self._used
            if found.burst_left == 0 and self._burst is not None:
                self._tokens = 0.0  # others use the same window

    def _turn_day(self, now: datetime) -> None:
        today = now.astimezone(self._zone).date()
        if today != self._day:
            self._day, self._spent, self._used = today, 0, 0

    def _check_day(self, calls: int, lane: Lane | None, now: datetime) -> None:
        left = self.left(lane)
        if left is None or calls <= left:
            return
        wait = self._midnight() - now
        hot = self.left("hot")
        if hot is not None and calls > hot:
            raise Stopped(
                self._platform,
                "today's API calls are used up (our share of them, or all); raise daily_share or wait for midnight",
                wait,
            )
        raise TryLater(
            f"{self._platform}: the rest of today's calls is kept for more urgent work",
            wait,
            "DAILY_SHARE",
        )

    def _midnight(self) -> datetime:
        return datetime.combine(self._day + timedelta(days=1), time(), self._zone).astimezone(UTC)

    def _take(self, calls: int, now: datetime) -> None:
        if self._burst is None:
            return
        rate = self._burst.calls / self._burst.window.total_seconds()
        passed = max(0.0, (now - self._filled).total_seconds())
        self._tokens, self._filled = (
            min(float(self._burst.calls), self._tokens + passed * rate),
            now,
        )
        if self._tokens < min(calls, self._burst.calls):
            wait = timedelta(seconds=(min(calls, self._burst.calls) - self._tokens) / rate)
            raise TryLater(f"{self._platform}: the burst limit is reached", wait, "BURST")
        self._tokens -= calls
