"""How workers get their turns: on threads in real time, or one after the other in virtual time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from connector.errors import Bug, Fenced, Outdated

log = structlog.get_logger()

STEPS = 100_000  # more units at one moment mean that something feeds itself
NAP = timedelta(seconds=1)
AFTER_CRASH = timedelta(seconds=30)


class Worth(Protocol):
    """Anything that can be asked for a unit of work: a platform's worker, the evaluator."""

    name: str

    def step(self, now: datetime) -> bool:
        """Do one bounded unit if one is due; False: nothing was due."""
        ...

    def next_at(self, now: datetime) -> datetime | None:
        """When something is due next by time alone."""
        ...


class Clock(Protocol):
    """The daemon's time."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...


class VirtualClock(Clock, Protocol):
    """Time that jumps."""

    def advance(self, to: datetime) -> None: ...


def until_quiet(workers: Sequence[Worth], now: datetime, steps: int = STEPS) -> int:
    """Let everybody work in turn until nobody has anything due; returns the units done. Raises Bug when that never happens."""
    done = 0
    while done < steps:
        busy = sum(worker.step(now) for worker in workers)
        if not busy:
            return done
        done += busy
    raise Bug(
        f"no rest after {steps} units at one moment: {', '.join(worker.name for worker in workers)}"
    )


def virtual_run(
    workers: Sequence[Worth],
    clock: VirtualClock,
    until: datetime,
    tell: Callable[[datetime], None] | None = None,
) -> int:
    """The daemon's loop in virtual time: work until quiet, then jump to the next due moment; returns the units done."""
    done = 0
    while True:
        now = clock.now()
        done += until_quiet(workers, now)
        if tell is not None:
            tell(now)
        if now >= until:
            return done
        moments = [moment for worker in workers if (moment := worker.next_at(now)) is not None]
        soonest = min(moments, default=until)
        clock.advance(min(max(now + timedelta(seconds=1), soonest), until))


class Threads:
    """The daemon's loop in real time: one thread per worker, so that a hung call of one starves no other.

    A crash of a worker is logged with its trace and tried again after a while; a Bug or a lost lease ends the whole crew,
    and `failure` says why.
    """

    def __init__(
        self, workers: Sequence[Worth], clock: Clock, after_crash: timedelta = AFTER_CRASH
    ) -> None:
        self._clock, self.after_crash = clock, after_crash
        self._stop = threading.Event()
        self._wake = threading.Condition()
        self._wakes = 0  # so that a call between a look and a sleep is not missed
        self.failure: Exception | None = None
        self._threads = [
            threading.Thread(target=self._live, args=(worker,), name=worker.name, daemon=True)
            for worker in workers
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Something became due: nobody sleeps on."""
        with self._wake:
            self._wakes += 1
            self._wake.notify_all()

    def stop(self, patience: float = 30.0) -> bool:
        """Ask everybody to finish the unit in hand; False if somebody has not within `patience` seconds."""
        self._stop.set()
        self.wake()
        for thread in self._threads:
            if thread.ident is not None:  # it was started
                thread.join(patience)
        return not any(thread.is_alive() for thread in self._threads)

    def wait(self) -> None:
        """Until stopped or failed."""
        self._stop.wait()

    def rest(self, span: timedelta) -> bool:
        """For this long, or until stopped; True: stopped."""
        return self._stop.wait(span.total_seconds())

    def _live(self, worker: Worth) -> None:
        while not self._stop.is_set():
            try:
                self._turn(worker)
            except (Bug, Fenced, Outdated) as error:
                self._fail(worker, error)
                return
            except (
                Exception
            ):  # a unit that failed is done again: each ended in a committed transaction or in none
                log.exception("worker_crashed", worker=worker.name)
                self.rest(self.after_crash)

    def _turn(self, worker: Worth) -> None:
        heard = self._wakes
        if worker.step(self._clock.now()):
            self.wake()
            return
        now = self._clock.now()
        moment = worker.next_at(now)
        span = NAP if moment is None else min(NAP, max(moment - now, timedelta(milliseconds=20)))
        with self._wake:
            if not self._stop.is_set() and self._wakes == heard:
                self._wake.wait(span.total_seconds())

    def _fail(self, worker: Worth, error: Exception) -> None:
        log.error("daemon_stops", worker=worker.name, cause=str(error))
        self.failure = error
        self._stop.set()
        self.wake()
