"""HubSpot, as the contract suite wants to see a platform; in process, so that the suite stays quick."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.model.mapping.property import Read, Write
from connector.model.mapping.record import ActivityRead, Record
from connector.model.systems.change import Change
from connector.model.systems.fact import Sighting
from connector.model.systems.ref import Ref
from connector.platforms.budget import Unmetered
from connector.platforms.connection import Connection, Secret
from connector.platforms.hubspot import FORM, platform
from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.hubspot import HubSpot
from connector.sandbox.transport import SandboxPool

CONTACTS = Record(
    "contacts",
    "contact",
    (Read("email", "email", "email"), Read("first_name", "firstname", "text")),
    (Write("leadcycle_grade", "score.grade", "text"),),
)
ACTIVITIES = {
    "form_submission": ActivityRead("form_submission", "form_submitted", "form_name"),
    "email_open": ActivityRead("email_open", "email_opened", "campaign"),
    "meeting": ActivityRead("meeting", "meeting_held", "title"),
}


class Side:
    """A portal with our property installed."""

    read_fault = "hubspot.error500"
    lost_answer = "hubspot.reset_after_commit"
    reading_faults: ClassVar = {
        "hubspot.search_lag": 0.5,
        "hubspot.shuffled_ids": 0.5,
        "hubspot.error500": 0.02,
        "hubspot.truncated": 0.02,
        "hubspot.secondly429": 0.02,
    }
    property = "firstname"

    def __init__(self) -> None:
        self.clock, self.faults = Clock(datetime(2026, 1, 5, 7, tzinfo=UTC)), Faults(3)
        self.hubspot = HubSpot(self.clock, self.faults)
        mapping = PlatformMapping("hubspot", FORM, {"contacts": CONTACTS}, ACTIVITIES)
        self.mappings = Mappings("contract", {}, {"hubspot": mapping}, {})
        self.connection = Connection(
            "hubspot",
            "hubspot",
            {"paths": "2026-09"},
            {"token": Secret("sandbox-hubspot")},
            transport=SandboxPool(self.hubspot),
            clock=self.clock.now,
        )
        platform.installer(self.connection, self.mappings).install()  # type: ignore[misc]  # HubSpot has one
        self._people = 0
        self.meter = Unmetered()

    def source(self) -> Any:
        return platform.source(self.connection, self.mappings, self.meter)  # type: ignore[misc]

    def target(self) -> Any:
        return platform.target(self.connection, self.mappings, Unmetered())  # type: ignore[misc]

    def add(self, count: int) -> Sequence[Ref]:
        self._people += count
        numbers = range(self._people - count, self._people)
        made = (
            self.hubspot.create("contacts", {"email": f"p{number}@kunde.example"})
            for number in numbers
        )
        return [Ref("hubspot", "contacts", id_) for id_ in made]

    def edit(self, ref: Ref, text: str) -> None:
        self.hubspot.update("contacts", ref.id, {"firstname": text})

    def text(self, sighting: Sighting) -> Any:
        return sighting.fields.get("firstname")

    def delete(self, ref: Ref) -> None:
        self.hubspot.delete("contacts", ref.id)

    def merge(self, winner: Ref, loser: Ref) -> Ref:
        return Ref("hubspot", "contacts", self.hubspot.merge("contacts", winner.id, loser.id))

    def change(self, ref: Ref, value: str) -> Change:
        return Change(ref, {"leadcycle_grade": value}, {"leadcycle_grade": None}, "routine", 1, 1)

    def bad_change(self, ref: Ref) -> Change:
        return Change(ref, {"email": "kein.postfach"}, {}, "routine", 1, 1)

    def written(self, ref: Ref) -> Any:
        return self.hubspot.get("contacts", ref.id)["leadcycle_grade"]

    def rows_written(self) -> int:
        return self.hubspot.api_rows_written

    def close(self) -> None:
        """Nothing is open."""
