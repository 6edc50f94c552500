"""A sandbox organisation with our fields, and the connector's own source and target on it, in process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from connector.model.condition import ALWAYS
from connector.model.mapping.field import Field, Form
from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.model.mapping.outcome import OutcomeRead
from connector.model.mapping.property import Read, TaskWrite, Write
from connector.model.mapping.record import Record
from connector.model.systems.change import Change
from connector.model.systems.fact import Outcome, Page
from connector.model.systems.ref import Ref
from connector.platforms.budget import Unmetered
from connector.platforms.connection import Connection, Secret
from connector.platforms.salesforce.door import Door
from connector.platforms.salesforce.reading.source import SalesforceSource
from connector.platforms.salesforce.schema import Schema
from connector.platforms.salesforce.writing.target import SalesforceTarget
from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.salesforce import Salesforce
from connector.sandbox.transport import SandboxAdapter

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
FORM = Form(text=False, datetime="%Y-%m-%dT%H:%M:%S.000+0000", clear=None)
READS = (
    ("email", "Email", "email"), ("first_name", "FirstName", "text"), ("last_name", "LastName", "text"),
    ("company", "Company", "text"), ("country", "CountryCode", "country"), ("owner", "OwnerId", "owner"),
)  # fmt: skip
WRITES = (
    ("Email", "email", "email"), ("FirstName", "first_name", "text"), ("LastName", "last_name", "text"),
    ("Company", "company", "text"), ("CountryCode", "country", "country"), ("OwnerId", "owner", "owner"),
    ("Leadcycle_Stage__c", "stage", "text"), ("Leadcycle_Grade__c", "score.grade", "text"),
    ("Leadcycle_Score__c", "score.activity", "number"),
)  # fmt: skip


def outcome_lines() -> tuple[OutcomeRead, ...]:
    """What mappings/outcomes.yaml of the example says."""
    return (
        OutcomeRead("accepted", "field", "Lead", "Leadcycle_Acceptance__c", ("Accepted",)),
        OutcomeRead("accepted", "converted"),
        OutcomeRead("rejected", "field", "Lead", "Leadcycle_Acceptance__c", ("Rejected",), reason="Lead.Leadcycle_Rejection_Reason__c"),
        OutcomeRead("contacted", "task", status=("Completed",), types=("Call", "Email")),
        OutcomeRead("contacted", "event"),
        OutcomeRead("opened", "opportunity", amount="Amount", stage="StageName"),
        OutcomeRead("won", "opportunity", is_won=True, amount="Amount", at="history"),
        OutcomeRead("lost", "opportunity", is_won=False, is_closed=True, reason="Loss_Reason__c", at="history"),
    )  # fmt: skip


def make_mappings() -> Mappings:
    """The example's Salesforce mapping, cut to what the tests touch."""
    lead = Record(
        "Lead", "contact",
        tuple(Read(field, prop, kind) for field, prop, kind in READS),
        tuple(Write(prop, source, kind) for prop, source, kind in WRITES),
        external_id="Leadcycle_Key__c", create=ALWAYS,
        task=TaskWrite("Task", "Leadcycle_Key__c", "Answer this lead"),
    )  # fmt: skip
    records = {
        "Lead": lead,
        "Contact": Record("Contact", "contact", same_as="Lead", account="AccountId"),
        "Account": Record("Account", "account", (Read("name", "Name", "text"), Read("domain", "Website", "text"))),
        "User": Record("User", "owner", (Read("email", "Email", "email"),)),
    }  # fmt: skip
    fields = {name: Field(name, kind, "newest") for name, _, kind in READS}
    fields["email"] = Field("email", "email", "newest", identifies="person")
    platform = PlatformMapping("salesforce", FORM, records)
    return Mappings("test", fields, {"salesforce": platform}, {"salesforce": outcome_lines()})


def add_our_fields(org: Salesforce) -> None:
    for kind in ("Lead", "Contact"):
        org.add_field(kind, "Leadcycle_Key__c", "string", length=64, external_id=True, unique=True)
        org.add_field(kind, "Leadcycle_Stage__c", "string")
        org.add_field(kind, "Leadcycle_Grade__c", "string", length=10)
        org.add_field(kind, "Leadcycle_Score__c", "double", precision=18, scale=2)
        org.add_field(
            kind,
            "Leadcycle_Acceptance__c",
            "picklist",
            values=["Accepted", "Rejected"],
            tracked=True,
        )
        org.add_field(
            kind, "Leadcycle_Rejection_Reason__c", "picklist", values=["Too early", "No budget"]
        )
    org.add_field("Task", "Leadcycle_Key__c", "string", length=64, external_id=True, unique=True)
    org.add_field("Opportunity", "Loss_Reason__c", "string")


class Rig:
    """One organisation, its clock and faults, and our two ends on it."""

    def __init__(self, **switches: object) -> None:
        self.clock = Clock(START)
        self.faults = Faults(seed=7)
        self.org = Salesforce(self.clock, self.faults, **switches)
        add_our_fields(self.org)
        self.mappings = make_mappings()
        self.meter = Unmetered()

    def connection(self, **values: str) -> Connection:
        settings = {"domain": "nordring.my", **values}
        secrets = {"key": Secret("sandbox-client"), "secret": Secret("sandbox-secret")}
        return Connection(
            "salesforce",
            "salesforce",
            settings,
            secrets,
            transport=SandboxAdapter(self.org),
            clock=self.clock.now,
        )

    def door(self) -> Door:
        return Door(self.connection(), self.meter)

    def source(self, overlap: timedelta = timedelta(minutes=5)) -> SalesforceSource:
        door = self.door()
        return SalesforceSource(door, Schema(door), self.mappings, overlap)

    def target(self) -> SalesforceTarget:
        door = self.door()
        return SalesforceTarget(door, Schema(door), self.mappings)

    def create(self, number: int, owner: str, **fields: object) -> Change:
        """A lead that should be, as the decisions word it."""
        key, email = f"key{number:05}", f"p{number}@kunde.example"
        wanted = {
            "Email": email,
            "LastName": f"P{number}",
            "Company": "Kunde",
            "OwnerId": owner,
            **fields,
        }
        ref = Ref("salesforce", "Lead", f"new:{key}")
        return Change(
            ref, wanted, {}, "hot", 1, number, key=key, create=True, lookup={"email": email}
        )

    def task(self, number: int, owner: str, who: str | None = None) -> Change:
        key = f"key{number:05}"
        wanted = {
            "Subject": "Answer this lead",
            "OwnerId": owner,
            "WhoId": {"ref": who or f"salesforce/Lead/new:{key}"},
        }
        ref = Ref("salesforce", "Task", f"new:{key}-1")
        return Change(ref, wanted, {}, "follow_up", 1, number, key=f"{key}-1", create=True)

    def rep(self, name: str = "Anna Rep") -> str:
        return self.org.add_user(name, f"{name.split(maxsplit=1)[0].lower()}@nordring.example")

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def pass_by(self, **span: float) -> None:
        self.clock.advance(timedelta(**span))


@pytest.fixture
def rig() -> Rig:
    return Rig()


class Reader:
    """Pulls like the daemon does: keeps the cursor of every page it has taken, and all facts by what they are about."""

    def __init__(self, rig: Rig, source: SalesforceSource | None = None) -> None:
        self.rig = rig
        self.source = source or rig.source()
        self.cursor: str | None = None
        self.pages: list[Page] = []
        self.calls = 0

    def pull(self, pages: int | None = None) -> list[Page]:
        before = self.rig.org.total_calls
        found = []
        for page in islice(self.source.pages("crm", self.cursor, self.rig.now), pages):
            self.cursor = page.cursor
            found.append(page)
        self.calls = self.rig.org.total_calls - before
        self.pages += found
        return found

    def seen(self, kind: str) -> set[str]:
        return {
            each.ref.id for page in self.pages for each in page.sightings if each.ref.kind == kind
        }

    def outcomes(self) -> dict[str, Outcome]:
        """Outcomes that stand, as a store would keep them."""
        found: dict[str, Outcome] = {}
        for page in self.pages:
            taken_back = [key for key, each in found.items() if each.ref in page.outcomes_of]
            for key in taken_back:
                del found[key]
            found |= {each.key: each for each in page.outcomes}
        return found

    def kinds(self) -> list[str]:
        return sorted(each.kind for each in self.outcomes().values())


@pytest.fixture
def reader(rig: Rig) -> Reader:
    return Reader(rig)
