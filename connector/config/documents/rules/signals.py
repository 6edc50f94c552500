"""The `activity:` part of rules/scoring.yaml: what they did, what machines did for them, and what it is worth."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from connector.config.documents.written.amounts import (
    MANY,
    AtMost,
    Duration,
    HalfLife,
    Name,
    OneOrMore,
)
from connector.config.documents.written.condition import ALWAYS, ConditionDocument
from connector.config.documents.written.document import Part, told
from connector.config.documents.written.label import Label

Points = Annotated[float, Field(allow_inf_nan=False, ge=-100_000, le=100_000)]
Cap = Annotated[float, Field(gt=0, le=100_000)]


class FollowerDocument(Part):
    """What takes an activity back: a registration that was followed by attendance."""

    signal: Name | None = Field(default=None, description="A signal of this file, or else:")
    kind: Name | None = Field(default=None, description="The kind of activity that follows.")
    when: ConditionDocument = Field(
        default=ALWAYS, description="Tests of its asset and details, beside kind."
    )
    within: Duration = Field(description="How soon it must follow.")
    same: Name | None = Field(
        default=None, description="What both have in common: asset, or a detail."
    )

    @model_validator(mode="after")
    def _one(self) -> FollowerDocument:
        if (self.signal is None) is (self.kind is None):
            raise told("signal or kind belongs here", "name one of them")
        if self.signal is not None and "when" in self.model_fields_set:
            raise told("a signal has its own condition", "write kind instead of signal")
        return self


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
    cap: Cap | None = Field(default=None, description="Most points this signal gives or takes.")
    group: Name | None = Field(default=None, description="A group of this file, with its own cap.")
    at_most: AtMost | None = Field(
        default=None, description="How many count in one calendar day or week."
    )
    only: Literal["first", "first_per_asset"] | None = Field(
        default=None, description="The first one alone counts: ever, or of each asset."
    )
    unless_followed_by: FollowerDocument | None = Field(
        default=None, description="What takes it back if it comes soon after."
    )
    label: Label = Field(default="", description="What the reason says; without it the name.")
    track: OneOrMore = Field(default=(), description="The tracks it counts in; without it all.")


class GroupDocument(Part):
    """A cap that several signals share."""

    cap: Cap = Field(description="Most points its signals give together, and most they take.")


class BurstDocument(Part):
    """Too many at once for a person."""

    same: Name = Field(description="What they have in common: asset, or a detail.")
    within: Duration = Field(description="In how short a time.")
    at_least: Annotated[int, Field(ge=2, le=1_000)] = Field(description="How many.")
    different: Name | None = Field(
        default=None, description="Counts different values of this detail, not activities."
    )


class MachineDocument(Part):
    """How a machine's doings are known; they are kept, and give nothing."""

    name: Name = Field(description="Its name, shown in reasons and messages.")
    kind: OneOrMore = Field(
        default=(), description="Kinds of activity; all that signals name if none is named."
    )
    when: ConditionDocument = Field(
        default=ALWAYS, description="Tests of asset and of the activity's details."
    )
    burst: BurstDocument | None = Field(default=None, description="Many in a moment.")

    @model_validator(mode="after")
    def _some(self) -> MachineDocument:
        if self.burst is None and not self.when.model_fields_set:
            raise told("nothing tells a machine here", "write when, or burst, or both")
        return self


class ActivityDocument(Part):
    """What they did."""

    half_life: HalfLife = Field(default="never", description="For signals without their own.")
    window: Duration | None = Field(default=None, description="For signals without their own.")
    groups: dict[Name, GroupDocument] = Field(
        default_factory=dict, description="Caps that several signals share, by name."
    )
    machines: tuple[MachineDocument, ...] = Field(
        default=(), max_length=MANY, description="What machines did; the first that fits says so."
    )
    signals: tuple[SignalDocument, ...] = Field(
        default=(), max_length=MANY, description="What counts, and how much."
    )
