"""Form submissions of all forms, newest first: a form's mark moves only when the old mark has been reached (api-contracts A.12)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from connector.errors import Refused
from connector.model.mapping.record import ActivityRead
from connector.model.problem import Problem
from connector.model.systems.fact import Activity, Page
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
        """The cursor names the form that comes next, so that a pull may end anywhere and no form has to wait for ever."""
        here = place.read(cursor)
        marks: dict[str, Members] = dict(here.get("forms", {}))
        span = place.ms(now) - here.get("deep", 0)
        deep = span >= _DEEP_EVERY // timedelta(milliseconds=1)
        state = {"forms": marks, "deep": here.get("deep", 0)}
        forms = list(self._forms(now))
        start = forms.index(here["next"]) if here.get("next") in forms else 0
        for number in range(start, len(forms)):
            state["next"] = forms[number]
            for page, mark in self._form(
                forms[number], marks.get(forms[number], {}), now, deep=deep
            ):
                marks[forms[number]] = mark
                if "after" not in mark and number + 1 < len(forms):
                    state["next"] = forms[number + 1]
                if page.activities or page.problems:
                    yield replace(page, cursor=place.write(state))
        state.pop("next", None)
        yield Page(
            cursor=place.write({**state, "deep": place.ms(now)} if deep else state), last=True
        )

    def _form(
        self, guid: str, mark: Members, now: datetime, *, deep: bool
    ) -> Iterator[tuple[Page, Members]]:
        """`top` is the newest submission of a reading under way, `stop` how far down it goes, `after` where it stands.
        A form HubSpot will not show is a problem, and stops no other form."""
        if "after" not in mark:
            old = mark.get("mark", 0)
            back = _DEEP if deep else self.overlap
            stop = max(0, old - back // timedelta(milliseconds=1))
            mark = {"mark": old, "top": old, "stop": stop, "after": ""}
        while "after" in mark:
            try:
                found = self._submissions(guid, mark)
            except Refused as refusal:
                yield (
                    Page(problems=(_unshown(self.platform, guid, refusal.code),)),
                    {"mark": mark["mark"]},
                )
                return
            rows, following = place.results(found), place.after(found)
            page, oldest, newest = self._page(guid, rows, mark["stop"], now)
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

    def _page(self, guid: str, rows: Any, stop: int, now: datetime) -> tuple[Page, int, int]:
        """The page, oldest first, and its oldest and newest time; what lies below the stop was read before."""
        activities: list[Activity] = []
        problems: list[Problem] = []
        times: list[int] = []
        for row in reversed(rows):
            try:
                at = int(row["submittedAt"])
                times.append(at)
                if at >= stop:
                    activities.append(self._activity(guid, row, at, now))
            except (KeyError, TypeError, ValueError, AttributeError):
                problems.append(unreadable(self.platform, "forms", {"id": guid}))
        page = Page(activities=tuple(activities), problems=tuple(problems))
        return page, min(times, default=stop), max(times, default=0)

    def _activity(self, guid: str, row: Mapping[str, Any], at: int, now: datetime) -> Activity:
        """A submission has no id: the form, its time and the address make one; a second one in the same millisecond is the same."""
        values = {str(value["name"]): value.get("value") for value in row["values"]}
        email = str(values.get("email") or "").strip().lower()
        url = str(row.get("pageUrl") or "")
        about = {
            "form_name": self._named.get(guid, ""),
            "form": guid,
            "page_url": url,
            "path": urlsplit(url).path,
        }
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


def _unshown(platform: str, guid: str, code: str) -> Problem:
    return Problem(
        f"{platform}/forms/{guid}",
        f"HubSpot does not show the submissions of this form: {code}",
        "was the form deleted?",
        "warning",
        code,
    )
