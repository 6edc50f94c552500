"""mappings/outcomes.yaml: what counts as an answer of sales."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import ConfigDict, Field, model_validator

from connector.config.documents.written.amounts import Name, OneOrMore
from connector.config.documents.written.document import Document, Part, told
from connector.model.systems.fact import OutcomeKind

OUTCOMES: tuple[str, ...] = get_args(OutcomeKind)
SHAPES = ("field", "converted", "task", "event", "opportunity")
EXTRAS = {
    "field": ("equals", "reason", "at", "track"),
    "converted": ("track",),
    "task": ("track",),
    "event": ("track",),
    "opportunity": ("amount", "currency", "reason", "stage", "at", "track"),
}


class TaskShape(Part):
    """A task in one of these states, of one of these types."""

    status: OneOrMore = Field(default=(), description="Of one of these states; any if not named.")
    type: OneOrMore = Field(default=(), description="Of one of these types; any if not named.")


class OpportunityShape(Part):
    """An opportunity of the person's."""

    is_won: bool | None = Field(default=None, description="Won, or not; either if not named.")
    is_closed: bool | None = Field(default=None, description="Closed, or not; either if not named.")
    through: Annotated[tuple[Literal["conversion", "contact_role"], ...], Field(min_length=1)] = (
        Field(
            default=("conversion", "contact_role"),
            description="How the opportunity belongs to the person.",
        )
    )


class TrackReadDocument(Part):
    """What tells the business field of an outcome."""

    property: Name = Field(description="The property of the record that shows the outcome.")
    values: Annotated[dict[str, Name], Field(min_length=1)] = Field(
        description="Its values: our tracks. Any other value tells nothing."
    )


class EvidenceDocument(Part):
    """One way in which the platform shows the outcome: field, converted, task, event or opportunity."""

    field: Name | None = Field(default=None, description="Kind.Property")
    equals: OneOrMore = Field(default=(), description="The values that count, beside field.")
    converted: Literal[True] | None = Field(default=None, description="The lead was converted.")
    task: TaskShape | None = Field(default=None, description="A task of the person's.")
    event: Literal["any"] | None = Field(
        default=None, description="A calendar event of the person's."
    )
    opportunity: OpportunityShape | None = Field(
        default=None, description="An opportunity of the person's."
    )
    reason: Name | None = Field(default=None, description="The property that holds the reason.")
    amount: Name | None = Field(default=None, description="The property that holds the amount.")
    currency: Name | None = Field(default=None, description="The property that holds the currency.")
    stage: Name | None = Field(
        default=None, description="The property that holds the opportunity's stage."
    )
    at: Name | None = Field(
        default=None, description='"history", or the property that holds the time.'
    )
    track: TrackReadDocument | None = Field(
        default=None, description="Its track; without it that of the hand-over it answers."
    )

    @property
    def shape(self) -> str:
        return next(shape for shape in SHAPES if shape in self.model_fields_set)

    @model_validator(mode="after")
    def _one(self) -> EvidenceDocument:
        shapes = [shape for shape in SHAPES if shape in self.model_fields_set]
        if len(shapes) != 1:
            raise told("not exactly one evidence", "write one of: " + ", ".join(SHAPES))
        for extra in self.model_fields_set - set(SHAPES):
            if extra not in EXTRAS[shapes[0]]:
                raise told(f'"{extra}" means nothing beside "{shapes[0]}"', "remove it")
        if shapes[0] == "field" and not self.equals:
            raise told('"equals" is missing beside "field"', "name the value that counts")
        return self


Evidence = tuple[EvidenceDocument, ...]


class OutcomesDocument(Document):
    """mappings/outcomes.yaml: any other key is a platform with its outcomes."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)
    __pydantic_extra__: dict[str, dict[str, Evidence]]

    def platforms(self) -> dict[str, dict[str, Evidence]]:
        return self.__pydantic_extra__ or {}
