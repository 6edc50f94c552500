"""The owners of a portal: people with seats, and queues (api-contracts A.9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.sandbox.hubspot.records.values import iso

_FIRST = 70_001
_USERS_ABOVE = 1_000_000
"""User ids are never owner ids: mixing them up is an error worth seeing."""


@dataclass(slots=True)
class Owner:
    id: int
    email: str
    first: str
    last: str
    created: int
    type: str = "PERSON"
    teams: tuple[str, ...] = ()
    archived: bool = False

    @property
    def user_id(self) -> int:
        return self.id + _USERS_ABOVE

    def shown(self) -> dict[str, Any]:
        """An archived owner has no user id any more, only `userIdIncludingInactive`."""
        found: dict[str, Any] = {
            "id": str(self.id),
            "email": self.email,
            "type": self.type,
            "firstName": self.first,
            "lastName": self.last,
            "userId": None if self.archived or self.type == "QUEUE" else self.user_id,
            "createdAt": iso(self.created),
            "updatedAt": iso(self.created),
            "archived": self.archived,
        }
        if self.type == "PERSON":
            found["userIdIncludingInactive"] = self.user_id
        if self.teams:
            found["teams"] = [
                {"id": str(place + 1), "name": name, "primary": not place}
                for place, name in enumerate(self.teams)
            ]
        return found


@dataclass(slots=True)
class Owners:
    """By id, ascending; `active` holds the ids that may be assigned, as text."""

    by_id: dict[int, Owner] = field(default_factory=dict)
    active: set[str] = field(default_factory=set)
    since: int = 0
    """When the portal was opened."""

    def add(
        self,
        email: str,
        first: str,
        last: str,
        created: int,
        *,
        type_: str = "PERSON",
        teams: Sequence[str] = (),
    ) -> Owner:
        if any(owner.email == email and not owner.archived for owner in self.by_id.values()):
            raise ValueError(f"{email} is an owner already")
        owner = Owner(_FIRST + len(self.by_id), email, first, last, created, type_, tuple(teams))
        self.by_id[owner.id] = owner
        self.active.add(str(owner.id))
        return owner

    def archive(self, id_: int) -> None:
        """The seat is taken away; records keep naming the owner. KeyError for an unknown id."""
        self.by_id[id_].archived = True
        self.active.discard(str(id_))

    def listed(self, *, archived: bool, email: str = "") -> list[Owner]:
        return [
            owner
            for owner in self.by_id.values()
            if owner.archived == archived and email.lower() in ("", owner.email.lower())
        ]
