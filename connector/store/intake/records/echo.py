"""Whether a sighting shows a record just as our last write left it: then nobody but us, and the system itself, had a hand in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from connector.model.systems.reading import Reading
from connector.store.intake.directory import Entry
from connector.store.intake.work import Work
from connector.store.loops.us import us

SECOND = 1000
MINUTE = 60 * SECOND
"""How far the clocks, and the length of a call, may put a system's stamp behind the time at which we began to write."""
BEHIND = 5 * MINUTE
"""How far a system's clock may be behind ours."""
_OURS = 4  # members of an observed entry that we wrote and have not seen again


class Echo:
    """One reading of a record we may have written to. `body` is what was observed before; `at` the reading's time."""

    __slots__ = ("at", "body", "reading", "work")

    def __init__(self, work: Work, reading: Reading, body: Mapping[str, Any], at: int) -> None:
        self.work, self.reading, self.body, self.at = work, reading, body, at

    def follows(self, old: Sequence[Any]) -> bool:
        """Whether this shows what became of the write that `old` notes, and of nothing later.

        Where the system names the last editor it must be us, soon after the write; else the times must be the same to the second.
        A later write of ours, or one whose answer is still open, would hide an edit in between: then it does not.
        """
        return (
            len(old) == _OURS
            and self._soon(old[2])
            and not self._written_since(old[2])
            and not self._sending()
        )

    def later(self, entry: Entry, name: str, old: Sequence[Any], form: Any) -> bool:
        """Whether this is an edit although its stamp is older than our write: the system's clock may be behind ours.

        A version from before our write shows what was there before it; anything else somebody has typed since. `old` is what
        is observed of the property. Beyond a few minutes it is no clock, but a page that is late.
        """
        if len(old) < _OURS or self.at < old[2] - BEHIND:
            return False
        before: Any = None
        for written, delta in self.work.tx.rows(
            "SELECT written, delta FROM sighting WHERE ref = ? ORDER BY id", entry.id
        ):
            shown = orjson.loads(delta)
            if name not in shown:
                continue
            if written and shown[name] is not None and shown[name][2] == old[2]:
                break
            before = shown[name] and shown[name][0]
        return bool(form != before)

    def _soon(self, since: int) -> bool:
        by = self.reading.by
        we = None if by is None else us(self.work.tx, by.platform)
        if we is None:
            return abs(self.at - since) < SECOND
        return str(by) == we and since // SECOND * SECOND <= self.at <= since + MINUTE

    def _written_since(self, since: int) -> bool:
        entries = (seen for seen in self.body.values() if seen is not None)
        return any(len(seen) >= _OURS and seen[2] > since for seen in entries)

    def _sending(self) -> bool:
        found = self.work.tx.one(
            "SELECT 1 FROM outbox WHERE platform = ? AND kind = ? AND record = ? AND attempt IS NOT NULL",
            *self.reading.ref,
        )
        return found is not None
