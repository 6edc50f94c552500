"""What an administrator has set up to change records by itself: triggers, flows and workflows, now or by the clock.

An automation is a function `(kind, record) -> values to set`, None or nothing if it leaves the record alone. The makers below
are the usual ones; any other function of that form does.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

Rewrite = Callable[[str, Mapping[str, Any]], Mapping[str, Any] | None]
Deed = Callable[[], None]


def reformats(kind: str, name: str, how: Callable[[str], str]) -> Rewrite:
    """Puts a field into another form: `str.upper`, `str.strip`, `national` for telephone numbers."""

    def rewrite(of: str, record: Mapping[str, Any]) -> Mapping[str, Any] | None:
        value = record.get(name) if of == kind else None
        return {name: how(value)} if isinstance(value, str) and value else None

    return rewrite


def sets_back(kind: str, name: str, value: Any) -> Rewrite:
    """Keeps a field at one value, whatever is written: a formula, an assignment rule that takes the owner back."""

    def rewrite(of: str, record: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return {name: value} if of == kind and record.get(name) != value else None

    return rewrite


def national(number: str) -> str:
    """`+49 511 123456` as `(0511) 123456`; other numbers stay as they are."""
    found = re.fullmatch(r"\+49\s?(\d{2,3})\s?([\d ]+)", number.strip())
    return f"(0{found[1]}) {found[2].replace(' ', '')}" if found else number


class Later:
    """What automations have put off: by moment, and at one moment in the order in which it was planned."""

    def __init__(self) -> None:
        self._deeds: list[tuple[datetime, int, Deed]] = []
        self._numbers = count()

    def plan(self, at: datetime, deed: Deed) -> None:
        heapq.heappush(self._deeds, (at, next(self._numbers), deed))

    def next_at(self) -> datetime | None:
        return self._deeds[0][0] if self._deeds else None

    def act(self, now: datetime) -> None:
        """Do everything whose moment has come."""
        while self._deeds and self._deeds[0][0] <= now:
            heapq.heappop(self._deeds)[2]()


AT_ONCE = timedelta()
