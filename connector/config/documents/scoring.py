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

    name: Name
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
    criteria: tuple[CriterionDocument, ...] = Field(min_length=1, max_length=MANY)


class SignalDocument(Part):
    """A named kind of activity and what it is worth."""

    name: Name
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
    signals: tuple[SignalDocument, ...] = Field(default=(), max_length=MANY)


class BandDocument(Part):
    """A named cell of grade and activity."""

    name: Name
    when: ConditionDocument = ALWAYS


class LeadEventDocument(Part):
    """A signal that qualifies directly while it is fresh."""

    name: Name
    signal: Name
    within: Duration


class ExclusionDocument(Part):
    """People who are never handed over."""

    name: Name
    when: ConditionDocument
    reason: Text


class ScoringDocument(Document):
    """rules/scoring.yaml"""

    profile: ProfileDocument
    activity: ActivityDocument
    bands: tuple[BandDocument, ...] = Field(
        min_length=1, max_length=MANY, description="The first that matches counts."
    )
    lead_events: tuple[LeadEventDocument, ...] = ()
    exclude: tuple[ExclusionDocument, ...] = ()
    free_mail: tuple[Text, ...] = Field(
        default=(), description="Further mail domains that never name a company."
    )
