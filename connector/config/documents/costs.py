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

    name: Name
    match: ConditionDocument


class SpendDocument(Part):
    """What was paid for a channel in one month."""

    channel: Name
    month: Annotated[str, Field(pattern=MONTH)]
    amount: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    note: Text | None = None


class CostsDocument(Document):
    """rules/costs.yaml"""

    currency: Annotated[str, Field(pattern=CURRENCY)]
    channels: tuple[ChannelDocument, ...] = ()
    spend: tuple[SpendDocument, ...] = ()
