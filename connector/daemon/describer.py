"""When it is asked what one platform's records hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from connector.daemon.lease import Lease
from connector.daemon.rests import Rests
from connector.daemon.schedule import Schedule
from connector.model.mapping.mappings import Mappings
from connector.model.systems.port import Described, Source, Target, described
from connector.store import Store
from connector.store.systems.shapes import SHAPE_CODES
from connector.sync.describe import able_readers, describe, hidden

SHAPE = "fields"


class Describer:
    """Asks when we begin, with the slow streams, and when a refusal says that the records have changed.

    `readers` and `hidden` (streams of kinds that we may not see) go by what is known.
    """

    def __init__(
        self,
        source: Source | None,
        target: Target | None,
        store: Store,
        mappings: Mappings,
        lease: Lease,
        schedule: Callable[[], Schedule],
        rests: Rests,
    ) -> None:
        self._source, self._described, self._name = source, described(target), rests.platform
        self._store, self._mappings, self._lease = store, mappings, lease
        self._schedule, self._rests = schedule, rests
        self._due: datetime | None = None
        self._asked: datetime | None = None
        self._fit()

    def step(self, now: datetime, again: Callable[[str], None]) -> bool:
        """Ask if it is due; streams that would bring what is new in the records are read `again`."""
        described, at = self._described, self.next_at(now)
        if described is None or at is None or at > now:
            return False
        return self._rests.tried(SHAPE, now, lambda: self._ask(described, now, again))

    def next_at(self, now: datetime) -> datetime | None:
        """When it is asked next; None: this platform cannot say."""
        if self._described is None:
            return None
        return self._rests.earliest(SHAPE, self._due or now)

    def shown_at(self, now: datetime) -> datetime:
        """When something that is hidden may be seen at the earliest."""
        return self._due or now + self._schedule().slow

    def refused(self, code: str, now: datetime) -> None:
        """A call was refused, perhaps because the records have changed."""
        if code in SHAPE_CODES:
            self.doubt(now)

    def doubt(self, now: datetime) -> None:
        """A refusal named a property: ask at once, but not again and again for what is one record's own fault."""
        if self._asked is not None:
            self._due = max(now, self._asked + self._schedule().pull)

    def _ask(self, described: Described, now: datetime, again: Callable[[str], None]) -> bool:
        epoch = self._lease.epoch(now)
        back = describe(described, self._source, self._name, self._store, now, epoch=epoch)
        self._fit()
        self._asked, self._due = now, now + self._schedule().slow
        for stream in back:
            again(stream)
        return True

    def _fit(self) -> None:
        self.readers = able_readers(self._mappings, self._name, self._store)
        self.hidden = hidden(self._mappings, self._name, self._store)
