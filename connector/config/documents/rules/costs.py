"""rules/costs.yaml: the channels, what was paid for them, and who gets the credit."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from connector.config.documents.written.amounts import MANY, Duration, Name, Text
from connector.config.documents.written.condition import ALWAYS, ConditionDocument
from connector.config.documents.written.document import Document, Part, told
from connector.config.documents.written.patterns import CURRENCY, MONTH, SPENDING

Currency = Annotated[str, Field(pattern=CURRENCY)]
MODELS = ("first", "last", "linear")


class TouchDocument(Part):
    """Activities that belong to a channel."""

    kind: Name = Field(description="The kind of activity, as the platform mappings name it.")
    when: ConditionDocument = Field(
        default=ALWAYS, description="Tests of asset and of the activity's details."
    )


class ChannelDocument(Part):
    """Where people come from, and money goes."""

    name: Name = Field(description="Its name, shown in reasons and messages.")
    touches: tuple[TouchDocument, ...] = Field(
        default=(), max_length=MANY, description="Activities that belong to it."
    )
    match: ConditionDocument | None = Field(
        default=None, description="People it brought, where no touch says so."
    )
    free: bool = Field(default=False, description="true: nothing is paid for it.")

    @model_validator(mode="after")
    def _some(self) -> ChannelDocument:
        if self.match is None and not self.touches:
            raise told("nobody comes by this channel", "add match or touches")
        return self


class SpendDocument(Part):
    """What was paid for a channel in one month."""

    channel: Name = Field(description="A channel of this file.")
    month: Annotated[str, Field(pattern=MONTH)] = Field(description="As 2026-10.")
    amount: Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)] = Field(
        description="What was paid."
    )
    currency: Currency | None = Field(default=None, description="If not that of the file.")
    note: Text | None = Field(default=None, description="For the reader.")


class AttributionDocument(Part):
    """Who gets the credit for a person."""

    model: Literal["first", "last", "linear"] = Field(
        default="first", description="The first touch, the last, or all in equal parts."
    )
    window: Duration | None = Field(
        default=None,
        description="Only touches so long before the stage was reached; all if not named.",
    )


class CostsDocument(Document):
    """rules/costs.yaml"""

    currency: Currency = Field(
        description="Three capital letters: EUR. Of amounts that name none, here and in the CRM."
    )
    channels: tuple[ChannelDocument, ...] = Field(
        default=(), max_length=MANY, description="The first that matches counts."
    )
    attribution: AttributionDocument = Field(
        default=AttributionDocument(), description="Who gets the credit for a person."
    )
    spend: tuple[SpendDocument, ...] = Field(default=(), description="What was paid.")
    spend_files: tuple[Annotated[str, Field(pattern=SPENDING, max_length=200)], ...] = Field(
        default=(),
        description="CSV files with the columns month, channel, amount and, if need be, currency.",
    )
