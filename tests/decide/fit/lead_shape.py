"""Two small systems: what the mappings name, and what the records hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connector.model.condition import ALWAYS
from connector.model.mapping.field import Field, Form
from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.model.mapping.outcome import OutcomeRead
from connector.model.mapping.property import Read, TaskWrite, Write
from connector.model.mapping.record import Record
from connector.model.systems.shape import Property, Shape, Shapes, folded

PLACE = ("salesforce", "Lead")
FORM = Form(text=False, datetime="%Y-%m-%dT%H:%M:%S.000+0000", clear=None)
LEAD = Record(
    "Lead",
    "contact",
    read=(
        Read("email", "Email", "email", where="m.yaml:3:7"),
        Read("employees", "Heads__c", "number", where="m.yaml:4:7"),
        Read("country", "CountryCode", "country", where="m.yaml:5:7"),
    ),
    write=(
        Write("LastName", "last_name", "text", where="m.yaml:8:7"),
        Write("Title", "job_title", "text", max_length=128, too_long="cut", where="m.yaml:9:7"),
        Write("Industry", "industry", "choice", values={"seals": "Seals", "pumps": "Pumps"}, where="m.yaml:10:7"),
        Write("Leadcycle_Band__c", "score.band", "text", where="m.yaml:11:7"),
        Write("Leadcycle_Score__c", "score.activity", "number", where="m.yaml:12:7"),
        Write("Leadcycle_Due__c", "follow_up.answer_due", "datetime", where="m.yaml:13:7"),
        Write("HasOptedOutOfEmail", "opted_out", "yes_no", where="m.yaml:14:7"),
        Write("CountryCode", "country", "country", where="m.yaml:15:7"),
        Write("StateCode", "state", "text", where="m.yaml:16:7"),
    ),
    external_id="Leadcycle_Key__c",
    create=ALWAYS,
    task=TaskWrite("Task", "Leadcycle_Key__c", "Answer", where="m.yaml:20:7"),
    where="m.yaml:2:3",
)  # fmt: skip
OUTCOME = OutcomeRead(
    "lost", "opportunity", is_closed=True, reason="Loss_Reason__c", where="o.yaml:7:3"
)


def mappings(record: Record = LEAD) -> Mappings:
    names = {line.field: line.type for line in record.read}
    platform = PlatformMapping("salesforce", FORM, {"Lead": record})
    fields: Any = {name: Field(name, kind, "newest") for name, kind in names.items()}
    return Mappings("d", fields, {"salesforce": platform}, {"salesforce": (OUTCOME,)})


PROPERTIES = (
    Property("Id", "reference", createable=False, updateable=False, nillable=False),
    Property("Email", "email", length=80),
    Property("Heads__c", "number", whole=8, decimals=0),
    Property("LastName", "text", length=80, nillable=False),
    Property("Title", "text", length=128),
    Property("Industry", "choice", length=255, values=("Seals", "Pumps"), restricted=True),
    Property("Leadcycle_Band__c", "choice", values=("cold", "warm", "hot"), restricted=True),
    Property("Leadcycle_Score__c", "number", whole=16),
    Property("Leadcycle_Due__c", "datetime"),
    Property("Leadcycle_Key__c", "text", length=32),
    Property("HasOptedOutOfEmail", "yes_no", nillable=False),
    Property("CountryCode", "choice", values=("DE", "US"), restricted=True),
    Property(
        "StateCode", "choice", values=("NI", "CA"), restricted=True, controller="CountryCode",
        valid={"DE": ("NI",), "US": ("CA",)},
    ),
    Property("Status", "choice", values=("New",), nillable=False, defaulted=True),
)  # fmt: skip


def lead(*without: str, **changed: Property) -> Shape:
    """The shape of a lead without some properties, with others changed or added (by their name)."""
    kept = [each for each in PROPERTIES if each.name not in without]
    merged = {each.name: each for each in kept} | {each.name: each for each in changed.values()}
    return Shape("salesforce", "Lead", folded(tuple(merged.values())))


def of(name: str, **members: Any) -> Property:
    """One of the properties with other members."""
    return replace(next(each for each in PROPERTIES if each.name == name), **members)


def shapes(shape: Shape) -> Shapes:
    return {PLACE: shape}
