"""Salesforce, as the contract suite wants to see a platform; in process, so that the suite stays quick."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from connector.model.condition import ALWAYS
from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.model.mapping.property import Read, Write
from connector.model.mapping.record import Record
from connector.model.systems.change import Change
from connector.model.systems.fact import Sighting
from connector.model.systems.ref import Ref
from connector.platforms.budget import Unmetered
from connector.platforms.connection import Connection, Secret
from connector.platforms.salesforce import FORM, platform
from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.salesforce import Salesforce
from connector.sandbox.transport import SandboxAdapter

LEAD = Record(
    "Lead",
    "contact",
    (Read("email", "Email", "email"), Read("first_name", "FirstName", "text")),
    (
        Write("LastName", "last_name", "text"),
        Write("Company", "company", "text"),
        Write("Leadcycle_Grade__c", "score.grade", "text"),
    ),
    external_id="Leadcycle_Key__c",
    create=ALWAYS,
)


class Side:
    """An organisation with our fields installed."""

    read_fault = "salesforce.error500"
    lost_answer = "salesforce.reset_after_commit"
    reading_faults: ClassVar = {
        "salesforce.late_visible": 0.5,
        "salesforce.short_pages": 0.2,
        "salesforce.error500": 0.1,
        "salesforce.truncated": 0.1,
    }
    property = "FirstName"

    def __init__(self) -> None:
        self.clock, self.faults = Clock(datetime(2026, 1, 5, 7, tzinfo=UTC)), Faults(3)
        self.org = Salesforce(self.clock, self.faults, fls=True)
        mapping = PlatformMapping("salesforce", FORM, {"Lead": LEAD})
        self.mappings = Mappings("contract", {}, {"salesforce": mapping}, {})
        self.connection = Connection(
            "salesforce",
            "salesforce",
            {"domain": "nordring.my"},
            {"key": Secret("sandbox-client"), "secret": Secret("sandbox-secret")},
            transport=SandboxAdapter(self.org),
            clock=self.clock.now,
        )
        platform.installer(self.connection, self.mappings).install()  # type: ignore[misc]  # Salesforce has one
        self._people = 0
        self.meter = Unmetered()

    def source(self) -> Any:
        return platform.source(self.connection, self.mappings, self.meter)  # type: ignore[misc]

    def target(self) -> Any:
        made: Any = platform.target(self.connection, self.mappings, Unmetered())  # type: ignore[misc]
        made.check()  # logged in and described: composites that read are POSTs too, and faults of writes hit them
        return made

    def add(self, count: int) -> Sequence[Ref]:
        self._people += count
        numbers = range(self._people - count, self._people)
        plain = {"LastName": "Roth", "Company": "Kunde"}
        made = (self.org.create("Lead", {**plain, "Email": f"p{n}@kunde.example"}) for n in numbers)
        return [Ref("salesforce", "Lead", key) for key in made]

    def edit(self, ref: Ref, text: str) -> None:
        self.org.update("Lead", ref.id, {"FirstName": text})

    def text(self, sighting: Sighting) -> Any:
        return sighting.fields.get("FirstName")

    def delete(self, ref: Ref) -> None:
        self.org.delete("Lead", ref.id)

    def merge(self, winner: Ref, loser: Ref) -> Ref:
        self.org.merge("Lead", winner.id, loser.id)
        return winner

    def change(self, ref: Ref, value: str) -> Change:
        return Change(
            ref, {"Leadcycle_Grade__c": value}, {"Leadcycle_Grade__c": None}, "routine", 1, 1
        )

    def bad_change(self, ref: Ref) -> Change:
        return Change(ref, {"Email": "kein.postfach"}, {}, "routine", 1, 1)

    def written(self, ref: Ref) -> Any:
        return self.org.get("Lead", ref.id).get("Leadcycle_Grade__c")

    def rows_written(self) -> int:
        return self.org.writes_total

    def close(self) -> None:
        """Nothing is open."""
