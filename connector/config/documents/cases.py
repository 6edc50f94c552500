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

    kind: Name
    at: Moment
    asset: str = ""
    detail: dict[Name, Scalar] = Field(default_factory=dict)


class AnswerDocument(Part):
    """What sales made of it."""

    kind: OutcomeKind
    at: Moment
    reason: str = ""


class ExpectDocument(Part):
    """What must come out; only what is named is compared."""

    stage: Name | None = None
    grade: Name | None = None
    band: Name | None = None
    profile: Points | None = None
    activity: Points | None = None
    owner: Owners = Field(default=(), description='One of these owners; "" for none.')
    route: Name | None = Field(default=None, description="The routing rule that gave the owner.")
    stream: str | None = Field(default=None, description='"" for none.')
    excluded: str | None = Field(default=None, description='The reason; "" for not excluded.')
    waits: Text | None = Field(default=None, description="Part of why a hand-over does not happen.")


class CaseDocument(Part):
    """One person, what they did, and what must come out."""

    name: Name
    now: Moment
    stage: Name | None = Field(
        default=None, description="Where the contact stands before; the start if not named."
    )
    since: Moment | None = Field(default=None, description="Since when.")
    person: dict[Name, Entry]
    account: dict[Name, Entry] = Field(default_factory=dict)
    account_owner: Name | None = None
    activities: tuple[DeedDocument, ...] = ()
    outcomes: tuple[AnswerDocument, ...] = ()
    expect: ExpectDocument


class CasesDocument(Document):
    """rules/cases/*.yaml"""

    cases: tuple[CaseDocument, ...] = Field(min_length=1)
