"""First contact with a system that has people in it: nothing is written before somebody has seen what would be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.store import Store

UNREAD = "not read to its end yet"
MORE = 0.1  # so many more new records than were allowed are let through
ASK = "see what would be written, and allow it: leadcycle run --first"


@dataclass
class FirstContact:
    """The gate before one system. `cause` says why it is closed; "" when it is open.

    It opens by itself where nobody is there yet, and where we have written before. In a rehearsal a system in which we create
    nothing is no matter: nothing of it is real.
    """

    store: Store
    platform: str
    creating: bool
    rehearsal: bool = False
    cause: str = UNREAD
    tell: Callable[[str, str], None] | None = None  # is told platform and cause when it closes
    _over: bool = field(default=False, repr=False)
    _seen: tuple[int, bool] | None = field(default=None, repr=False)

    def look(self, *, read: bool, now: datetime, epoch: Callable[[datetime], int]) -> None:
        """Open or close, by what the store knows now; `read`: every stream of the system has been read to its end."""
        stands = (self.store.changes, read)
        if self._over or stands == self._seen:
            return
        before, self.cause = self.cause, self._judged(read, now, epoch)
        if self.tell is not None and self.cause not in ("", UNREAD, before):
            self.tell(self.platform, self.cause)
        self._seen = (self.store.changes, read)

    def _judged(self, read: bool, now: datetime, epoch: Callable[[datetime], int]) -> str:
        said = self.store.first.allowed(self.platform)
        if said is not None and said.over:
            self._over = True
            return ""
        if said is not None:
            return self._growth(said.creates, said.ruling, now, epoch)
        if not read:
            return UNREAD
        if (self.rehearsal and not self.creating) or not self.store.first.strangers(
            self.platform, 1
        ):
            self._end(now, epoch)
            return ""
        return held(self.store, self.platform)

    def _growth(
        self, most: int, ruling: int, now: datetime, epoch: Callable[[datetime], int]
    ) -> str:
        """Open for what was allowed; over as soon as none of it waits any more."""
        left, done = self.store.first.creates(self.platform, ruling)
        if not left:
            self._end(now, epoch)
        return beyond(left, done, most)

    def _end(self, now: datetime, epoch: Callable[[datetime], int]) -> None:
        self.store.first.allow(self.platform, now, over=True, epoch=epoch(now))
        self._over = True


def held(store: Store, platform: str) -> str:
    """What is said of a system in which people are that we did not bring."""
    count = store.first.strangers(platform)
    people = "one person is" if count == 1 else f"{count:,} people are"
    return f"{people} there already; nothing is written yet: {ASK}"


def holds(store: Store, mappings: Mappings, *, rehearsal: bool) -> dict[str, str]:
    """Systems for which changes wait until somebody allows first contact, with what to do; as far as the store can tell."""
    found = {}
    for platform in mappings.platforms.values():
        if not writes(platform) or (rehearsal and not creates(platform)):
            continue
        said = store.first.allowed(platform.platform)
        if (
            said is None
            and store.outbox.next_send(platform.platform)
            and store.first.strangers(platform.platform, 1)
        ):
            found[platform.platform] = held(store, platform.platform)
        elif said is not None and not said.over:
            left, done = store.first.creates(platform.platform, said.ruling)
            found[platform.platform] = beyond(left, done, said.creates)
    return {name: cause for name, cause in found.items() if cause}


def beyond(left: int, done: int, most: int) -> str:
    """What is said when more would be made than a person has seen; "" if not."""
    if not left or left + done <= most * (1 + MORE):
        return ""
    return f"{left + done:,} new records would be made where {most:,} were allowed; {ASK}"


def creates(platform: PlatformMapping) -> bool:
    """Whether records of people are made there."""
    return any(record.create is not None for record in platform.records.values())


def writes(platform: PlatformMapping) -> bool:
    """Whether anything is written there at all."""
    return any(record.write for record in platform.records.values())
