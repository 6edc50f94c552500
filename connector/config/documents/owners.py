"""mappings/owners.yaml: who is who where an e-mail address does not say so, and who answers instead."""

from __future__ import annotations

from pydantic import Field

from connector.config.documents.document import Document, Part
from connector.config.documents.written import Name, OneOrMore


class OwnerDocument(Part):
    """One person of sales, named by the address that the rules use."""

    aliases: tuple[Name, ...] = Field(default=(), description="Other addresses of the same person.")
    ids: dict[Name, OneOrMore] = Field(
        default={}, description="The platform: the ids of this person's user or owner records."
    )
    substitute: Name | None = Field(
        default=None, description="The address of whoever answers instead while this one cannot."
    )


class OwnersDocument(Document):
    """mappings/owners.yaml"""

    owners: dict[Name, OwnerDocument] = Field(
        description="People of sales, by the e-mail address that the rules use."
    )
