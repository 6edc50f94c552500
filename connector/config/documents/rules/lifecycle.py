"""rules/lifecycle.yaml: the stages and the ways between them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from connector.config.documents.written.amounts import MANY, Duration, Name, OneOrMore, Text
from connector.config.documents.written.condition import ALWAYS, ConditionDocument
from connector.config.documents.written.document import Document, Part
from connector.config.documents.written.label import Label, MaybeLabel
from connector.model.rules.lifecycle import KEEP


def _labelled(value: object) -> object:
    """A list of reasons stands for reasons that are their own labels."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return dict.fromkeys(value, "")
    return value


Reasons = Annotated[
    dict[Name, MaybeLabel],
    BeforeValidator(_labelled, json_schema_input_type=list[Name] | dict[Name, MaybeLabel]),
]


def _need(value: object) -> object:
    """A field's name stands for a need that everybody has."""
    return {"field": value} if isinstance(value, str) else value


class NeedDocument(Part):
    """A field without which nobody is handed over."""

    field: Name = Field(description="The field.")
    when: ConditionDocument = Field(default=ALWAYS, description="Only those of whom this holds.")


Need = Annotated[NeedDocument, BeforeValidator(_need, json_schema_input_type=Name | NeedDocument)]


class AskDocument(Part):
    """What happens while a hand-over lacks nothing but fields."""

    name: Name = Field(description="Its name, shown in reasons and messages.")
    fields: Annotated[tuple[Name, ...], Field(min_length=1)] = Field(
        description="The fields it asks for; the first rule that names a missing one counts."
    )
    stream: Name | None = Field(default=None, description="The nurture stream that asks for them.")
    task: Text | None = Field(
        default=None, description="The subject of a task for whoever owns the record in the CRM."
    )
    keep: Duration = Field(
        default=KEEP, description="So long lead events count on, so that none is lost meanwhile."
    )


class GuardDocument(Part):
    """People who are left alone: nobody hands them over or moves them back."""

    name: Name = Field(description="Its name, shown in reasons and messages.")
    when: ConditionDocument = Field(description="Who they are.")


class TrackDocument(Part):
    """A business field with a cycle of its own."""

    name: Name = Field(description="Its name; the first one listed is main.")
    label: Label | None = Field(default=None, description="What people call it.")
    when: ConditionDocument = Field(
        default=ALWAYS, description="Who enters it; in main everybody is."
    )
    start: Name | None = Field(default=None, description="The stage where they begin.")


class WayDocument(Part):
    """A way from one or several stages to another."""

    name: Name = Field(description="Its name, shown in reasons and messages.")
    from_: OneOrMore = Field(alias="from", description="One stage, or a list.")
    to: Name = Field(description="The stage it leads to.")
    when: ConditionDocument = Field(
        default=ALWAYS, description="Must hold; an empty one always does."
    )
    hold_for: Duration | None = Field(
        default=None, description="The condition must have held that long."
    )
    despite_guard: bool = Field(
        default=False, description="true: taken also by people whom a guard protects."
    )


class TransitionDocument(WayDocument):
    """A way forward."""

    breaks_rest: bool = Field(default=False, description="Taken even during a rest.")
    needs: tuple[Name, ...] = Field(
        default=(), description="Fields without which it does not hand over."
    )


class BackDocument(WayDocument):
    """A way back."""

    rest: Duration | None = Field(default=None, description="No way forward is taken that long.")
    stream: Name | None = Field(default=None, description="The nurture stream it asks for.")


class LifecycleDocument(Document):
    """rules/lifecycle.yaml"""

    stages: Annotated[tuple[Name, ...], Field(min_length=2, max_length=MANY)] = Field(
        description="In your order, lowest first."
    )
    aside: tuple[Name, ...] = Field(
        default=(), max_length=MANY, description="Stages beside that order, such as Disqualified."
    )
    allow_skip: bool = Field(
        default=False, description="true: ways may be taken from stages before those they name."
    )
    renamed: dict[Name, Name] = Field(
        default={}, description="A stage that is no more: what it is called now."
    )
    start: Name = Field(description="Where a new contact begins.")
    hand_over: Name = Field(description="Reaching this stage hands over to sales.")
    working: tuple[Name, ...] = Field(
        default=(), description="Stages in which sales works the lead."
    )
    hand_over_needs: Annotated[tuple[Need, ...], Field(max_length=MANY)] = Field(
        default=(), description="Fields without which nobody is handed over, or nobody of whom."
    )
    ask: Annotated[tuple[AskDocument, ...], Field(max_length=MANY)] = Field(
        default=(), description="What happens while a hand-over lacks nothing but fields."
    )
    guard: Annotated[tuple[GuardDocument, ...], Field(max_length=MANY)] = Field(
        default=(), description="Who is neither handed over nor moved back."
    )
    tracks: Annotated[tuple[TrackDocument, ...], Field(max_length=MANY)] = Field(
        default=(), description="Business fields in which a contact may have a cycle; main is one."
    )
    hand_over_consent: ConditionDocument | None = Field(
        default=None, description="Must hold for a hand-over."
    )
    transitions: tuple[TransitionDocument, ...] = Field(
        min_length=1, max_length=MANY, description="Ways forward; the first that may be taken is."
    )
    back: tuple[BackDocument, ...] = Field(default=(), max_length=MANY, description="Ways back.")
    rejection_reasons: Reasons = Field(
        default={}, description="Reasons sales can choose; a list, or reason: label."
    )
