"""CRM rows -> sightings; a row that cannot be read is a problem in its page (api-contracts A.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any

from connector.model.problem import Problem
from connector.model.systems.fact import Move, Page, Sighting
from connector.model.systems.ref import Ref

MERGED = "hs_merged_object_ids"
EDITOR = "hs_updated_by_user_id"
"""The user who edited the record last; what HubSpot says there of workflows and apps is not documented."""
_FEW = 2  # properties: itemgetter gives a tuple for two and more


@dataclass(frozen=True, slots=True)
class Shape:
    """What one kind of record shows. `labels` turns internal values of a property into the mapping's `custom:Label`."""

    platform: str
    kind: str
    wanted: tuple[str, ...]
    account: str = ""
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def modified(self) -> str:
        """Contacts have a name of their own for it (api-contracts F.10)."""
        return "lastmodifieddate" if self.kind == "contacts" else "hs_lastmodifieddate"

    def asked(self) -> tuple[str, ...]:
        """Properties to request: the mapped ones, and what tells merges and times."""
        return tuple(dict.fromkeys((*self.wanted, self.modified, MERGED, EDITOR)))

    def page(self, rows: Sequence[Any], seen_at: datetime) -> Page:
        """One page of rows, without its cursor."""
        sightings: list[Sighting] = []
        moved: list[Move] = []
        problems: list[Problem] = []
        platform, kind, modified, account = self.platform, self.kind, self.modified, self.account
        for row in rows:
            try:
                shown = row["properties"]
                ref = Ref(platform, kind, row["id"])
                at = datetime.fromisoformat(shown.get(modified) or row["updatedAt"])
                fields = self._wanted(shown)
                company = shown.get(account) if account else None
                merged = shown.get(MERGED)
                editor = shown.get(EDITOR)
            except (KeyError, TypeError, ValueError, AttributeError):
                problems.append(unreadable(platform, kind, row))
                continue
            if at.tzinfo is None or type(ref.id) is not str or not ref.id:
                problems.append(unreadable(platform, kind, row))
                continue
            links = (("account", Ref(platform, "companies", company)),) if company else ()
            if self.labels:
                fields = self._labelled(fields)
            by = Ref(platform, "users", str(editor)) if editor else None
            sightings.append(Sighting(ref, fields, at, seen_at, links, by))
            if merged:
                moved += [
                    Move(Ref(platform, kind, old), ref, "merged", at)
                    for old in merged.split(";")
                    if old and old != ref.id
                ]
        return Page(tuple(sightings), moved=tuple(moved), problems=tuple(problems))

    def _wanted(self, shown: Mapping[str, Any]) -> dict[str, Any]:
        """HubSpot answers every property it was asked for, and leaves out one that was archived meanwhile."""
        wanted = self.wanted
        if len(wanted) < _FEW:
            return {name: shown[name] for name in wanted if name in shown}
        try:
            return dict(zip(wanted, itemgetter(*wanted)(shown), strict=True))
        except KeyError:
            return {name: shown[name] for name in wanted if name in shown}

    def _labelled(self, fields: dict[str, Any]) -> dict[str, Any]:
        for name, labels in self.labels.items():
            value = fields.get(name)
            if isinstance(value, str) and value in labels:
                fields[name] = labels[value]
        return fields


def unreadable(platform: str, kind: str, row: Any) -> Problem:
    """The problem of a row nobody can read; names its id if it has one."""
    found = row.get("id") if isinstance(row, dict) else None
    where = f"{platform}/{kind}/{found}" if isinstance(found, str | int) else f"{platform}/{kind}"
    return Problem(
        where,
        "HubSpot answered a row that cannot be read; it was left out",
        "look at the record in HubSpot",
        code="ROW_UNREADABLE",
    )
