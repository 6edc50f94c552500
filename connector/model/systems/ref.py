"""The address of one record in one system."""

from __future__ import annotations

from typing import NamedTuple


class Ref(NamedTuple):
    """`(platform, kind, id)`, e.g. `salesforce/Lead/00Q…`; ids are the vendor's, as text.

    A named tuple because tens of thousands are made and hashed in one pull.
    """

    platform: str
    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.platform}/{self.kind}/{self.id}"

    @classmethod
    def parse(cls, text: str) -> Ref:
        """Reads `platform/kind/id`; raises ValueError for anything else."""
        parts = text.split("/", 2)
        if len(parts) != 3 or not all(parts):
            raise ValueError(f"{text!r} is not a ref: write platform/kind/id")
        return cls(*parts)
