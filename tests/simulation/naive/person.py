"""One person at one moment, as far as anybody knew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)


class Deed(NamedTuple):
    """Something this person did; `learned` is the row with which the ledgers told of it."""

    at: datetime
    kind: str
    asset: str = ""
    detail: Mapping[str, Any] = {}
    learned: int = 0

    def says(self, name: str) -> Any:
        return (self.asset or None) if name == "asset" else self.detail.get(name)


class Said(NamedTuple):
    """What sales made of a lead: `deal` tells one opportunity from another."""

    kind: str
    at: datetime
    learned: datetime
    track: str
    reason: str
    stage: str
    deal: str


@dataclass(frozen=True)
class Person:
    """`fields` are the person's, `company` those of the company behind them; `before` is the standing it starts from."""

    key: str
    now: datetime
    fields: Mapping[str, Any]
    company: Mapping[str, Any]
    company_deals: Sequence[str]  # how each of the company's opportunities stands
    account_owner: str  # the roster's key, "" without
    owner_in_crm: bool
    deeds: Sequence[Deed]
    said: Sequence[Said]
    seen: datetime | None  # when the first record of theirs was seen
    track: str
    before: Any
    beside: Mapping[str, str] = field(default_factory=dict)  # other tracks: the stage there

    def get(self, name: str) -> Any:
        value = self.fields.get(name)
        return self.company.get(name) if value in (None, "") else value

    @property
    def domain(self) -> str:
        return str(self.fields.get("email") or "").rpartition("@")[2].lower()

    @property
    def objects(self) -> bool:
        return self.fields.get("opted_out") is True

    @property
    def may_contact(self) -> bool:
        """Unknown counts as granted."""
        return not self.objects

    @property
    def may_mail(self) -> bool:
        """Unknown counts as refused."""
        return not self.objects and self.fields.get("newsletter") == "granted"
