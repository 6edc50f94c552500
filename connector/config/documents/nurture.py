"""rules/nurture.yaml: streams, one at a time."""

from __future__ import annotations

from pydantic import Field

from connector.config.documents.condition import ALWAYS, ConditionDocument
from connector.config.documents.document import Document, Part
from connector.config.documents.written import MANY, Name


class StreamDocument(Part):
    """The first stream whose condition holds."""

    name: Name = Field(description="Its name, shown in reasons and messages.")
    when: ConditionDocument = Field(
        default=ALWAYS, description="Must hold; an empty one always does."
    )
    asked: bool = Field(default=False, description="Entered only through a way back that names it.")
    while_working: bool = Field(default=False, description="Goes on while sales works the lead.")
    purpose: Name | None = Field(
        default=None, description="Of consent; without it the one of all streams."
    )


class NurtureDocument(Document):
    """rules/nurture.yaml"""

    consent: ConditionDocument | None = Field(default=None, description="Must hold for any stream.")
    purpose: Name | None = Field(
        default=None, description="What people must have agreed to, for any stream."
    )
    streams: tuple[StreamDocument, ...] = Field(
        default=(), max_length=MANY, description="The first that fits is the contact's."
    )
