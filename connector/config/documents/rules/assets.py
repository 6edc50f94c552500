"""mappings/assets.yaml: what an asset is about, and how interest shows in it."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from connector.config.documents.written.amounts import MANY, HalfLife, Name, Text
from connector.config.documents.written.condition import TestsDocument
from connector.config.documents.written.document import Document, Part, told
from connector.config.documents.written.values import TableDocument, file_named

Weight = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
TableFile = Annotated[
    TableDocument, BeforeValidator(file_named, json_schema_input_type=Text | TableDocument)
]


NOTHING_SAID = "nobody knows what this asset is about"
CURE = "name its topic, kind or phase"


class AssetDocument(Part):
    """One asset of the catalogue."""

    topic: Name | None = Field(default=None, description="What it is about.")
    kind: Name | None = Field(default=None, description="White paper, webinar, price list ...")
    phase: Name | None = Field(default=None, description="Phase of the purchase it serves.")
    language: Name | None = Field(default=None, description="The language it is in.")

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not (self.topic or self.kind or self.phase):
            raise told(NOTHING_SAID, CURE)
        return self


class PatternDocument(AssetDocument):
    """All assets that a test takes; the first pattern counts, and a name before any pattern."""

    match: TestsDocument = Field(description="Tests of the asset: {matches_path: [/prices/**]}.")


class InterestDocument(Part):
    """How interest is reckoned."""

    half_life: HalfLife | None = Field(
        default=None, description="Time after which half of it is left, or never; 60d if not named."
    )
    least: Annotated[float, Field(ge=0.1, le=1000, allow_inf_nan=False)] = Field(
        default=0.5, description="Strength from which a topic, a phase or a kind counts."
    )
    topics: Annotated[int, Field(ge=1, le=20)] = Field(
        default=3, description="How many topics are shown."
    )
    weights: dict[Name, Weight] = Field(
        default_factory=dict,
        description="What one activity of a kind weighs; 1 if not named, 0 shows no interest.",
    )


class AssetsDocument(Document):
    """mappings/assets.yaml"""

    phases: tuple[Name, ...] = Field(
        default=(), max_length=20, description="Phases of the purchase in their order."
    )
    interest: InterestDocument = Field(
        default=InterestDocument(), description="How interest is reckoned."
    )
    assets: dict[Name, AssetDocument] = Field(
        default_factory=dict, description="The catalogue, by asset."
    )
    patterns: tuple[PatternDocument, ...] = Field(
        default=(), max_length=MANY, description="Entries for many assets at once."
    )
    files: tuple[TableFile, ...] = Field(
        default=(),
        description="CSV files with the columns asset, topic, kind, phase and language.",
    )


COLUMNS: tuple[str, ...] = ("asset", "topic", "kind", "phase", "language")
