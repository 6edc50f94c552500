"""One platform's due work, one bounded unit at a time, the most urgent first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from connector.daemon.lease import Lease
from connector.errors import Stopped, TryLater
from connector.model.change import Lane
from connector.model.mapping import Mappings
from connector.model.port import Source, Target
from connector.store import Store
from connector.sync.pull import pull, readers
from connector.sync.push import Pushed, look_up, push
from connector.sync.settle import wait_after

log = structlog.get_logger()

URGENT: tuple[Lane, ...] = ("hot", "follow_up")
PATIENT: tuple[Lane, ...] = ("routine", "backfill")


class Worth(Protocol):
    """Anything that can be asked for a unit of work: a platform's worker, the evaluator."""

    name: str

    def step(self, now: datetime) -> bool:
        """Do one bounded unit if one is due; False: nothing was due."""
        ...

    def next_at(self, now: datetime) -> datetime | None:
        """When something is due next by time alone."""
        ...


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often streams are read and how large units are.

    `slow` streams (owners, the recycle bin) and `calm` ones (what need not be known within a minute) have intervals of their own.
    """

    pull: timedelta = timedelta(seconds=60)
    slow: timedelta = timedelta(hours=1)
    slow_streams: frozenset[str] = frozenset({"owners", "archived"})
    calm: timedelta = timedelta(minutes=6)
    calm_streams: frozenset[str] = frozenset({"companies", "meetings", "calls"})
    pause: timedelta = timedelta(minutes=15)  # after Stopped, when the vendor names no time
    pages: int = 10  # of one pull
    batch: int = 200  # changes of one urgent push
    largest: int = 1000  # changes of one patient push
    tries: int = 5

    def every(self, stream: str) -> timedelta:
        if stream in self.slow_streams:
            return self.slow
        return self.calm if stream in self.calm_streams else self.pull


@dataclass
class Worker:
    """Pulls and pushes one platform.

    A hot lead overtakes: urgent lanes are pushed before every single pull, and a pull is a few pages at most. An outage of this
    platform (`trouble`) pauses only this worker.
    """

    name: str
    source: Source | None
    target: Target | None
    store: Store
    mappings: Mappings
    lease: Lease
    schedule: Schedule = field(default_factory=Schedule)
    trouble: str = ""
    backfill: bool = False
    postponed: dict[str, str] = field(
        default_factory=dict
    )  # by stream, or "push": why its last try came to nothing

    def __post_init__(self) -> None:
        self._readers = readers(self.mappings, self.name)
        self._streams: Sequence[str] = self.source.streams() if self.source else ()
        self._due: dict[str, datetime] = {}
        self._failures: dict[str, int] = {}
        self._reached: dict[str, str | None] = {}  # where streams stand, perhaps ahead of the store
        self._ended: set[str] = set()  # streams read to their end since the last heartbeat
        self._paused: datetime | None = None
        self._push_from: datetime | None = None
        self._nothing: tuple[int, datetime] | None = (
            None  # nothing was to be sent, as the store stood then
        )
        self._doubtful = True  # a crash may have left attempts without a receipt

    def step(self, now: datetime) -> bool:
        if self._paused is not None and now < self._paused:
            return False
        try:
            did = self._unit(now)
        except Stopped as error:
            self._pause(error, now)
            return False
        if did and self._paused is not None:
            self._paused, self.trouble = None, ""
        if not did:
            self._beat(now)
        return did

    def next_at(self, now: datetime) -> datetime | None:
        if self._paused is not None and now < self._paused:
            return self._paused
        moments = [self._due.get(stream, now) for stream in self._streams]
        sending = self.store.next_send(self.name) if self.target else None
        if sending is not None:
            moments.append(max(sending, self._push_from or sending))
        return min(moments, default=None)

    def nudge(self, stream: str) -> None:
        """Read this stream from its stored cursor at the next opportunity: a webhook or a person asked for it."""
        self._due.pop(stream, None)
        self._reached.pop(stream, None)

    def _unit(self, now: datetime) -> bool:
        if not self._waits(now):
            return self._pull(now)
        return (
            self._resolve_doubts(now)
            or self._push(now, URGENT)
            or self._pull(now)
            or self._push(now, PATIENT)
        )

    def _waits(self, now: datetime) -> bool:
        """Whether anything is to be sent or looked up: one small read instead of several transactions."""
        if self.target is None or self._resting(now):
            return False
        stands = (self.store.changes, now)
        if stands == self._nothing:
            return False
        moment = self.store.next_send(self.name)
        waits = moment is not None and moment <= now
        self._nothing = None if waits else stands
        return waits

    def _beat(self, now: datetime) -> None:
        """All streams that were read to their end since the last time, and where they stand, in one commit."""
        if self._ended:
            reached = {stream: self._reached.get(stream) for stream in sorted(self._ended)}
            self.store.cycle(self.name, reached, now, epoch=self.lease.epoch(now))
            self._ended.clear()

    def _resolve_doubts(self, now: datetime) -> bool:
        if self.target is None or not self._doubtful or self._resting(now):
            return False
        try:
            pushed = look_up(
                self.target,
                self.name,
                self.store,
                now,
                limit=self.schedule.batch,
                tries=self.schedule.tries,
                epoch=self.lease.epoch(now),
            )
        except TryLater as error:
            return self._rest(error, now)
        self._doubtful = pushed.sent > 0 and pushed.unclear < pushed.sent
        if pushed.unclear:
            self._push_from = now + wait_after(1)
            self._doubtful = True
        return pushed.sent > pushed.unclear

    def _push(self, now: datetime, lanes: Sequence[Lane]) -> bool:
        if self.target is None or self._resting(now):
            return False
        limit = self.schedule.batch if lanes is URGENT else self.schedule.largest
        try:
            pushed = push(
                self.target,
                self.name,
                self.store,
                now,
                lanes=lanes,
                limit=limit,
                tries=self.schedule.tries,
                epoch=self.lease.epoch(now),
            )
        except TryLater as error:
            return self._rest(error, now)
        self._note(pushed)
        return pushed.sent > 0

    def _pull(self, now: datetime) -> bool:
        due = [
            (self._due.get(stream, now), place, stream)
            for place, stream in enumerate(self._streams)
        ]
        ready = [entry for entry in due if entry[0] <= now]
        if self.source is None or not ready:
            return False
        stream = min(ready, key=lambda entry: (entry[0], entry[1]))[2]
        try:
            pulled = pull(
                self.source,
                self.name,
                stream,
                self.store,
                self._readers,
                now,
                start=self._reached.get(stream),
                epoch=self.lease.epoch(now),
                pages=self.schedule.pages,
                backfill=self.backfill,
            )
        except TryLater as error:
            self._reached.pop(stream, None)
            self._postpone(stream, error, now)
            return True  # the other streams need not wait for this one
        self._failures.pop(stream, None)
        self.postponed.pop(stream, None)
        self._reached[stream] = pulled.cursor
        if pulled.more:
            self._due[stream] = now
            return True
        self._due[stream] = now + self.schedule.every(stream)
        self._ended.add(stream)
        return True

    def _postpone(self, stream: str, error: TryLater, now: datetime) -> None:
        failures = self._failures.get(stream, 0) + 1
        self._failures[stream] = failures
        self.postponed[stream] = str(error)
        self._due[stream] = now + (error.after or wait_after(failures))
        log.warning(
            "pull_postponed", platform=self.name, stream=stream, failures=failures, cause=str(error)
        )

    def _rest(self, error: TryLater, now: datetime) -> bool:
        failures = self._failures.get("push", 0) + 1
        self._failures["push"] = failures
        self.postponed["push"] = str(error)
        self._push_from = now + (error.after or wait_after(failures))
        log.warning("push_postponed", platform=self.name, failures=failures, cause=str(error))
        return False

    def _resting(self, now: datetime) -> bool:
        return self._push_from is not None and now < self._push_from

    def _note(self, pushed: Pushed) -> None:
        if pushed.sent:
            self._failures.pop("push", None)
            self.postponed.pop("push", None)
            self._doubtful = self._doubtful or pushed.unclear > 0

    def _pause(self, error: Stopped, now: datetime) -> None:
        self._paused = now + (error.after or self.schedule.pause)
        self.trouble = str(error)
        log.error(
            "platform_stopped", platform=self.name, cause=str(error), until=self._paused.isoformat()
        )


def troubles(workers: Sequence[Worth]) -> Mapping[str, str]:
    """What an operator must look at, by platform."""
    return {
        worker.name: worker.trouble
        for worker in workers
        if isinstance(worker, Worker) and worker.trouble
    }
