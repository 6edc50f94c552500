"""What waits to be sent, and until when: each method reads one snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Engine

from connector.model.systems.change import LANES, Lane
from connector.store.sending.guard.latch import sendable, state
from connector.store.sql.database import reading
from connector.store.sql.moment import from_ms


class Waiting:
    """The outbox from outside. A change with an open attempt is looked up rather than sent."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def next_send(self, platform: str) -> datetime | None:
        """When the next change may be sent or looked up."""
        return min(self.next_sends(platform).values(), default=None)

    def next_sends(self, platform: str) -> Mapping[tuple[Lane, bool], datetime]:
        """The same by lane; True: an attempt of it is open. What waits behind a latch is left out."""
        with reading(self._engine) as tx:
            free, values = sendable(state(tx).latches)
            rows = tx.rows(
                "SELECT b.lane, CASE WHEN b.attempt IS NULL THEN 0 ELSE 1 END, min(b.not_before) FROM outbox b"  # noqa: S608  (ours)
                f" WHERE b.platform = ? AND (b.attempt IS NOT NULL OR ({free})) GROUP BY 1, 2 ORDER BY 1, 2",
                platform,
                *values,
            )
        return {(LANES[lane], bool(attempted)): from_ms(at) for lane, attempted, at in rows}

    def unsent(self, platform: str, lanes: Iterable[Lane]) -> int:
        """Changes of these lanes without an open attempt."""
        with reading(self._engine) as tx:
            return tx.number(
                "SELECT count(*) FROM outbox WHERE platform = ? AND lane IN [?] AND attempt IS NULL",
                platform,
                [LANES.index(lane) for lane in lanes],
            )
