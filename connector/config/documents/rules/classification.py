"""rules/classification.yaml: what somebody is, and how they came to us."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from connector.config.documents.written.amounts import MANY, Name
from connector.config.documents.written.condition import ConditionDocument
from connector.config.documents.written.document import Document, Part


class PlacingDocument(Part):
    """One rule; the first that holds counts."""

    name: Name = Field(description="Its name, shown in reasons and messages.")
    when: ConditionDocument = Field(description="Whom it concerns.")


class KindDocument(PlacingDocument):
    """Businesses or consumers."""

    is_: Literal["b2b", "b2c"] = Field(alias="is", description="b2b or b2c.")


class TargetedDocument(PlacingDocument):
    """Whom the house wants."""

    is_: bool = Field(alias="is", description="true or false.")


class OriginDocument(PlacingDocument):
    """How somebody came."""

    is_: Literal["inbound", "referral", "outbound", "bought_list", "unknown"] = Field(
        alias="is", description="inbound, referral, outbound, bought_list or unknown."
    )


class FirstTouchDocument(Part):
    """What, beside the first activity, says when it began."""

    fields: tuple[Name, ...] = Field(
        default=(), description="Fields of type date or datetime: the earliest of all counts."
    )


class ClassificationDocument(Document):
    """rules/classification.yaml"""

    classification: tuple[KindDocument, ...] = Field(
        default=(), max_length=MANY, description="B2B or B2C."
    )
    targeted: tuple[TargetedDocument, ...] = Field(
        default=(), max_length=MANY, description="Whom the house wants."
    )
    origin: tuple[OriginDocument, ...] = Field(
        default=(), max_length=MANY, description="How somebody came; unknown if no rule holds."
    )
    first_touch: FirstTouchDocument = Field(
        default=FirstTouchDocument(), description="When somebody came."
    )
