"""Behavioural events of one type, oldest first, in windows of time (api-contracts A.12; reading needs Enterprise)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from connector.errors import Refused
from connector.model.mapping.record import ActivityRead
from connector.model.problem import Problem
from connector.model.systems.fact import Activity, Page
from connector.model.systems.ref import Ref
from connector.platforms.hubspot.calls import Calls
from connector.platforms.hubspot.door import Members
from connector.platforms.hubspot.failure import Forbidden
from connector.platforms.hubspot.reading import place, window
from connector.platforms.hubspot.reading.activities import activity, among
from connector.platforms.hubspot.reading.rows import unreadable

PAGE = 100
_ASK_AGAIN = timedelta(hours=1)
_URLS = ("path", "url", "page_url")


@dataclass(slots=True)
class Occurrences:
    """One event type is one stream: HubSpot filters by one type a call."""

    calls: Calls
    platform: str
    read: ActivityRead
    overlap: timedelta
    _forbidden_at: datetime | None = None

    def pages(self, cursor: str | None, now: datetime) -> Iterator[Page]:
        """Where this edition may not read events, the page carries the problem and the mark stays; asked again every hour."""
        if self._forbidden_at is not None and timedelta() <= now - self._forbidden_at < _ASK_AGAIN:
            return
        try:
            yield from self._pages(cursor, now)
        except Forbidden:
            self._forbidden_at = now
            yield Page(problems=(self._edition(),), cursor=cursor or place.write({}))

    def _pages(self, cursor: str | None, now: datetime) -> Iterator[Page]:
        here = place.read(cursor)
        span, following = window.opened(here, now, self.overlap), here.get("after")
        while True:
            found = self._events(span, following)
            following = place.after(found)
            rest = window.closed(span) if following is None else {**span, "after": following}
            page = self._page(place.results(found), now, place.write(rest))
            yield replace(page, last=following is None)
            if following is None:
                return

    def _events(self, span: Mapping[str, int], following: str | None) -> Members:
        """A token HubSpot no longer takes: the window from its start again."""
        query: Members = {
            "object_type": "contact",
            "event_type": self.read.vendor_kind,
            "limit": PAGE,
            "sort": ["occurredAt"],
        }
        start = window.begins(span)
        if start:
            query["occurred_after"] = place.moment(start)
        query["occurred_before"] = place.moment(span["to"])
        try:
            return self.calls.occurrences({**query, "after": following} if following else query)
        except Refused:
            if not following:
                raise
            return self.calls.occurrences(query)

    def _page(self, rows: Sequence[Any], now: datetime, cursor: str) -> Page:
        activities: list[Activity] = []
        problems: list[Problem] = []
        for row in rows:
            try:
                activities.append(self._activity(row, now))
            except (KeyError, TypeError, ValueError, AttributeError):
                problems.append(unreadable(self.platform, self.read.vendor_kind, row))
        return Page(activities=tuple(activities), problems=tuple(problems), cursor=cursor)

    def _edition(self) -> Problem:
        where, message = (
            f"{self.platform}/{self.read.vendor_kind}",
            "this token or HubSpot edition may not read behavioural events",
        )
        return Problem(
            where,
            message,
            "signals on them do not count; take them out of the mapping or change the edition",
            "warning",
            "EDITION",
        )

    def _activity(self, row: Mapping[str, Any], now: datetime) -> Activity:
        ref = Ref(self.platform, "contacts", str(row["objectId"]))
        at = place.instant(row["occurredAt"])
        member = _members(row.get("properties") or {})
        return activity(
            self.read, member, ref=ref, hint="", at=at, now=now, key=f"event:{row['id']}"
        )


def _members(shown: Mapping[str, Any]) -> Any:
    """A page's path may come as a property of its own or inside the address."""
    plain = among(shown)

    def member(name: str) -> Any:
        found = plain(name)
        if found is not None or name != "path":
            return found
        url = next((plain(other) for other in _URLS if plain(other)), None)
        return urlsplit(str(url)).path if url else None

    return member
