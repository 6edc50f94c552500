"""Form submissions of all forms, newest first: a form's mark moves only when the old mark has been reached (api-contracts A.12)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from connector.errors import Refused
from connector.model.fact import Activity, Page
from connector.model.mapping import ActivityRead
from connector.model.problem import Problem
from connector.platforms.hubspot.calls import Calls
from connector.platforms.hubspot.door import Members
from connector.platforms.hubspot.reading import place
from connector.platforms.hubspot.reading.activities import activity
from connector.platforms.hubspot.reading.rows import unreadable

PAGE = 50
_FORMS_KEPT = timedelta(hours=1)
_DEEP_EVERY, _DEEP = timedelta(days=1), timedelta(days=31)
"""A submission may be sent with a time up to a month back, so once a day the last month is read again."""


@dataclass(slots=True)
class Forms:
    """One call per form and pull. The list of forms is kept for an hour; a form seen later is read from its first submission."""

    calls: Calls
    platform: str
    read: ActivityRead
    overlap: timedelta
    _named: dict[str, str] = field(default_factory=dict)
    _listed_at: datetime | None = None

    def pages(self, cursor: str | None, now: datetime) -> Iterator[Page]:
        here = place.read(cursor)
        marks: dict[str, Members] = dict(here.get("forms", {}))
        deep = place.ms(now) - here.get("deep", 0) >= _DEEP_EVERY // timedelta(milliseconds=1)
        state = {"forms": marks, "deep": here.get("deep", 0)}
        for guid, name in self._forms(now).items():
            for page, mark in self._form(guid, name, marks.get(guid, {}), now, deep=deep):
                marks[guid] = mark
                yield _with(page, state)
        if deep:
            state["deep"] = place.ms(now)
        yield _with(Page(), state)

    def _form(
        self, guid: str, name: str, mark: Members, now: datetime, *, deep: bool
    ) -> Iterator[tuple[Page, Members]]:
        """`top` is the newest submission of a reading under way, `stop` how far down it goes, `after` where it stands."""
        if "after" not in mark:
            old = mark.get("mark", 0)
            back = _DEEP if deep else self.overlap
            mark = {
                "mark": old,
                "top": old,
                "stop": max(0, old - back // timedelta(milliseconds=1)),
                "after": "",
            }
        while "after" in mark:
            found = self._submissions(guid, mark)
            rows, following = place.results(found), place.after(found)
            page, oldest, newest = self._page(guid, name, rows, mark["stop"], now)
            top = max(mark["top"], newest)
            done = following is None or oldest < mark["stop"]
            mark = {"mark": top} if done else {**mark, "top": top, "after": following}
            yield page, mark

    def _submissions(self, guid: str, mark: Members) -> Members:
        """A token HubSpot no longer takes: from the top again, down to the same stop."""
        query = {"limit": PAGE, **({"after": mark["after"]} if mark["after"] else {})}
        path = f"/form-integrations/v1/submissions/forms/{guid}"
        try:
            return self.calls.get(path, query, "form submissions")
        except Refused:
            if not mark["after"]:
                raise
            return self.calls.get(path, {"limit": PAGE}, "form submissions")

    def _page(
        self, guid: str, name: str, rows: Any, stop: int, now: datetime
    ) -> tuple[Page, int, int]:
        """The page, oldest first, and its oldest and newest time; what lies below the stop was read before."""
        activities: list[Activity] = []
        problems: list[Problem] = []
        times: list[int] = []
        for row in reversed(rows):
            try:
                at = int(row["submittedAt"])
                times.append(at)
                if at >= stop:
                    activities.append(self._activity(guid, name, row, at, now))
            except (KeyError, TypeError, ValueError, AttributeError):
                problems.append(unreadable(self.platform, "forms", {"id": guid}))
        page = Page(activities=tuple(activities), problems=tuple(problems))
        return page, min(times, default=stop), max(times, default=0)

    def _activity(
        self, guid: str, name: str, row: Mapping[str, Any], at: int, now: datetime
    ) -> Activity:
        """A submission has no id: the form, its time and the address make one; a second one in the same millisecond is the same."""
        values = {str(value["name"]): value.get("value") for value in row["values"]}
        email = str(values.get("email") or "").strip().lower()
        url = str(row.get("pageUrl") or "")
        about = {"form_name": name, "form": guid, "page_url": url, "path": urlsplit(url).path}
        key = f"form:{guid}:{at}:{hashlib.sha256(email.encode()).hexdigest()[:16]}"

        def member(wanted: str) -> Any:
            return about.get(wanted, values.get(wanted))

        return activity(
            self.read, member, ref=None, hint=email, at=place.moment(at), now=now, key=key
        )

    def _forms(self, now: datetime) -> Mapping[str, str]:
        if self._listed_at is None or not timedelta() <= now - self._listed_at < _FORMS_KEPT:
            self._named = dict(self._all_forms())
            self._listed_at = now
        return self._named

    def _all_forms(self) -> Iterator[tuple[str, str]]:
        following: str | None = None
        while True:
            found = self.calls.forms(following)
            yield from (
                (str(row["id"]), str(row.get("name") or ""))
                for row in place.results(found)
                if "id" in row
            )
            following = place.after(found)
            if following is None:
                return


def _with(page: Page, state: Mapping[str, Any]) -> Page:
    return Page(activities=page.activities, problems=page.problems, cursor=place.write(state))
