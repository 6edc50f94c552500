"""What a case expects: a few words of their own, and any fact that a condition may ask for or a mapping may write."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag

from connector.config.documents.rules.follow_up import Ways
from connector.config.documents.written.amounts import Name, Scalar, Text, one_or_more
from connector.config.documents.written.condition import TestsDocument
from connector.config.documents.written.document import Part


def _shape(value: Any) -> str:
    return "tests" if isinstance(value, dict | TestsDocument) else "number"


def _kind(value: Any) -> str:
    if isinstance(value, dict | TestsDocument):
        return "tests"
    return "several" if isinstance(value, list | tuple) else "one"


Points = Annotated[
    Annotated[float, Field(allow_inf_nan=False), Tag("number")]
    | Annotated[TestsDocument, Tag("tests")],
    Discriminator(_shape),
]
Fact = Annotated[
    Annotated[Scalar, Tag("one")]
    | Annotated[tuple[Scalar, ...], Tag("several")]
    | Annotated[TestsDocument, Tag("tests")],
    Discriminator(_kind),
]
Owners = Annotated[
    tuple[str, ...],
    Field(min_length=1),
    BeforeValidator(one_or_more, json_schema_input_type=str | list[str]),
]


class ReasonDocument(Part):
    """One rule's contribution to the score."""

    rule: Name = Field(description="The criterion or signal, as explain names it.")
    points: Points | None = Field(default=None, description="A number or tests; by default any.")


class ToldDocument(Part):
    """A reminder or a step of a ladder that reached somebody."""

    who: Name = Field(description="An e-mail address of a CRM user.")
    clock: Name | None = Field(default=None, description="The clock; by default any.")
    by: Ways = Field(default=(), description="task, email, or both; by default any.")


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
    waits: str | None = Field(
        default=None, description='Part of why a hand-over does not happen; "" for nothing.'
    )
    steps: tuple[Name, ...] | None = Field(
        default=None, description="The transitions taken since the step before, in their order."
    )
    reasons: tuple[ReasonDocument, ...] = Field(
        default=(), description="Rules that must be among the reasons of the score."
    )
    told: tuple[ToldDocument, ...] | None = Field(
        default=None,
        description="Exactly whom clocks told since the step before, in their order; [] for nobody.",
    )
    passed_over: dict[Name, Text] = Field(
        default_factory=dict,
        description="Owner or routing rule that was passed over: part of why.",
    )
    facts: dict[Name, Fact] = Field(
        default_factory=dict,
        description='Any fact of a condition or source of a mapping line: its value ("" for unknown), a list for exactly these, or tests.',
    )
