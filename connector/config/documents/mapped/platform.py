"""mappings/<platform>.yaml: a platform's properties and our fields."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, PlainValidator, Tag, WithJsonSchema

from connector.config.documents.written.amounts import Name, Text
from connector.config.documents.written.condition import ConditionDocument
from connector.config.documents.written.document import Document, Part, told


def _property(value: Any) -> Any:
    """`email: email` stands for `email: {property: email}`."""
    return {"property": value} if isinstance(value, str) else value


def _entry(value: Any) -> Any:
    if value is not None and not isinstance(value, str | int | float | bool):
        raise told(
            "one value belongs here", "write a text, a number, true, false, or null for unknown"
        )
    return value


Entry = Annotated[
    Any, PlainValidator(_entry), WithJsonSchema({"type": ["string", "number", "boolean", "null"]})
]
Values = Annotated[dict[str, Entry], Field(min_length=1)]


class ReadDocument(Part):
    """A property that shows one of our fields."""

    property: Name = Field(description="The platform's name.")
    values: Values | None = Field(default=None, description="The platform's value: ours.")
    unknown: Literal["keep", "ignore", "hold"] = Field(
        default="keep", description="What a value means that the table lacks."
    )
    currency: Name | None = Field(
        default=None, description="The property that names an amount's currency."
    )
    at: Name | None = Field(
        default=None, description="Of a consent: the property with the time it was given."
    )
    confirmed: Name | None = Field(
        default=None, description="Of a consent: the property that shows its confirmation."
    )
    evidence: tuple[Name, ...] = Field(  # behind the short form's validator a list is no tuple yet
        default=(), strict=False, description="Of a consent: properties kept as its proof."
    )


class WriteDocument(Part):
    """A property we write."""

    from_: Name = Field(
        alias="from", description="A field, or stage, owner, score.grade, follow_up.answer_due ..."
    )
    values: Values | None = Field(default=None, description="Our value: the platform's.")
    if_missing: Entry = Field(default=None, description="Written while the value is unknown.")
    max_length: Annotated[int, Field(ge=1, le=200_000)] | None = Field(
        default=None, description="Most characters the property takes."
    )
    too_long: Literal["cut", "refuse"] = Field(
        default="refuse", description="What happens to a longer text."
    )
    backward: Literal["plain", "clear_then_set"] = Field(
        default="plain", description="How a stage is set back."
    )
    on_create_only: bool = Field(
        default=False, description="Written when the record is created, never again."
    )
    unknown: Literal["keep", "ignore", "hold"] = Field(
        default="hold", description="What is done with a value that the table lacks."
    )
    decimals: Annotated[int, Field(ge=0, le=10)] | None = Field(
        default=None, description="Places after the point; more are rounded."
    )
    currency: Name | None = Field(
        default=None, description="The property that is written with an amount: its currency."
    )
    grants: bool = Field(
        default=False, description="Of a consent: a yes is passed on, too, not only a no."
    )
    purpose: Name | None = Field(
        default=None, description="Written only while the person agrees to this purpose."
    )
    track: Name | None = Field(
        default=None, description="The track it shows; without it the one that leads."
    )


class CreateDocument(Part):
    """Who gets a record of this kind."""

    when: ConditionDocument = Field(description="Must hold for a record to be created.")


class TaskDocument(Part):
    """A follow-up task for each hand-over."""

    key: Name = Field(description="The task's property that holds our key.")
    subject: Text = Field(description="What the task says.")


Read = Annotated[
    ReadDocument, BeforeValidator(_property, json_schema_input_type=Name | ReadDocument)
]


class RecordDocument(Part):
    """One kind of record."""

    is_: Literal["contact", "account", "owner", "none"] = Field(
        alias="is", description="What it is to us."
    )
    same_as: Name | None = Field(
        default=None, description="Reads and writes like this kind; own lines replace."
    )
    external_id: Name | None = Field(default=None, description="The property that holds our key.")
    account: Name | None = Field(
        default=None, description="The property that names the company's record."
    )
    create: CreateDocument | None = Field(
        default=None, description="When a record is created; without it none ever is."
    )
    read: dict[Name, Read] = Field(
        default_factory=dict, description="Our field: the property that shows it."
    )
    write: dict[Name, WriteDocument] = Field(
        default_factory=dict, description="The property: what is written there."
    )
    task: TaskDocument | None = Field(
        default=None, description="A follow-up task for each hand-over."
    )


def _details(value: Any) -> str:
    return "names" if isinstance(value, dict) else "members"


Details = Annotated[
    Annotated[tuple[Name, ...], Tag("members")] | Annotated[dict[Name, Name], Tag("names")],
    Discriminator(_details),
]


class ActivityKindDocument(Part):
    """One kind of activity."""

    kind: Name = Field(description="Our word for it.")
    asset: Name | None = Field(default=None, description="The member that names the asset.")
    detail: Details = Field(
        default=(), description="Members kept for conditions: a list, or our name: the member."
    )


class ScopeDocument(Part):
    """Who is written on this platform at all."""

    when: ConditionDocument = Field(description="Must hold for anything to be written.")
    leaving: Literal["freeze", "clear", "hand_back"] = Field(
        default="freeze", description="What happens to the record of somebody who no longer is."
    )


class PlatformDocument(Document):
    """mappings/<platform>.yaml"""

    platform: Name = Field(description="A connection of leadcycle.yaml.")
    scope: ScopeDocument | None = Field(
        default=None, description="Who is written here; without it everybody is."
    )
    records: Annotated[dict[Name, RecordDocument], Field(min_length=1)] = Field(
        description="The platform's kinds of records, by its own names."
    )
    activities: dict[Name, ActivityKindDocument] = Field(
        default_factory=dict, description="The platform's kinds of activities, by its own names."
    )
    streams: dict[Name, Name] = Field(default={}, description="Our stream: the platform's list.")
