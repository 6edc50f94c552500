"""Meetings and calls as activities of every contact they are associated with (api-contracts A.11, A.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.model.mapping.record import ActivityRead
from connector.model.problem import Problem
from connector.model.systems.fact import Activity, Page
from connector.model.systems.ref import Ref
from connector.platforms.hubspot.calls import Calls
from connector.platforms.hubspot.reading import place
from connector.platforms.hubspot.reading.activities import activity, among
from connector.platforms.hubspot.reading.rows import unreadable

_NOT_HELD: Mapping[str, tuple[str, frozenset[str]]] = {
    "meetings": (
        "hs_meeting_outcome",
        frozenset({"CANCELED", "CANCELLED", "NO_SHOW", "NO SHOW", "RESCHEDULED"}),
    ),
    "calls": (
        "hs_call_status",
        frozenset({"CANCELED", "FAILED", "QUEUED", "RINGING", "CONNECTING"}),
    ),
}
_ASSOCIATIONS = 1000


@dataclass(frozen=True, slots=True)
class Engagements:
    """One kind (`meetings`, `calls`). What lies ahead or did not take place is no activity; it may become one later."""

    calls: Calls
    platform: str
    kind: str
    read: ActivityRead

    def asked(self) -> tuple[str, ...]:
        named = [self._property(name) for name in (self.read.asset, *self.read.detail) if name]
        return tuple(
            dict.fromkeys(("hs_timestamp", "hs_lastmodifieddate", _NOT_HELD[self.kind][0], *named))
        )

    def page(self, rows: Sequence[Any], now: datetime, listed: bool) -> Page:
        """Listed rows bring their associations along; for searched ones they are read, 1,000 a call."""
        taken: list[tuple[str, datetime, Mapping[str, Any], Any]] = []
        problems: list[Problem] = []
        for row in rows:
            try:
                shown = row["properties"]
                at = place.instant(shown["hs_timestamp"])
                if at <= now and not self._void(shown):
                    taken.append((str(row["id"]), at, shown, row.get("associations")))
            except (KeyError, TypeError, ValueError, AttributeError):
                problems.append(unreadable(self.platform, self.kind, row))
        ends = {} if listed else self._ends([id_ for id_, _, _, _ in taken])
        activities = [
            self._activity(id_, contact, at, shown, now)
            for id_, at, shown, inline in taken
            for contact in (_inline(inline) if listed else ends.get(id_, ()))
        ]
        return Page(activities=tuple(activities), problems=tuple(problems))

    def _activity(
        self, id_: str, contact: str, at: datetime, shown: Mapping[str, Any], now: datetime
    ) -> Activity:
        member = among(shown, f"hs_{self.kind.removesuffix('s')}_")
        ref = Ref(self.platform, "contacts", contact)
        return activity(
            self.read,
            member,
            ref=ref,
            hint="",
            at=at,
            now=now,
            key=f"{self.kind}:{id_}",
            movable=True,
        )

    def _ends(self, ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for first in range(0, len(ids), _ASSOCIATIONS):
            found.update(
                self.calls.associated(self.kind, "contacts", ids[first : first + _ASSOCIATIONS])
            )
        return found

    def _void(self, shown: Mapping[str, Any]) -> bool:
        name, void = _NOT_HELD[self.kind]
        return str(shown.get(name) or "").upper() in void

    def _property(self, name: str) -> str:
        return (
            name
            if name.startswith(("hs_", "hubspot_"))
            else f"hs_{self.kind.removesuffix('s')}_{name}"
        )


def _inline(found: Any) -> tuple[str, ...]:
    """Contact ids of a listed row, each once: an association has one entry per label."""
    contacts = found.get("contacts") if isinstance(found, dict) else None
    rows = contacts.get("results") if isinstance(contacts, dict) else None
    return tuple(dict.fromkeys(str(row["id"]) for row in rows)) if isinstance(rows, list) else ()
