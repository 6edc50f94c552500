"""Which of one platform's streams is read next, and where they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from connector.daemon.describer import Describer
from connector.daemon.lease import Lease
from connector.daemon.rests import Rests
from connector.daemon.schedule import Schedule
from connector.errors import Stopped, TryLater
from connector.model.systems.port import Source
from connector.store import Store
from connector.sync.pull import pull

MISSED = 3
"""So many readings that did not take place are a gap: whoever sleeps over them was away."""
CATCHING_UP = timedelta(minutes=5)
"""The longest that decisions wait for a reading of what happened while nobody of us was there."""


class Puller:
    """Reads a few pages of the stream that is due longest; after a failure it goes on from the stored cursor."""

    def __init__(
        self,
        source: Source | None,
        store: Store,
        lease: Lease,
        schedule: Callable[[], Schedule],
        rests: Rests,
        describer: Describer,
        *,
        backfill: bool,
    ) -> None:
        self._source, self._name, self._backfill = source, rests.platform, backfill
        self._store, self._lease, self._schedule = store, lease, schedule
        self._rests, self._describer = rests, describer
        self.streams: Sequence[str] = source.streams() if source else ()
        self._due: dict[str, datetime] = {}
        self._nudged: set[str] = set()
        self._reached: dict[str, str | None] = {}  # where streams stand, perhaps ahead of the store
        self._ended: set[str] = set()  # streams read to their end since the last heartbeat
        self._finished: set[str] = set()  # and ever
        self._goes_on = {  # streams that a process before us has read
            stream for stream in self.streams if store.cursor(self._name, stream) is not None
        }
        self._beaten: datetime | None = None
        self._heard: datetime | None = None  # the last answer of any stream
        self._away = False  # a gap was noticed, and nothing heard since
        # When the last gap was noticed, or ended.
        self._since: datetime | None = None
        self._again: set[str] = set()  # streams not read to their end since then

    @property
    def finished(self) -> bool:
        """Whether every stream has been read to its end by now."""
        return self._finished.issuperset(self.streams)

    @property
    def read(self) -> bool:
        """The same, but for streams that rest after a failure while others of the platform were read."""
        resting = {*self._rests.postponed.causes, *self._rests.stops, *self._describer.hidden}
        left = set(self.streams) - self._finished
        return not left or (bool(self._finished) and left <= resting)

    def behind(self, now: datetime, begun: datetime | None) -> bool:
        """Whether a stream that could be read now has not been read to its end since we began, or since the last gap.

        A first load is no delay, nor is a stream that rests after a failure, nor what takes longer than CATCHING_UP.
        """
        if self._silent(now) and not self._away:
            self._missed(now)
        since = self._since or begun
        if since is not None and now - since > CATCHING_UP:
            return False
        unread = self._again | (self._goes_on - self._finished)
        return any(self.due_at(stream, now) <= now for stream in unread)

    def nudge(self, stream: str) -> None:
        """Read this stream from its stored cursor at the next opportunity. Safe from any thread."""
        self._nudged.add(stream)

    def again(self, stream: str) -> None:
        """The same, after its stored cursor was put back."""
        self._reached.pop(stream, None)
        self.nudge(stream)

    def step(self, now: datetime, streams: Sequence[str]) -> bool:
        """Read some of one of these streams; False: none is due."""
        ready = [
            (moment, place, stream)
            for place, stream in enumerate(streams)
            if (moment := self.due_at(stream, now)) <= now
        ]
        if self._source is None or not ready:
            return False
        source, stream = self._source, min(ready)[2]
        self._rests.tried(stream, now, lambda: self._pull(source, stream, now))
        return True  # whatever became of it, the other streams need not wait for this one

    def due_at(self, stream: str, now: datetime) -> datetime:
        """When this stream is read next; one of a kind that we may not see waits until it is asked for again."""
        if stream in self._describer.hidden:
            return self._describer.shown_at(now)
        due = now if stream in self._nudged else self._due.get(stream, now)
        return self._rests.postponed.until.get(stream, due)

    def beat(self, now: datetime, *, idle: bool) -> None:
        """All streams that were read to their end since the last time, and where they stand, in one commit.

        Now if we are idle, otherwise no more often than streams are read.
        """
        if not idle and self._beaten and now - self._beaten < self._schedule().pull:
            return
        self._beaten = now
        if self._ended:
            reached = {stream: self._reached.get(stream) for stream in sorted(self._ended)}
            self._store.cycle(self._name, reached, now, epoch=self._lease.epoch(now))
            self._ended.clear()

    def _silent(self, now: datetime) -> bool:
        """A gap: longer than some readings take turns, and than a platform that was stopped rests twice.

        An outage, or a machine that slept. One stream that fails while others are read is none: decisions would wait for it again
        and again.
        """
        if self._heard is None:
            return False
        schedule = self._schedule()
        shortest = min(schedule.every(stream) for stream in self.streams)
        return now - self._heard > max(MISSED * shortest, 2 * schedule.pause)

    def _missed(self, now: datetime) -> None:
        """What was read before a gap counts as known once it has been read again."""
        self._away, self._since, self._again = True, now, set(self._finished)

    def _pull(self, source: Source, stream: str, now: datetime) -> bool:
        start = self._reached.pop(stream, None)
        if stream in self._nudged:
            self._nudged.discard(stream)
            start = None
        try:
            pulled = pull(
                source,
                self._name,
                stream,
                self._store,
                self._describer.readers,
                now,
                start=start,
                epoch=self._lease.epoch(now),
                pages=self._schedule().pages,
                backfill=self._backfill,
            )
        except TryLater as error:
            self._describer.refused(error.code, now)
            raise
        except Stopped:
            raise
        except Exception as error:
            cause = f"{type(error).__name__} while reading {stream}"
            self._rests.postponed.put(stream, cause, now)
            raise
        if self._silent(now):
            # Whoever was down until now is back: the time to catch up begins here.
            self._missed(now)
        self._heard, self._away = now, False
        self._reached[stream] = pulled.cursor
        self._due[stream] = now if pulled.more else now + self._schedule().every(stream)
        if not pulled.more:
            self._ended.add(stream)
            self._finished.add(stream)
            self._again.discard(stream)
        return True
