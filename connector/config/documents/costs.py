"""rules/costs.yaml: what the channels cost."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from connector.config.documents.condition import ConditionDocument
from connector.config.documents.document import Document, Part
from connector.config.documents.patterns import CURRENCY, MONTH
from connector.config.documents.written import Name, Text


class ChannelDocument(Part):
    """Whom a channel brought."""

    name: Name = Field(description="Its name, shown in reasons and messages.")
    match: ConditionDocument = Field(description="Whom the channel brought.")


class SpendDocument(Part):
    """What was paid for a channel in one month."""

    channel: Name = Field(description="A channel of this file.")
    month: Annotated[str, Field(pattern=MONTH)] = Field(description="As 2026-10.")
    amount: Annotated[float, Field(ge=0, allow_inf_nan=False)] = Field(
        description="In the file's currency."
    )
    note: Text | None = Field(default=None, description="For the reader.")


class CostsDocument(Document):
    """rules/costs.yaml"""

    currency: Annotated[str, Field(pattern=CURRENCY)] = Field(
        description="Three capital letters: EUR."
    )
    channels: tuple[ChannelDocument, ...] = Field(
        default=(), description="The first that matches counts."
    )
    spend: tuple[SpendDocument, ...] = Field(default=(), description="What was paid.")
