"""The sandbox's own time: it stands still until somebody moves it, and never goes back by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Virtual time in UTC, aware, whole milliseconds."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("the clock needs an aware time")
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC."""
        return round(self._now.timestamp() * 1000)

    def advance(self, to: datetime | timedelta) -> datetime:
        """Move to a moment, or on by a span; a moment in the past is refused with ValueError."""
        moment = self._now + to if isinstance(to, timedelta) else to.astimezone(UTC)
        if moment < self._now:
            raise ValueError(
                f"the sandbox clock stands at {self._now.isoformat()} and does not go back"
            )
        self._now = moment
        return moment
