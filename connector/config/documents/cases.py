"""rules/cases/*.yaml: examples that must hold."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, Discriminator, Field, Tag, WithJsonSchema

from connector.config.documents.condition import TestsDocument
from connector.config.documents.document import Document, Part
from connector.config.documents.platform import Entry
from connector.config.documents.written import Name, Scalar, Text, one_or_more
from connector.model.fact import OutcomeKind


def _moment(value: Any) -> Any:
    """A moment with its offset; anything else is left to the type's own sentence."""
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return value
    return value


Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


def _shape(value: Any) -> str:
    return "tests" if isinstance(value, dict | TestsDocument) else "number"


Points = Annotated[
    Annotated[float, Field(allow_inf_nan=False), Tag("number")]
    | Annotated[TestsDocument, Tag("tests")],
    Discriminator(_shape),
]
Owners = Annotated[
    tuple[str, ...],
    Field(min_length=1),
    BeforeValidator(one_or_more, json_schema_input_type=str | list[str]),
]


class DeedDocument(Part):
    """Something the person did."""

    kind: Name = Field(description="The kind of activity.")
    at: Moment = Field(description="When, with its offset.")
    asset: str = Field(default="", description="On what.")
    detail: dict[Name, Scalar] = Field(
        default_factory=dict, description="Its details, for conditions."
    )


class AnswerDocument(Part):
    """What sales made of it."""

    kind: OutcomeKind = Field(description="accepted, rejected, contacted, opened, won or lost.")
    at: Moment = Field(description="When, with its offset.")
    reason: str = Field(default="", description="Of a rejection or a loss.")


class ExpectDocument(Part):
    """What must come out; only what is named is compared."""

    stage: Name | None = Field(default=None, description="The stage.")
    grade: Name | None = Field(default=None, description="The grade.")
    band: Name | None = Field(default=None, description="The band.")
    profile: Points | None = Field(
        default=None, description="Points of the profile: a number or tests."
    )
    activity: Points | None = Field(
        default=None, description="Points of the activity: a number or tests."
    )
    owner: Owners = Field(default=(), description='One of these owners; "" for none.')
    route: Name | None = Field(default=None, description="The routing rule that gave the owner.")
    stream: str | None = Field(default=None, description='"" for none.')
    excluded: str | None = Field(default=None, description='The reason; "" for not excluded.')
    waits: Text | None = Field(default=None, description="Part of why a hand-over does not happen.")


class CaseDocument(Part):
    """One person, what they did, and what must come out."""

    name: Name = Field(description="What the case shows, as a sentence.")
    now: Moment = Field(description="The moment of the decision, with its offset.")
    stage: Name | None = Field(
        default=None, description="Where the contact stands before; the start if not named."
    )
    since: Moment | None = Field(default=None, description="Since when.")
    person: dict[Name, Entry] = Field(description="The person's fields.")
    account: dict[Name, Entry] = Field(default_factory=dict, description="The company's fields.")
    account_owner: Name | None = Field(default=None, description="Who owns the company in the CRM.")
    activities: tuple[DeedDocument, ...] = Field(default=(), description="What the person did.")
    outcomes: tuple[AnswerDocument, ...] = Field(default=(), description="What sales made of it.")
    expect: ExpectDocument = Field(description="What must come out.")


class CasesDocument(Document):
    """rules/cases/*.yaml"""

    cases: tuple[CaseDocument, ...] = Field(min_length=1, description="The examples.")
