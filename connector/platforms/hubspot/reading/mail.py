"""Marketing e-mail events: a window of time, read down from its newest event; it closes only at its end (api-contracts A.12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from connector.errors import Refused
from connector.model.mapping.record import ActivityRead
from connector.model.problem import Problem
from connector.model.systems.fact import Activity, Page
from connector.platforms.hubspot.calls import Calls
from connector.platforms.hubspot.door import Members
from connector.platforms.hubspot.reading import place, window
from connector.platforms.hubspot.reading.activities import activity
from connector.platforms.hubspot.reading.rows import unreadable

PAGE = 1000
PREFIX = "email_"
AFTER_SENDING = "seconds_after_sending"
_CAMPAIGNS_KEPT = 5000


@dataclass(slots=True)
class Mail:
    """`reads` by HubSpot's type (OPEN, CLICK). One call for all types: with a single mapped type HubSpot filters."""

    calls: Calls
    platform: str
    reads: Mapping[str, ActivityRead]
    overlap: timedelta
    _campaigns: dict[str, str] = field(default_factory=dict)

    def pages(self, cursor: str | None, now: datetime) -> Iterator[Page]:
        here = place.read(cursor)
        span, offset = window.opened(here, now, self.overlap), here.get("offset", "")
        while True:
            found = self._events(span, offset)
            more = bool(found.get("hasMore")) and bool(found.get("offset"))
            offset = str(found.get("offset") or "")
            rest = {**span, "offset": offset} if more else window.closed(span)
            page = self._page(place.results(found, "events"), now, place.write(rest))
            yield replace(page, last=not more)
            if not more:
                return

    def _events(self, span: Mapping[str, int], offset: str) -> Members:
        """An offset HubSpot no longer takes: the window from its top again."""
        query: Members = {"limit": PAGE, "endTimestamp": span["to"]}
        start = window.begins(span)
        if start:
            query["startTimestamp"] = start
        if len(self.reads) == 1:
            query["eventType"] = next(iter(self.reads))
        path = "/email/public/v1/events"
        try:
            return self.calls.get(
                path, {**query, "offset": offset} if offset else query, "email events"
            )
        except Refused:
            if not offset:
                raise
            return self.calls.get(path, query, "email events")

    def _page(self, rows: Sequence[Any], now: datetime, cursor: str) -> Page:
        activities: list[Activity] = []
        problems: list[Problem] = []
        for row in reversed(rows):
            try:
                read = self.reads.get(row["type"])
                if read is not None:
                    activities.append(self._activity(read, row, now))
            except (KeyError, TypeError, ValueError, AttributeError):
                problems.append(unreadable(self.platform, "email_events", row))
        return Page(activities=tuple(activities), problems=tuple(problems), cursor=cursor)

    def _activity(self, read: ActivityRead, row: Mapping[str, Any], now: datetime) -> Activity:
        """An event is identified by id and time together; a filtered one was made by a machine, not a person."""
        created = int(row["created"])

        def member(name: str) -> Any:
            if name == "campaign":
                return self._campaign(row.get("emailCampaignId"))
            return _after_sending(row) if name == AFTER_SENDING else row.get(name)

        return activity(
            read,
            member,
            ref=None,
            hint=str(row["recipient"]).strip().lower(),
            at=place.moment(created),
            now=now,
            key=f"mail:{row['id']}:{created}",
            machine=row.get("filteredEvent") is True,
        )

    def _campaign(self, number: Any) -> str:
        """The campaign's name, asked for once; its number where HubSpot does not tell the name."""
        id_ = "" if number is None else str(number)
        if id_ and id_ not in self._campaigns:
            if len(self._campaigns) >= _CAMPAIGNS_KEPT:
                self._campaigns.clear()
            try:
                found = self.calls.get(f"/email/public/v1/campaigns/{id_}", {}, "email campaign")
            except Refused:
                found = {}
            self._campaigns[id_] = str(found.get("name") or id_)
        return self._campaigns.get(id_, "")


def _after_sending(row: Mapping[str, Any]) -> float | None:
    """Seconds from the event that sent the mail (`sentBy`, api-contracts A.12) to this one; None where HubSpot names no other."""
    sent = row.get("sentBy")
    if not isinstance(sent, dict) or sent.get("id") in (None, row["id"]):
        return None
    begun = sent.get("created")
    return (int(row["created"]) - begun) / 1000 if isinstance(begun, int) else None
