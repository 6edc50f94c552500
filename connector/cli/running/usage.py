"""What our calls have cost, into the store now and then: a commit for every call would cost more than the call."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date

from connector.store import Store

EVERY = 50
"""Calls between two commits. A crash forgets fewer than this; the vendor's headers tell the truth anyway."""


class Usage:
    """Counts one platform's calls by day; safe between threads."""

    def __init__(self, store: Store, platform: str) -> None:
        self._store, self._platform = store, platform
        self._lock = threading.Lock()
        self._open: Counter[date] = Counter()

    def spend(self, day: date, calls: int) -> None:
        with self._lock:
            self._open[day] += calls
            full = self._open.total() >= EVERY
        if full:
            self.flush()

    def flush(self) -> None:
        """Commit what has been counted."""
        with self._lock:
            counted, self._open = self._open, Counter()
        for day, calls in counted.items():
            self._store.spend(self._platform, day, calls)
