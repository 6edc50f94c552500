"""The right to write: one daemon per store, fenced by an epoch that every commit carries."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from connector.store import Store

TTL = timedelta(seconds=60)


class Lease:
    """Takes the store's lease when it is first asked for and renews it in good time.

    `epoch` raises Fenced as soon as somebody else holds the lease.
    """

    def __init__(
        self, store: Store, holder: str, ttl: timedelta = TTL, name: str = "daemon"
    ) -> None:
        self._store, self._holder, self._ttl, self._name = store, holder, ttl, name
        self._lock = threading.Lock()
        self._epoch: int | None = None
        self._renew_at: datetime | None = None

    def epoch(self, now: datetime) -> int:
        """The epoch under which everything is written now."""
        with self._lock:
            if self._epoch is None or self._renew_at is None or now >= self._renew_at:
                self._epoch = self._store.hold(self._name, self._holder, now, self._ttl)
                self._renew_at = now + self._ttl / 3
            return self._epoch

    def release(self, now: datetime) -> None:
        """Give the lease back, so that the next daemon need not wait."""
        with self._lock:
            if self._epoch is not None:
                self._store.release(self._name, self._holder, now)
                self._epoch = None
