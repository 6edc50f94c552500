"""One platform's due work, one bounded unit at a time, the most urgent first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from connector.daemon.crew import Worth
from connector.daemon.describer import Describer
from connector.daemon.lease import Lease
from connector.daemon.puller import Puller
from connector.daemon.pusher import LOOK_UP, PATIENT, URGENT, Pusher
from connector.daemon.rests import Rests
from connector.daemon.schedule import Schedule
from connector.model.mapping.mappings import Mappings
from connector.model.systems.port import Source, Target
from connector.store import Store


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
    # Its first unit: streams never read to their end are judged from here.
    begun: datetime | None = None
    gate: Gate | None = None

    def __post_init__(self) -> None:
        store, lease = self.store, self.lease
        self._rests = rests = Rests(self.name, self._current)
        self._describer = describer = Describer(
            self.source, self.target, store, self.mappings, lease, self._current, rests
        )
        self._puller = Puller(
            self.source, store, lease, self._current, rests, describer, backfill=self.backfill
        )
        self._pusher = Pusher(store, lease, self._current, rests, describer)
        self.streams: Sequence[str] = self._puller.streams

    @property
    def trouble(self) -> str:
        """What an operator must look at, until the very thing that stopped works again."""
        return "; ".join(dict.fromkeys(self._rests.stops.values()))

    @property
    def held(self) -> str:
        """Why nothing may be sent there yet; "" if it may."""
        return "" if self.gate is None or self.target is None else self.gate.cause

    @property
    def read(self) -> bool:
        """Whether every stream was read to its end by now, but for those that cannot be read at all."""
        return self._puller.read

    @property
    def postponed(self) -> Mapping[str, str]:
        """By stream or part: why its last try came to nothing."""
        return self._rests.postponed.causes

    def step(self, now: datetime) -> bool:
        self.begun = self.begun or now
        if self._rests.until(now) is not None:
            return False
        did = self._unit(now)
        self._puller.beat(now, idle=not did)
        return did

    def behind(self, now: datetime) -> bool:
        """Whether it is worth waiting for what this platform has to tell: it was not read to its end since we began, or since a gap."""
        return self._rests.until(now) is None and self._puller.behind(now, self.begun)

    def next_at(self, now: datetime) -> datetime | None:
        paused = self._rests.until(now)
        if paused is not None:
            return paused
        moments = [self._puller.due_at(stream, now) for stream in self.streams]
        if self.target is not None and not self.held:
            sends = self._pusher.sends(now).items()
            moments += [self._rests.earliest(part, moment) for part, moment in sends]
        asks = self._describer.next_at(now)
        return min(moments if asks is None else [*moments, asks], default=None)

    def nudge(self, stream: str) -> None:
        """Read this stream from its stored cursor at the next opportunity: a webhook or a person asked for it.

        Safe from any thread. A stream that rests after a failure goes on resting.
        """
        self._puller.nudge(stream)

    def _unit(self, now: datetime) -> bool:
        waits = self._waits(now)
        stops = self._rests.stops
        well = [stream for stream in self.streams if stream not in stops]
        stopped = [stream for stream in self.streams if stream in stops]
        return (
            self._describer.step(now, self._puller.again)
            or (LOOK_UP in waits and self._send(LOOK_UP, now))
            or (URGENT in waits and self._send(URGENT, now))
            or self._puller.step(now, well)
            or (PATIENT in waits and self._pusher.gathered(now) and self._send(PATIENT, now))
            or self._puller.step(now, stopped)
        )

    def _waits(self, now: datetime) -> Sequence[str]:
        if self.gate is not None:
            self.gate.look(read=self._puller.finished, now=now, epoch=self.lease.epoch)
        return () if self.target is None else self._pusher.waits(now, held=bool(self.held))

    def _send(self, part: str, now: datetime) -> bool:
        return self.target is not None and self._pusher.step(self.target, now, part)

    def _current(self) -> Schedule:
        return self.schedule


def troubles(workers: Sequence[Worth]) -> Mapping[str, str]:
    """What an operator must look at, by platform."""
    return {
        worker.name: worker.trouble
        for worker in workers
        if isinstance(worker, Worker) and worker.trouble
    }
