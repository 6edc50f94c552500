"""rules/routing.yaml: who gets a lead."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from connector.config.documents.condition import ALWAYS, ConditionDocument
from connector.config.documents.document import Document, Part, told
from connector.config.documents.written import MANY, Name

Count = Annotated[int, Field(ge=1, le=100_000)]


class PoolDocument(Part):
    """People who take turns."""

    members: Annotated[tuple[Name, ...], Field(min_length=1)] = Field(
        description="E-mail addresses of CRM users."
    )
    weights: dict[Name, Annotated[int, Field(ge=1, le=100)]] = Field(
        default={}, description="Turns per member; 1 if not named."
    )
    max_open: Count | None = Field(default=None, description="Most unanswered leads per member.")


class AssignDocument(Part):
    """Exactly one of: a person, a pool, a queue, the account's owner."""

    person: Name | None = Field(default=None, description="An e-mail address of a CRM user.")
    pool: Name | None = Field(default=None, description="A pool of this file.")
    queue: Name | None = Field(default=None, description="A queue of the CRM.")
    account_owner: Literal[True] | None = Field(
        default=None, description="Whoever owns the person's company in the CRM."
    )

    @model_validator(mode="after")
    def _one(self) -> AssignDocument:
        if len(self.model_fields_set) != 1:
            raise told(
                "not exactly one owner",
                "write one of {person: …}, {pool: …}, {queue: …}, {account_owner: true}",
            )
        return self


class FallbackDocument(Part):
    """Who gets what no rule gives away."""

    person: Name | None = Field(default=None, description="An e-mail address of a CRM user.")
    queue: Name | None = Field(default=None, description="A queue of the CRM.")

    @model_validator(mode="after")
    def _one(self) -> FallbackDocument:
        if len(self.model_fields_set) != 1:
            raise told("not exactly one owner", "write {queue: …} or {person: …}")
        return self


class RouteDocument(Part):
    """The first rule that yields an owner wins."""

    name: Name = Field(description="Its name, shown in reasons and messages.")
    when: ConditionDocument = Field(
        default=ALWAYS, description="Must hold; an empty one always does."
    )
    assign: AssignDocument = Field(description="Who gets the lead.")


class RoutingDocument(Document):
    """rules/routing.yaml"""

    pools: dict[Name, PoolDocument] = Field(default_factory=dict, description="Pools, by name.")
    rules: tuple[RouteDocument, ...] = Field(
        default=(), max_length=MANY, description="Top to bottom."
    )
    fallback: FallbackDocument = Field(description="Nobody stays without an owner.")
