"""rules/scoring.yaml: who they are, what they did, and which of it counts how much."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from pydantic import Discriminator, Field, PlainValidator, Tag, WithJsonSchema, model_validator

from connector.config.documents.rules.signals import ActivityDocument, Points
from connector.config.documents.written.amounts import MANY, Duration, Name, Text
from connector.config.documents.written.condition import ALWAYS, ConditionDocument, TestsDocument
from connector.config.documents.written.document import Document, Part, told
from connector.config.documents.written.label import Label
from connector.config.yaml import Path


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise told("not a day", "write it as 2027-01-01") from None


Day = Annotated[date, PlainValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Fraction = Annotated[float, Field(ge=0, le=1)]


class ScoreDocument(Part):
    """A share of the criterion's weight."""

    score: Fraction = Field(description="Share of the weight, from 0 to 1.")
    label: Label = Field(default="", description="What the reason says to the reader.")


class ChoiceDocument(ScoreDocument):
    """One answer to the criterion's question."""

    when: TestsDocument = Field(description="Tests of the criterion's field.")


class CriterionDocument(Part):
    """A weighted question about the person."""

    name: Name = Field(description="Its name, shown in reasons and messages.")
    weight: Annotated[float, Field(gt=0, le=100)] = Field(
        description="Points at a score of 1; all weights add up to 100."
    )
    field: Name = Field(description="The field asked about, from mappings/fields.yaml.")
    first_match: tuple[ChoiceDocument, ...] = Field(
        min_length=1, max_length=MANY, description="The first that matches counts."
    )
    otherwise: ScoreDocument = Field(description="When nothing above matches.")
    missing: ScoreDocument = Field(description="When the value is unknown; unknown is not zero.")


class ProfileDocument(Part):
    """Who they are."""

    grades: Annotated[dict[Name, Points], Field(min_length=1)] = Field(
        description="Least points of each grade, best first."
    )
    criteria: tuple[CriterionDocument, ...] = Field(
        min_length=1, max_length=MANY, description="Questions whose points add up to the profile."
    )


class ModelDocument(ProfileDocument):
    """One of several models of the profile."""

    name: Name = Field(description="Its name, shown in reasons and messages.")
    when: ConditionDocument = Field(
        default=ALWAYS, description="Whom it is for; the last one is for everybody."
    )


class BandDocument(Part):
    """A named cell of grade and activity."""

    name: Name = Field(description="Its name, shown in reasons and messages.")
    when: ConditionDocument = Field(
        default=ALWAYS, description="Must hold; an empty one always does."
    )


class MatrixDocument(Part):
    """The same by grade, in short."""

    matrix: Annotated[dict[Name, dict[Name, Points]], Field(min_length=1)] = Field(
        description="By grade: the band, and the least activity for it."
    )
    otherwise: Name = Field(description="The band below all of them.")


class LeadEventDocument(Part):
    """A signal that qualifies directly while it is fresh."""

    name: Name = Field(description="Its name, shown in reasons and messages.")
    signal: Name = Field(description="A signal of this file.")
    within: Duration = Field(description="How long it counts as fresh.")


class ExclusionDocument(Part):
    """People who are never handed over."""

    name: Name = Field(description="Its name, shown in reasons and messages.")
    when: ConditionDocument = Field(description="Whom it concerns.")
    reason: Label = Field(description="What explain says.")
    for_: Duration | None = Field(
        default=None, alias="for", description="How long at most, from when it began to hold."
    )
    until: Day | None = Field(default=None, description="The day on which it ends, as 2027-01-01.")
    stays: bool = Field(
        default=False, description="Goes on for its whole time, whatever becomes of the condition."
    )

    @model_validator(mode="after")
    def _ends(self) -> ExclusionDocument:
        if self.stays and self.for_ is None:
            raise told("this would stay for ever", "write for: 365d, or remove stays")
        return self


def _profiles(value: Any) -> str:
    return "models" if isinstance(value, list | tuple) else "profile"


def _bands(value: Any) -> str:
    return "matrix" if isinstance(value, dict | MatrixDocument) else "bands"


Profiles = Annotated[
    Annotated[ProfileDocument, Tag("profile")]
    | Annotated[
        Annotated[tuple[ModelDocument, ...], Field(min_length=1, max_length=MANY)], Tag("models")
    ],
    Discriminator(_profiles),
]
Bands = Annotated[
    Annotated[
        Annotated[tuple[BandDocument, ...], Field(min_length=1, max_length=MANY)], Tag("bands")
    ]
    | Annotated[MatrixDocument, Tag("matrix")],
    Discriminator(_bands),
]


class ScoringDocument(Document):
    """rules/scoring.yaml"""

    profile: Profiles = Field(description="Who they are: one model, or a list of them.")
    activity: ActivityDocument = Field(description="What they did.")
    bands: Bands = Field(description="A list, of which the first that matches counts, or a matrix.")
    lead_events: tuple[LeadEventDocument, ...] = Field(
        default=(), description="What qualifies directly."
    )
    exclude: tuple[ExclusionDocument, ...] = Field(
        default=(), description="Who is never handed over."
    )
    free_mail: tuple[Text, ...] = Field(
        default=(), description="Further mail domains that never name a company."
    )

    def models(self) -> Iterator[tuple[Path, ProfileDocument]]:
        """The models of the profile, and where each stands."""
        if isinstance(self.profile, ProfileDocument):
            yield ("profile",), self.profile
        else:
            yield from ((("profile", index), one) for index, one in enumerate(self.profile))

    def grades(self) -> tuple[str, ...]:
        """The grades of all models, each once."""
        return tuple(dict.fromkeys(grade for _, one in self.models() for grade in one.grades))

    def model_names(self) -> tuple[str, ...]:
        """The models of the profile; none where there is only one."""
        return tuple(one.name for _, one in self.models() if isinstance(one, ModelDocument))

    def listed_bands(self) -> tuple[BandDocument, ...]:
        """The bands that have conditions of their own."""
        return () if isinstance(self.bands, MatrixDocument) else self.bands

    def band_names(self) -> tuple[str, ...]:
        """The bands, each once."""
        if isinstance(self.bands, MatrixDocument):
            cells = [name for row in self.bands.matrix.values() for name in row]
            return tuple(dict.fromkeys((*cells, self.bands.otherwise)))
        return tuple(dict.fromkeys(band.name for band in self.bands))

    def reason_names(self) -> tuple[str, ...]:
        """What reasons of a score are called: criteria (of special models with the model's name), signals, groups, machines."""
        models = [one for _, one in self.models()]
        special = [one for one in models[:-1] if isinstance(one, ModelDocument)]
        acts = self.activity
        return (
            *(f"{model.name}/{one.name}" for model in special for one in model.criteria),
            *(criterion.name for criterion in models[-1].criteria),
            *(signal.name for signal in acts.signals),
            *acts.groups,
            *(machine.name for machine in acts.machines),
        )
