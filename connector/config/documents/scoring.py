"""rules/scoring.yaml: who they are, what they did, and which of it counts how much."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from connector.config.documents.condition import ALWAYS, ConditionDocument, TestsDocument
from connector.config.documents.document import Document, Part
from connector.config.documents.written import MANY, AtMost, Duration, HalfLife, Name, Text

Points = Annotated[float, Field(allow_inf_nan=False, ge=-100_000, le=100_000)]
Fraction = Annotated[float, Field(ge=0, le=1)]


class ScoreDocument(Part):
    """A share of the criterion's weight."""

    score: Fraction = Field(description="Share of the weight, from 0 to 1.")
    label: Text = Field(default="", description="What the reason says to the reader.")


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


class SignalDocument(Part):
    """A named kind of activity and what it is worth."""

    name: Name = Field(description="Its name, shown in reasons and messages.")
    kind: Name = Field(description="The kind of activity, as the platform mappings name it.")
    when: ConditionDocument = Field(
        default=ALWAYS, description="Tests of asset and of the activity's details."
    )
    points: Points = Field(description="Points of one fresh activity; may be negative.")
    half_life: HalfLife | None = Field(
        default=None, description="Time after which half of it is left, or never."
    )
    window: Duration | None = Field(
        default=None, description="Time after which it no longer counts at all."
    )
    cap: Annotated[float, Field(gt=0, le=100_000)] | None = Field(
        default=None, description="Most points this signal gives or takes."
    )
    at_most: AtMost | None = Field(
        default=None, description="How many count in one calendar day or week."
    )


class ActivityDocument(Part):
    """What they did."""

    half_life: HalfLife = Field(default="never", description="For signals without their own.")
    signals: tuple[SignalDocument, ...] = Field(
        default=(), max_length=MANY, description="What counts, and how much."
    )


class BandDocument(Part):
    """A named cell of grade and activity."""

    name: Name = Field(description="Its name, shown in reasons and messages.")
    when: ConditionDocument = Field(
        default=ALWAYS, description="Must hold; an empty one always does."
    )


class LeadEventDocument(Part):
    """A signal that qualifies directly while it is fresh."""

    name: Name = Field(description="Its name, shown in reasons and messages.")
    signal: Name = Field(description="A signal of this file.")
    within: Duration = Field(description="How long it counts as fresh.")


class ExclusionDocument(Part):
    """People who are never handed over."""

    name: Name = Field(description="Its name, shown in reasons and messages.")
    when: ConditionDocument = Field(description="Whom it concerns.")
    reason: Text = Field(description="What explain says.")


class ScoringDocument(Document):
    """rules/scoring.yaml"""

    profile: ProfileDocument = Field(description="Who they are.")
    activity: ActivityDocument = Field(description="What they did.")
    bands: tuple[BandDocument, ...] = Field(
        min_length=1, max_length=MANY, description="The first that matches counts."
    )
    lead_events: tuple[LeadEventDocument, ...] = Field(
        default=(), description="What qualifies directly."
    )
    exclude: tuple[ExclusionDocument, ...] = Field(
        default=(), description="Who is never handed over."
    )
    free_mail: tuple[Text, ...] = Field(
        default=(), description="Further mail domains that never name a company."
    )
