"""The guard of live windows as everybody else sees it; each method is one transaction."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import Engine

from connector.store.keeping import Keeping
from connector.store.sending.guard import latch
from connector.store.sending.guard.latch import Latch
from connector.store.sending.guard.recent import Recent
from connector.store.sending.guard.surge import Surge, people, surge
from connector.store.sql.database import reading
from connector.store.sql.moment import to_ms
from connector.store.sql.transaction import Transaction

Writing = Callable[[int | None], AbstractContextManager[Transaction]]


class Guard:
    """`writing` opens a transaction under an epoch; `keeping` gives the rules in force."""

    def __init__(self, engine: Engine, writing: Writing, keeping: Callable[[], Keeping]) -> None:
        self._engine, self._writing, self._keeping = engine, writing, keeping
        self.recent = Recent()

    def begun(self) -> bool:
        """Whether news counts already."""
        with reading(self._engine) as tx:
            return latch.state(tx).begun is not None

    def begin(self, *, epoch: int | None = None) -> None:
        """Everything has been read and decided once: from now on news counts."""
        with self._writing(epoch) as tx:
            if latch.state(tx).begun is None:
                latch.begin(tx)

    def latches(self) -> tuple[Latch, ...]:
        """What is shut now."""
        with reading(self._engine) as tx:
            return tuple(latch.state(tx).latches.values())

    def people(self) -> int:
        """How many wait behind it."""
        with reading(self._engine) as tx:
            return people(tx, latch.state(tx).latches)

    def surge(self, now: datetime, samples: int | None = 3) -> Surge:
        """What waits behind it, counted; so many examples of each cause, or (None) everybody."""
        with reading(self._engine) as tx:
            return surge(tx, self._keeping(), now, samples)

    def release(self, now: datetime, allowed: int) -> tuple[bool, int]:
        """Let it all go, if no more than so many people wait; whether it was, and how many do."""
        with self._writing(None) as tx:
            shut = latch.state(tx).latches
            waiting = people(tx, shut)
            done = bool(shut) and waiting <= allowed
            if done:
                latch.open_again(tx, shut, waiting, to_ms(now))
            return done, waiting
