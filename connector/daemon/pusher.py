"""What is sent to one platform next: looked up, urgent, or patient until enough has gathered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from connector.daemon.describer import Describer
from connector.daemon.lease import Lease
from connector.daemon.rests import Rests
from connector.daemon.schedule import Schedule
from connector.errors import TryLater
from connector.model.systems.change import Lane
from connector.model.systems.port import Target
from connector.store import Store
from connector.sync.push import look_up, push

LOOK_UP, URGENT, PATIENT = "look-up", "urgent push", "patient push"
LANES: Mapping[str, tuple[Lane, ...]] = {
    URGENT: ("hot", "follow_up"),
    PATIENT: ("routine", "backfill"),
}


class Pusher:
    """Sends what the store holds for one platform, in units of a call or a few."""

    def __init__(
        self,
        store: Store,
        lease: Lease,
        schedule: Callable[[], Schedule],
        rests: Rests,
        describer: Describer,
    ) -> None:
        self._name, self._store, self._lease = rests.platform, store, lease
        self._schedule, self._rests, self._describer = schedule, rests, describer
        self._gathering: datetime | None = None  # since then a patient push has waited for more
        self._nothing: tuple[int, datetime] | None = None  # was to be sent, as the store stood then
        self._known: tuple[tuple[int, datetime], Mapping[str, datetime]] | None = None

    def waits(self, now: datetime, *, held: bool) -> Sequence[str]:
        """The parts with something to send or look up, none while they are held: one small read instead of several transactions."""
        stands = (self._store.changes, now)
        if stands == self._nothing:
            return ()
        sends = {} if held else self.sends(now)
        for part in {LOOK_UP, URGENT, PATIENT} - sends.keys():
            self._rests.well(part)
        waits = [part for part, at in sends.items() if self._rests.earliest(part, at) <= now]
        self._nothing = None if waits else stands
        return waits

    def sends(self, now: datetime) -> Mapping[str, datetime]:
        """When something may be looked up or sent next, by part. An attempt without a receipt is looked up, never sent again."""
        stands = (self._store.changes, now)
        if self._known is None or self._known[0] != stands:
            self._known = stands, self._asked()
        return self._known[1]

    def _asked(self) -> Mapping[str, datetime]:
        found: dict[str, datetime] = {}
        for (lane, attempted), moment in self._store.outbox.next_sends(self._name).items():
            part = LOOK_UP if attempted else URGENT if lane in LANES[URGENT] else PATIENT
            found[part] = min(moment, found.get(part, moment))
        return found

    def gathered(self, now: datetime) -> bool:
        """Whether a patient push is worth its calls: one row costs as much as a full call, and more are being decided right now."""
        due = self._store.next_due()
        since = self._gathering or now
        if due is None or due > now or now - since >= self._schedule().gather:
            self._gathering = None
            return True
        self._gathering = since
        return self._store.outbox.unsent(self._name, LANES[PATIENT]) >= self._schedule().largest

    def step(self, target: Target, now: datetime, part: str) -> bool:
        """Send what waits in the lanes of this part, or look up what became of attempts without a receipt."""
        if part == LOOK_UP:
            return self._rests.tried(part, now, lambda: self._look_up(target, now))
        return self._rests.tried(part, now, lambda: self._push(target, now, part))

    def _look_up(self, target: Target, now: datetime) -> bool:
        schedule = self._schedule()
        found = look_up(
            target,
            self._name,
            self._store,
            now,
            limit=schedule.batch,
            tries=schedule.tries,
            epoch=self._lease.epoch(now),
        )
        return found.sent > 0

    def _push(self, target: Target, now: datetime, part: str) -> bool:
        schedule = self._schedule()
        try:
            pushed = push(
                target,
                self._name,
                self._store,
                now,
                lanes=LANES[part],
                limit=schedule.batch if part == URGENT else schedule.largest,
                tries=schedule.tries,
                epoch=self._lease.epoch(now),
                blast=schedule.blast,
            )
        except TryLater as error:
            self._describer.refused(error.code, now)
            raise
        if pushed.reshaped:
            self._describer.doubt(now)
        return pushed.sent > 0
