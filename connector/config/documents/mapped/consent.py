"""The `consent:` part of mappings/fields.yaml: what people may be contacted for."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from connector.config.documents.written.document import Part


class PurposeDocument(Part):
    """One purpose."""

    unknown: Literal["granted", "refused"] = Field(
        default="refused", description="What counts while nobody has said anything."
    )
    double_opt_in: bool = Field(
        default=False, description="A yes counts only once it is confirmed."
    )
