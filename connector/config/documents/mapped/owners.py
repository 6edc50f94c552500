"""mappings/owners.yaml: who is who where an e-mail address does not say so, and who answers instead."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from connector.config.documents.written.amounts import Name, OneOrMore
from connector.config.documents.written.document import Document, Part, told


class AbsenceDocument(Part):
    """Days on which somebody is not there, the last one included."""

    from_: Annotated[date, Field(alias="from")] = Field(description="The first day: 2026-12-24.")
    to: date = Field(description="The last day.")

    @model_validator(mode="after")
    def _forward(self) -> AbsenceDocument:
        if self.to < self.from_:
            raise told("the absence ends before it begins", "write the earlier day after from")
        return self


class OwnerDocument(Part):
    """One person of sales, named by the address that the rules use."""

    aliases: tuple[Name, ...] = Field(default=(), description="Other addresses of the same person.")
    ids: dict[Name, OneOrMore] = Field(
        default={}, description="The platform: the ids of this person's user or owner records."
    )
    substitute: Name | None = Field(
        default=None, description="The address of whoever answers instead while this one cannot."
    )
    speaks: OneOrMore = Field(default=(), description="Languages: [de, en]; any if not named.")
    away: tuple[AbsenceDocument, ...] = Field(
        default=(), description="Days of absence, beside those the CRM shows."
    )


class OwnersDocument(Document):
    """mappings/owners.yaml"""

    owners: dict[Name, OwnerDocument] = Field(
        description="People of sales, by the e-mail address that the rules use."
    )
