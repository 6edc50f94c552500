"""One platform's due work, one bounded unit at a time, the most urgent first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from connector.daemon.lease import Lease
from connector.daemon.schedule import Postponed, Schedule
from connector.errors import Stopped, TryLater
from connector.model.change import Lane
from connector.model.mapping import Mappings
from connector.model.port import Source, Target, described
from connector.store import Store
from connector.store.shapes import SHAPE_CODES
from connector.sync.describe import able_readers, describe, hidden
from connector.sync.pull import pull
from connector.sync.push import look_up, push

log = structlog.get_logger()

LOOK_UP, URGENT, PATIENT = "look-up", "urgent push", "patient push"
SHAPE = "fields"
LANES: Mapping[str, tuple[Lane, ...]] = {
    URGENT: ("hot", "follow_up"),
    PATIENT: ("routine", "backfill"),
}


class Worth(Protocol):
    """Anything that can be asked for a unit of work: a platform's worker, the evaluator."""

    name: str

    def step(self, now: datetime) -> bool:
        """Do one bounded unit if one is due; False: nothing was due."""
        ...

    def next_at(self, now: datetime) -> datetime | None:
        """When something is due next by time alone."""
        ...


class Gate(Protocol):
    """What must be open before anything is sent to a system."""

    cause: str

    def look(self, *, read: bool, now: datetime, epoch: Callable[[datetime], int]) -> None:
        """Open or close by what is known now; `read`: every stream has been read to its end."""
        ...


@dataclass
class Worker:
    """Pulls and pushes one platform.

    A hot lead overtakes: urgent lanes are pushed before every single pull, and a pull is a few pages at most. An outage of this
    platform (`trouble`) pauses only this worker. What fails alone (one stream, one group of lanes) rests alone.
    """

    name: str
    source: Source | None
    target: Target | None
    store: Store
    mappings: Mappings
    lease: Lease
    schedule: Schedule = field(default_factory=Schedule)
    backfill: bool = False
    begun: datetime | None = (
        None  # its first unit: streams never read to their end are judged from here
    )

    gate: Gate | None = None

    def __post_init__(self) -> None:
        self._described = described(self.target)
        self._fit()
        self._shape_due: datetime | None = None  # when it is asked again what the records hold
        self._shape_read: datetime | None = None
        self.streams: Sequence[str] = self.source.streams() if self.source else ()
        self._due: dict[str, datetime] = {}
        self._nudged: set[str] = set()
        self._postponed = Postponed()
        self._stops: dict[str, str] = {}  # by part: why it stopped the platform
        self._reached: dict[str, str | None] = {}  # where streams stand, perhaps ahead of the store
        self._ended: set[str] = set()  # streams read to their end since the last heartbeat
        self._finished: set[str] = set()  # and ever
        self._beaten: datetime | None = None
        self._gathering: datetime | None = None  # since then a patient push has waited for more
        self._paused: datetime | None = None
        self._nothing: tuple[int, datetime] | None = (
            None  # nothing was to be sent, as the store stood then
        )

    @property
    def trouble(self) -> str:
        """What an operator must look at, until the very thing that stopped works again."""
        return "; ".join(dict.fromkeys(self._stops.values()))

    @property
    def held(self) -> str:
        """Why nothing may be sent there yet; "" if it may."""
        return "" if self.gate is None or self.target is None else self.gate.cause

    @property
    def postponed(self) -> Mapping[str, str]:
        """By stream or part: why its last try came to nothing."""
        return self._postponed.causes

    def step(self, now: datetime) -> bool:
        self.begun = self.begun or now
        if self._paused is not None and now < self._paused:
            return False
        did = self._unit(now)
        if not did or self._beaten is None or now - self._beaten >= self.schedule.pull:
            self._beat(now)
        return did

    def next_at(self, now: datetime) -> datetime | None:
        if self._paused is not None and now < self._paused:
            return self._paused
        moments = [self._due_at(stream, now) for stream in self.streams]
        for part, moment in self._sends().items():
            moments.append(max(moment, self._postponed.until.get(part, moment)))
        if self._described is not None:
            moments.append(max(self._shape_due or now, self._postponed.until.get(SHAPE, now)))
        return min(moments, default=None)

    def nudge(self, stream: str) -> None:
        """Read this stream from its stored cursor at the next opportunity: a webhook or a person asked for it.

        Safe from any thread. A stream that rests after a failure goes on resting.
        """
        self._nudged.add(stream)

    def _unit(self, now: datetime) -> bool:
        waits = self._waits(now)
        well = [stream for stream in self.streams if stream not in self._stops]
        stopped = [stream for stream in self.streams if stream in self._stops]
        return (
            self._describe(now)
            or (LOOK_UP in waits and self._look_up(now))
            or (URGENT in waits and self._push(now, URGENT))
            or self._pull(now, well)
            or (PATIENT in waits and self._gathered(now) and self._push(now, PATIENT))
            or self._pull(now, stopped)
        )

    def _fit(self) -> None:
        """Go by what the records hold, as far as it is known."""
        self._readers = able_readers(self.mappings, self.name, self.store)
        self._hidden = hidden(self.mappings, self.name, self.store)

    def _describe(self, now: datetime) -> bool:
        """Ask what the records hold: when we begin, with the slow streams, and when a refusal says that it has changed."""
        due = self._shape_due is None or self._shape_due <= now
        if not due or self._described is None or self._postponed.rests(SHAPE, now):
            return False
        try:
            back = describe(
                self._described, self.source, self.name, self.store, now, epoch=self.lease.epoch(now)
            )
        except TryLater as error:
            return self._rest(SHAPE, error, now)
        except Stopped as error:
            return self._pause(SHAPE, error, now)
        self._well(SHAPE)
        self._fit()
        self._shape_read, self._shape_due = now, now + self.schedule.slow
        for stream in back:
            self._reached.pop(stream, None)
            self.nudge(stream)
        return True

    def _reshaped(self, now: datetime) -> None:
        """A refusal named a property: ask at once, but not again and again for what is one record's own fault."""
        if self._shape_read is not None:
            self._shape_due = max(now, self._shape_read + self.schedule.pull)

    def _waits(self, now: datetime) -> Sequence[str]:
        """What is to be sent or looked up: one small read instead of several transactions."""
        if self.gate is not None:
            read = self._finished.issuperset(self.streams)
            self.gate.look(read=read, now=now, epoch=self.lease.epoch)
        stands = (self.store.changes, now)
        if self.target is None or stands == self._nothing:
            return ()
        sends = self._sends()
        for part in {LOOK_UP, URGENT, PATIENT} - sends.keys():
            self._well(part)
        waits = [
            part
            for part, moment in sends.items()
            if moment <= now and not self._postponed.rests(part, now)
        ]
        self._nothing = None if waits else stands
        return waits

    def _sends(self) -> Mapping[str, datetime]:
        """When something may be looked up or sent next, by part. An attempt without a receipt is looked up, never sent again."""
        found: dict[str, datetime] = {}
        if self.target is None or self.held:
            return found
        for (lane, attempted), moment in self.store.next_sends(self.name).items():
            part = LOOK_UP if attempted else URGENT if lane in LANES[URGENT] else PATIENT
            found[part] = min(moment, found.get(part, moment))
        return found

    def _beat(self, now: datetime) -> None:
        """All streams that were read to their end since the last time, and where they stand, in one commit."""
        self._beaten = now
        if self._ended:
            reached = {stream: self._reached.get(stream) for stream in sorted(self._ended)}
            self.store.cycle(self.name, reached, now, epoch=self.lease.epoch(now))
            self._ended.clear()

    def _gathered(self, now: datetime) -> bool:
        """Whether a patient push is worth its calls: one row costs as much as a full call, and more are being decided right now."""
        due = self.store.next_due()
        since = self._gathering or now
        if due is None or due > now or now - since >= self.schedule.gather:
            self._gathering = None
            return True
        self._gathering = since
        return self.store.waiting(self.name, LANES[PATIENT]) >= self.schedule.largest

    def _look_up(self, now: datetime) -> bool:
        if self.target is None:
            return False
        try:
            found = look_up(
                self.target,
                self.name,
                self.store,
                now,
                limit=self.schedule.batch,
                tries=self.schedule.tries,
                epoch=self.lease.epoch(now),
            )
        except TryLater as error:
            return self._rest(LOOK_UP, error, now)
        except Stopped as error:
            return self._pause(LOOK_UP, error, now)
        self._well(LOOK_UP)
        return found.sent > 0

    def _push(self, now: datetime, part: str) -> bool:
        if self.target is None:
            return False
        try:
            pushed = push(
                self.target,
                self.name,
                self.store,
                now,
                lanes=LANES[part],
                limit=self.schedule.batch if part == URGENT else self.schedule.largest,
                tries=self.schedule.tries,
                epoch=self.lease.epoch(now),
            )
        except TryLater as error:
            if error.code in SHAPE_CODES:
                self._reshaped(now)
            return self._rest(part, error, now)
        except Stopped as error:
            return self._pause(part, error, now)
        self._well(part)
        if pushed.reshaped:
            self._reshaped(now)
        return pushed.sent > 0

    def _pull(self, now: datetime, streams: Sequence[str]) -> bool:
        ready = [
            (moment, place, stream)
            for place, stream in enumerate(streams)
            if (moment := self._due_at(stream, now)) <= now
        ]
        if self.source is None or not ready:
            return False
        stream = min(ready)[2]
        start = self._reached.pop(stream, None)  # after a failure the stored cursor counts
        if stream in self._nudged:
            self._nudged.discard(stream)
            start = None
        try:
            pulled = pull(
                self.source,
                self.name,
                stream,
                self.store,
                self._readers,
                now,
                start=start,
                epoch=self.lease.epoch(now),
                pages=self.schedule.pages,
                backfill=self.backfill,
            )
        except TryLater as error:
            if error.code in SHAPE_CODES:
                self._reshaped(now)
            self._rest(stream, error, now)
            return True  # the other streams need not wait for this one
        except Stopped as error:
            return self._pause(stream, error, now)
        except Exception as error:
            self._postponed.put(stream, f"{type(error).__name__} while reading {stream}", now)
            raise
        self._well(stream)
        self._reached[stream] = pulled.cursor
        self._due[stream] = now if pulled.more else now + self.schedule.every(stream)
        if not pulled.more:
            self._ended.add(stream)
            self._finished.add(stream)
        return True

    def _due_at(self, stream: str, now: datetime) -> datetime:
        """When this stream is read next; one of a kind that we may not see waits until it is asked for again."""
        if stream in self._hidden:
            return self._shape_due or now + self.schedule.slow
        due = now if stream in self._nudged else self._due.get(stream, now)
        return self._postponed.until.get(stream, due)

    def _well(self, part: str) -> None:
        self._postponed.good(part)
        self._stops.pop(part, None)

    def _rest(self, part: str, error: TryLater, now: datetime) -> bool:
        failures = self._postponed.put(part, str(error), now, error.after)
        log.warning("postponed", platform=self.name, part=part, failures=failures, cause=str(error))
        return False

    def _pause(self, part: str, error: Stopped, now: datetime) -> bool:
        """The platform rests; afterwards all else is tried before what stopped it."""
        self._paused = now + (error.after or self.schedule.pause)
        self._stops[part] = str(error)
        log.error(
            "platform_stopped", platform=self.name, cause=str(error), until=self._paused.isoformat()
        )
        return True


def troubles(workers: Sequence[Worth]) -> Mapping[str, str]:
    """What an operator must look at, by platform."""
    return {
        worker.name: worker.trouble
        for worker in workers
        if isinstance(worker, Worker) and worker.trouble
    }
