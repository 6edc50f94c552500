"""Owners, whole each time: HubSpot's `updatedAt` ignores changes of the user (api-contracts A.9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from connector.model.problem import Problem
from connector.model.systems.fact import Page, Sighting
from connector.model.systems.ref import Ref
from connector.platforms.hubspot.calls import Calls
from connector.platforms.hubspot.reading import place
from connector.platforms.hubspot.reading.rows import unreadable

_LEFT = frozenset({"active", "archived"})


@dataclass(frozen=True, slots=True)
class Owners:
    """`wanted`: email, firstName, lastName, name, type, userId, active, archived. Who left is asked for only if the mapping
    reads `active` or `archived`."""

    calls: Calls
    platform: str
    wanted: tuple[str, ...]

    def pages(self, cursor: str | None, now: datetime) -> Iterator[Page]:  # noqa: ARG002 - read whole
        """One page, however many owners there are: without a place to go on from, a part of them would be the same part for ever."""
        rows = [row for archived in self._asked() for row in self._rows(archived=archived)]
        yield replace(self._page(rows, now), last=True)

    def _asked(self) -> Sequence[bool]:
        return (False, True) if _LEFT.intersection(self.wanted) else (False,)

    def _rows(self, *, archived: bool) -> Iterator[Any]:
        following: str | None = None
        while True:
            found = self.calls.owners(following, archived=archived)
            yield from place.results(found)
            following = place.after(found)
            if following is None:
                return

    def _page(self, rows: Any, now: datetime) -> Page:
        sightings: list[Sighting] = []
        problems: list[Problem] = []
        for row in rows:
            try:
                sightings.append(self._sighting(row, now))
            except (KeyError, TypeError, ValueError, AttributeError):
                problems.append(unreadable(self.platform, "owners", row))
        return Page(
            tuple(sightings), problems=tuple(problems), cursor=place.write({"at": place.ms(now)})
        )

    def _sighting(self, row: Mapping[str, Any], now: datetime) -> Sighting:
        archived = bool(row.get("archived"))
        name = " ".join(part for part in (row.get("firstName"), row.get("lastName")) if part)
        shown = {
            **row,
            "name": name,
            "active": "false" if archived else "true",
            "archived": "true" if archived else "false",
        }
        fields = {wanted: shown.get(wanted) for wanted in self.wanted}
        return Sighting(
            Ref(self.platform, "owners", str(row["id"])),
            fields,
            place.instant(row["updatedAt"]),
            now,
        )
