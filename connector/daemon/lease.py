"""The right to write: one daemon per store, fenced by an epoch that every commit carries."""

from __future__ import annotations

import os
import secrets
import socket
import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import structlog

from connector.errors import Fenced
from connector.store import Store

log = structlog.get_logger()

TTL = timedelta(seconds=60)
_SLACK = timedelta(milliseconds=50)


class Lease:
    """Takes the store's lease when it is first asked for and renews it in good time.

    `epoch` raises Fenced as soon as somebody else holds the lease. A holder that was a process of this machine and is gone
    (kill -9) holds nothing: its lease is taken at once, under a new epoch.
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
                self._epoch = self._hold(now)
                self._renew_at = now + self._ttl / 3
            return self._epoch

    def take(self, clock: Callable[[], datetime], rest: Callable[[timedelta], object]) -> None:
        """The first epoch, before any work begins. A holder of another machine may be dead: its lease is waited for, once.

        `rest` waits; True: somebody wants us to stop, and nothing is taken. Raises Fenced if the holder lives on this machine,
        or has renewed its lease meanwhile.
        """
        try:
            self.epoch(clock())
            return
        except Fenced:
            now = clock()
            found = self._store.holder(self._name, now)
            if found is not None and here(found[0]):
                raise
        if found is not None:
            holder, until = found
            log.warning("lease_awaited", holder=holder, until=until.isoformat())
            if rest(until - now + _SLACK):
                return
        self.epoch(clock())

    def release(self, now: datetime) -> None:
        """Give the lease back, so that the next daemon need not wait."""
        with self._lock:
            if self._epoch is not None:
                self._store.release(self._name, self._holder, now)
                self._epoch = None

    def _hold(self, now: datetime) -> int:
        try:
            return self._store.hold(self._name, self._holder, now, self._ttl)
        except Fenced:
            found = self._store.holder(self._name, now)
            if found is None or not (here(found[0]) and gone(found[0])):
                raise
            log.warning("lease_of_the_dead", holder=found[0])
            self._store.release(self._name, found[0], now)
            return self._store.hold(self._name, self._holder, now, self._ttl)


def this_process() -> str:
    """A holder's name: machine, process id, and a token of its own."""
    return f"{machine()}:{os.getpid()}:{secrets.token_hex(4)}"


def here(holder: str) -> bool:
    """Whether the holder is, or was, a process of this machine."""
    return holder.partition(":")[0] == machine()


def gone(holder: str) -> bool:
    """Whether no process of this machine has the holder's id any more; an id that was given out again counts as alive."""
    number = holder.split(":")[1]
    if os.name != "posix" or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return _zombie(number)


@cache
def machine() -> str:
    """Where process ids mean something: the host, its boot and, in a container, the namespace of process ids."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii")[:8]
        where = f"{boot}-{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:  # no Linux
        where = f"{uuid.getnode():x}"
    return f"{socket.gethostname()}@{where}"


def _zombie(number: str) -> bool:
    """Dead, but nobody has asked for its exit code yet."""
    try:
        shown = Path(f"/proc/{number}/stat").read_text("utf-8", "replace")
    except OSError:
        return False
    return shown.rpartition(")")[2].split()[:1] == ["Z"]
