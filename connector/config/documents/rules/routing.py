"""rules/routing.yaml: who gets a lead."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from connector.config.documents.written.amounts import MANY, Name, OneOrMore, Text
from connector.config.documents.written.condition import ALWAYS, ConditionDocument
from connector.config.documents.written.document import Document, Part, told
from connector.config.documents.written.values import TableDocument, file_named

Count = Annotated[int, Field(ge=1, le=100_000)]
Preference = Literal["prefer", "only"]
TableFile = Annotated[
    TableDocument, BeforeValidator(file_named, json_schema_input_type=Text | TableDocument)
]


class PatchDocument(Part):
    """One part of a territory."""

    territory: Name = Field(description="Its name, as conditions and pools call it.")
    country: OneOrMore = Field(
        default=(), description="Countries; * is every other one; any if not named."
    )
    postal_code: OneOrMore = Field(
        default=(),
        description='First digits ("20") or ranges ("20-24"), in quotes; any if not named.',
    )
    state: OneOrMore = Field(default=(), description="States or counties; any if not named.")
    region: Name | None = Field(default=None, description="A wider name: the fact `region`.")


class TerritoriesDocument(Part):
    """Who is where: the longest postal code wins, then the state, then the country."""

    file: TableFile | None = Field(
        default=None,
        description="A CSV file with the columns territory, country, postal_code, state, region.",
    )
    rows: tuple[PatchDocument, ...] = Field(default=(), description="The same, written here.")
    country: Name = Field(default="country", description="The field that holds the country.")
    postal_code: Name = Field(
        default="postal_code", description="The field that holds the postal code."
    )
    state: Name | None = Field(default=None, description="The field that holds the state.")


class NamedByDocument(Part):
    """A pool that a fact names."""

    by: Name = Field(description="The fact whose value is the pool's name: territory.")


class PoolDocument(Part):
    """People who take turns."""

    members: Annotated[tuple[Name, ...], Field(min_length=1)] = Field(
        description="E-mail addresses of CRM users."
    )
    weights: dict[Name, Annotated[int, Field(ge=1, le=100)]] = Field(
        default={}, description="Turns per member; 1 if not named."
    )
    max_open: Count | None = Field(default=None, description="Most unanswered leads per member.")
    method: Literal["round_robin", "least_open"] = Field(
        default="round_robin",
        description="Turns, or to whoever has the fewest unanswered leads (for the weight).",
    )
    hours: Preference | None = Field(
        default=None,
        description="prefer: who is at work, else who will be first; only: nobody else gets any.",
    )
    language: Preference | None = Field(
        default=None, description="prefer, or only: members who speak the lead's language."
    )


class AssignDocument(Part):
    """Exactly one of: a person, a pool, a queue, the account's owner, the key account's manager."""

    person: Name | None = Field(default=None, description="An e-mail address of a CRM user.")
    pool: Name | NamedByDocument | None = Field(
        default=None, description="A pool of this file, or {by: territory}: the one called so."
    )
    queue: Name | None = Field(default=None, description="A queue of the CRM.")
    account_owner: Literal[True] | None = Field(
        default=None, description="Whoever owns the person's company in the CRM."
    )
    key_account: Literal[True] | None = Field(
        default=None,
        description="Whoever manages the person's company by the list of key accounts.",
    )

    @model_validator(mode="after")
    def _one(self) -> AssignDocument:
        if len(self.model_fields_set) != 1:
            raise told(
                "not exactly one owner",
                "write one of {person: …}, {pool: …}, {queue: …}, {account_owner: true}, {key_account: true}",
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
    skip_former: bool = Field(
        default=False, description="A person or account owner does not get the same lead again."
    )


class RoutingDocument(Document):
    """rules/routing.yaml"""

    territories: TerritoriesDocument | None = Field(
        default=None, description="Regions of sales: the facts territory and region."
    )
    key_accounts: TableFile | None = Field(
        default=None,
        description="A CSV file with the columns domain and owner: the fact key_account.",
    )
    pools: dict[Name, PoolDocument] = Field(default_factory=dict, description="Pools, by name.")
    rules: tuple[RouteDocument, ...] = Field(
        default=(), max_length=MANY, description="Top to bottom."
    )
    fallback: FallbackDocument = Field(description="Nobody stays without an owner.")
