"""rules/lifecycle.yaml: the stages and the ways between them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from connector.config.documents.condition import ALWAYS, ConditionDocument
from connector.config.documents.document import Document, Part
from connector.config.documents.written import MANY, Duration, Name, OneOrMore


def _labelled(value: object) -> object:
    """A list of reasons stands for reasons that are their own labels."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return dict.fromkeys(value, "")
    return value


Reasons = Annotated[
    dict[Name, str],
    BeforeValidator(_labelled, json_schema_input_type=list[Name] | dict[Name, str]),
]


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


class TransitionDocument(WayDocument):
    """A way forward."""

    breaks_rest: bool = Field(default=False, description="Taken even during a rest.")


class BackDocument(WayDocument):
    """A way back."""

    rest: Duration | None = Field(default=None, description="No way forward is taken that long.")
    stream: Name | None = Field(default=None, description="The nurture stream it asks for.")


class LifecycleDocument(Document):
    """rules/lifecycle.yaml"""

    stages: Annotated[tuple[Name, ...], Field(min_length=2, max_length=MANY)] = Field(
        description="In your order, lowest first."
    )
    start: Name = Field(description="Where a new contact begins.")
    hand_over: Name = Field(description="Reaching this stage hands over to sales.")
    working: tuple[Name, ...] = Field(
        default=(), description="Stages in which sales works the lead."
    )
    hand_over_needs: tuple[Name, ...] = Field(
        default=(), description="Fields without which nobody is handed over."
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
