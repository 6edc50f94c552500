"""Lists (segments) and their members (api-contracts A.10)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from connector.sandbox.hubspot.records.values import iso


@dataclass(slots=True)
class Segment:
    """One list; `members` maps record ids to the moment they joined, in that order."""

    id: int
    name: str
    type_id: str
    processing: str
    created: int
    filter_branch: Any = None
    updated: int = 0
    members: dict[int, int] = field(default_factory=dict)

    def shown(self, *, filters: bool = False) -> dict[str, Any]:
        found: dict[str, Any] = {
            "listId": str(self.id),
            "listVersion": 1,
            "name": self.name,
            "objectTypeId": self.type_id,
            "processingType": self.processing,
            "processingStatus": "COMPLETE",
            "createdAt": iso(self.created),
            "updatedAt": iso(self.updated or self.created),
            "filtersUpdatedAt": iso(self.created),
        }
        if filters and self.filter_branch is not None:
            found["filterBranch"] = self.filter_branch
        return found

    def sized(self) -> dict[str, Any]:
        """As the search shows it."""
        return {**self.shown(), "additionalProperties": {"hs_list_size": str(len(self.members))}}


@dataclass(slots=True)
class Lists:
    by_id: dict[int, Segment] = field(default_factory=dict)

    def add(
        self, name: str, type_id: str, processing: str, created: int, filter_branch: Any = None
    ) -> Segment:
        found = Segment(len(self.by_id) + 1, name, type_id, processing, created, filter_branch)
        self.by_id[found.id] = found
        return found

    def named(self, name: str, type_id: str) -> Segment | None:
        """Names are compared without regard to case."""
        fits = (found for found in self.by_id.values() if found.type_id == type_id)
        return next((found for found in fits if found.name.lower() == name.lower()), None)

    def move(self, type_id: str, old: int, new: int) -> None:
        """After a merge the survivor is where the merged record was."""
        for found in self.by_id.values():
            if found.type_id == type_id and old in found.members:
                found.members.setdefault(new, found.members.pop(old))
