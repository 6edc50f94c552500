"""Three limiters that know nothing of each other (api-contracts A.3): ten seconds per app, a second of search, a day."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from connector.sandbox.hubspot.records.refusal import Refusal
from connector.sandbox.hubspot.records.values import from_ms
from connector.sandbox.hubspot.switches import Switches

TEN_SECONDS_MS = 10_000
_WORDS = {"TEN_SECONDLY_ROLLING": "ten_secondly_rolling", "SECONDLY": "secondly", "DAILY": "daily"}
_WAIT_S = {"TEN_SECONDLY_ROLLING": "10", "SECONDLY": "1"}


def exceeded(policy: str, switches: Switches) -> Refusal:
    """The 429 of one policy; `Retry-After` is there only where the switch says so, and never for the day."""
    message = f"You have reached your {_WORDS[policy]} limit."
    found = Refusal(429, "RATE_LIMITS", message, errorType="RATE_LIMIT", policyName=policy)
    if switches.retry_after and policy in _WAIT_S:
        found.headers = {"Retry-After": _WAIT_S[policy]}
    return found


@dataclass(slots=True)
class Limits:
    """Counts on the virtual clock; a refused request counts nowhere."""

    switches: Switches
    recent: deque[int] = field(default_factory=deque)
    searches: deque[int] = field(default_factory=deque)
    day: date = date.min
    used: int = 0

    def count(self, now: int, *, search: bool) -> None:
        """Let a request through, or raise the 429 of the limit it meets first."""
        self.turn(now)
        if self.used >= self.switches.daily_limit:
            raise exceeded("DAILY", self.switches)
        if self.switches.burst_limits:
            policy, window, most, line = (
                ("SECONDLY", 1000, self.switches.search_per_second, self.searches)
                if search
                else ("TEN_SECONDLY_ROLLING", TEN_SECONDS_MS, self.switches.burst, self.recent)
            )
            while line and line[0] <= now - window:
                line.popleft()
            if len(line) >= most:
                raise exceeded(policy, self.switches)
            line.append(now)
        self.used += 1

    def turn(self, now: int) -> None:
        """The day's counter starts again at midnight of the account's time zone."""
        today = self._local(now).date()
        if today != self.day:
            self.day, self.used = today, 0

    def resets_at(self, now: int) -> datetime:
        local = self._local(now)
        return datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo)

    def headers(self, *, oauth: bool) -> dict[str, str]:
        """What every answer but a search's carries; OAuth apps do not see the day."""
        found = {
            "X-HubSpot-RateLimit-Max": str(self.switches.burst),
            "X-HubSpot-RateLimit-Remaining": str(max(0, self.switches.burst - len(self.recent))),
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(TEN_SECONDS_MS),
        }
        if not oauth:
            found["X-HubSpot-RateLimit-Daily"] = str(self.switches.daily_limit)
            found["X-HubSpot-RateLimit-Daily-Remaining"] = str(
                max(0, self.switches.daily_limit - self.used)
            )
        return found

    def _local(self, now: int) -> datetime:
        return from_ms(now).astimezone(ZoneInfo(self.switches.timezone))
