"""rules/nurture.yaml: streams, one at a time."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from connector.config.documents.written.amounts import MANY, Duration, Name, Share
from connector.config.documents.written.condition import ALWAYS, ConditionDocument
from connector.config.documents.written.document import Document, Part

Count = Annotated[int, Field(ge=1, le=100_000)]


class StreamDocument(Part):
    """The first stream whose condition holds."""

    name: Name = Field(description="Its name, shown in reasons and messages.")
    when: ConditionDocument = Field(
        default=ALWAYS, description="Must hold; an empty one always does."
    )
    asked: bool = Field(
        default=False, description="Entered only through a way back or a ladder that names it."
    )
    while_working: bool = Field(default=False, description="Goes on while sales works the lead.")
    purpose: Name | None = Field(
        default=None, description="Of consent; without it the one of all streams."
    )
    until: ConditionDocument | None = Field(
        default=None,
        description="Whoever is in it stays until this holds; without it as long as `when` holds.",
    )
    for_: Duration | None = Field(
        default=None, alias="for", description="It is exhausted after so long in it."
    )
    mails: Count | None = Field(
        default=None, description="It is exhausted after so many mails received in it."
    )
    again_after: Duration | None = Field(
        default=None, description="Exhausted, it is entered again after this; never if not named."
    )


class LadderDocument(Part):
    """Streams for people who have been silent, one after the other."""

    name: Name = Field(description="Its name, shown in reasons and messages.")
    after: Duration = Field(description="How long there was no activity of theirs.")
    every: Duration = Field(description="How long each step lasts.")
    steps: Annotated[tuple[Name, ...], Field(min_length=1, max_length=50)] = Field(
        description="Streams of this file, in their order."
    )
    stages: tuple[Name, ...] = Field(default=(), description="For these stages; all if not named.")
    when: ConditionDocument = Field(
        default=ALWAYS, description="Must hold; an empty one always does."
    )
    again_after: Duration | None = Field(
        default=None,
        description="After the last step it begins again after this; else with the next silence.",
    )


class HoldOutDocument(Part):
    """People who are in no stream, so that the effect of streams can be measured."""

    name: Name = Field(description="Another name draws anew.")
    share: Share = Field(description="Of the people who would enter: 10%.")
    streams: tuple[Name, ...] = Field(default=(), description="Of these; of all if not named.")


class NurtureDocument(Document):
    """rules/nurture.yaml"""

    consent: ConditionDocument | None = Field(default=None, description="Must hold for any stream.")
    purpose: Name | None = Field(
        default=None, description="What people must have agreed to, for any stream."
    )
    mails: Name | None = Field(
        default=None, description="The signal that counts mails received; its half_life is never."
    )
    streams: tuple[StreamDocument, ...] = Field(
        default=(), max_length=MANY, description="The first that fits is the contact's."
    )
    reactivation: tuple[LadderDocument, ...] = Field(
        default=(), max_length=MANY, description="For the silent; the first that fits."
    )
    hold_out: HoldOutDocument | None = Field(default=None, description="A share without streams.")
