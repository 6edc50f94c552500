"""mappings/assets.yaml: what an asset is about."""

from __future__ import annotations

from pydantic import Field

from connector.config.documents.document import Document, Part
from connector.config.documents.written import Name, Text


class AssetDocument(Part):
    """One asset of the catalogue."""

    topic: Text = Field(description="What it is about.")
    kind: Text | None = Field(default=None, description="White paper, webinar, price list ...")
    phase: Text | None = Field(default=None, description="Phase of the purchase it serves.")


class AssetsDocument(Document):
    """mappings/assets.yaml"""

    assets: dict[Name, AssetDocument] = Field(description="The catalogue, by asset.")
