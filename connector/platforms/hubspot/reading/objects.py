"""CRM objects by their time of change: a frozen window, sorted by record id, which neither ties nor moving rows can break.

The first load lists everything by id instead of searching: the list is exact (the search index lags by up to a minute), has
no end at 10,000 and is bound by 190 calls in ten seconds rather than 5 a second (api-contracts A.3, A.5, A.7). A window goes
on by `hs_object_id GT`: an offset would skip rows as soon as others leave the window, and the offset ends at 10,000.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from connector.errors import TryLater
from connector.model.systems.fact import Page
from connector.platforms.hubspot.calls import Calls
from connector.platforms.hubspot.door import Members
from connector.platforms.hubspot.reading import place

PAGE, BATCH = 200, 100
_LONGEST = 2900  # characters of a search; HubSpot takes 3,000
Emit = Callable[[Sequence[Any], datetime, bool], Page]


@dataclass(frozen=True, slots=True)
class Objects:
    """One kind. `emit(rows, now, listed)` makes the page; `linked` are kinds whose associations a list brings along.

    `due`: a property with a time; rows come again when that time is reached (a meeting that is held as planned is not modified).
    """

    calls: Calls
    kind: str
    asked: tuple[str, ...]
    modified: str
    emit: Emit
    overlap: timedelta
    linked: tuple[str, ...] = ()
    due: str = ""

    def pages(self, cursor: str | None, now: datetime) -> Iterator[Page]:
        """Everything before `now`, once more with what changed in the overlap."""
        here = place.read(cursor) or {"load": "", "from": place.ms(now)}
        yield from self._load(here, now) if "load" in here else self._window(here, now)

    def _load(self, here: place.Place, now: datetime) -> Iterator[Page]:
        following: str | None = here["load"]
        while following is not None:
            found = self.calls.listed(self.kind, self.asked, following or None, linked=self.linked)
            following = place.after(found)
            here = {"from": here["from"]} if following is None else {**here, "load": following}
            page = self.emit(place.results(found), now, True)
            yield replace(page, cursor=place.write(here), last=following is None)

    def _window(self, here: place.Place, now: datetime) -> Iterator[Page]:
        """`to` is frozen when the window is opened and kept in the cursor until it is read to its end."""
        start = here["from"]
        end, last = here.get("to", max(place.ms(now), start)), here.get("last", 0)
        while True:
            found = self.calls.search(self.kind, self._query(start, end, last))
            rows = place.results(found)
            more = place.after(found) is not None
            if more:
                last = _beyond(rows, last, self.kind)
            rest = {"from": start, "to": end, "last": last} if more else {"from": end}
            page = self.emit(self._full(rows), now, False)
            yield replace(page, cursor=place.write(rest), last=not more)
            if not more:
                return

    def _query(self, start: int, end: int, last: int) -> Members:
        low = str(max(0, start - self.overlap // timedelta(milliseconds=1)))
        names = (self.modified, self.due) if self.due else (self.modified,)
        groups = [
            {"filters": [*_between(name, low, str(end)), _filter("hs_object_id", "GT", str(last))]}
            for name in names
        ]
        query = {
            "filterGroups": groups,
            "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
            "properties": list(self.asked),
            "limit": PAGE,
        }
        return (
            query
            if len(orjson.dumps(query)) < _LONGEST
            else {**query, "properties": [self.modified]}
        )

    def _full(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Rows with all properties: a search that would be too long asks for none and each record is read by its id."""
        if self._fits():
            return rows
        ids = [row["id"] for row in rows if isinstance(row, dict) and "id" in row]
        parts = [ids[first : first + BATCH] for first in range(0, len(ids), BATCH)]
        return [row for part in parts for row in self.calls.records(self.kind, part, self.asked)]

    def _fits(self) -> bool:
        return len(self._query(10**13, 10**13, 10**12)["properties"]) == len(self.asked)


def _between(name: str, low: str, high: str) -> list[Members]:
    return [_filter(name, "GTE", low), _filter(name, "LTE", high)]


def _filter(name: str, operator: str, value: str) -> Members:
    return {"propertyName": name, "operator": operator, "value": value}


def _beyond(rows: Sequence[Any], last: int, kind: str) -> int:
    """The greatest record id of the page; without progress the search would never end."""
    ids = [
        int(row["id"]) for row in rows if isinstance(row, dict) and str(row.get("id", "")).isdigit()
    ]
    found = max(ids, default=last)
    if found <= last:
        raise TryLater(
            f"hubspot: the search of {kind} does not go on", timedelta(minutes=1), "NO_PROGRESS"
        )
    return found
