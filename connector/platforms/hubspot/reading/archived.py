"""Deleted records. Neither search nor a filter shows them, so the recycle bin is swept by id (api-contracts A.5, A.7).

A first sweep reads the whole bin. Later pulls read one page each, so that a bin of any size costs one call a pull; what was
archived before the last whole sweep began is known and left out. A merged-away record lies in the bin, too, and is no
deletion: its id still answers, with the survivor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from connector.model.problem import Problem
from connector.model.systems.fact import Gone, Move, Page
from connector.model.systems.ref import Ref
from connector.platforms.hubspot.calls import Calls
from connector.platforms.hubspot.reading import place
from connector.platforms.hubspot.reading.rows import MERGED, unreadable


@dataclass(frozen=True, slots=True)
class Archived:
    """`since`: deletions before it are known; `began`: when this sweep started; `after`: where it stands."""

    calls: Calls
    platform: str
    kind: str
    overlap: timedelta

    def pages(self, cursor: str | None, now: datetime) -> Iterator[Page]:
        here = place.read(cursor) or {"since": 0, "began": place.ms(now), "after": ""}
        first = here["since"] == 0
        if not here["after"]:
            here = {**here, "began": place.ms(now)}
        while True:
            found = self.calls.listed(self.kind, (), here["after"] or None, archived=True)
            following = place.after(found)
            page = self._page(place.results(found), here["since"])
            here = self._next(here, following)
            last = following is None or not first
            yield replace(page, cursor=place.write(here), last=last)
            if last:
                return

    def _next(self, here: place.Place, following: str | None) -> place.Place:
        if following is not None:
            return {**here, "after": following}
        since = max(1, here["began"] - self.overlap // timedelta(milliseconds=1))
        return {"since": since, "began": here["began"], "after": ""}

    def _page(self, rows: Sequence[Any], since: int) -> Page:
        new: dict[str, datetime] = {}
        problems: list[Problem] = []
        for row in rows:
            try:
                at = place.instant(row.get("archivedAt") or row["updatedAt"])
                if place.ms(at) >= since:
                    new[str(row["id"])] = at
            except (KeyError, TypeError, ValueError, AttributeError):
                problems.append(unreadable(self.platform, self.kind, row))
        moved = self._merged(new) if new else ()
        away = {move.old.id for move in moved}
        gone = tuple(
            Gone(Ref(self.platform, self.kind, id_), at)
            for id_, at in new.items()
            if id_ not in away
        )
        return Page(moved=moved, gone=gone, problems=tuple(problems))

    def _merged(self, ids: dict[str, datetime]) -> tuple[Move, ...]:
        """Those of the archived ids that lead to another record."""
        survivors = {
            old: str(row["id"])
            for row in self.calls.records(self.kind, ids, (MERGED,))
            for old in str((row.get("properties") or {}).get(MERGED) or "").split(";")
        }
        return tuple(
            Move(
                Ref(self.platform, self.kind, old),
                Ref(self.platform, self.kind, survivors[old]),
                "merged",
                at,
            )
            for old, at in ids.items()
            if old in survivors
        )
