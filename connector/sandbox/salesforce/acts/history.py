"""Field history and opportunity history (api-contracts B.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sandbox.salesforce.org.state import Actor, Org
from connector.sandbox.salesforce.org.table import Row

TRACKS = {
    "Lead": ("LeadHistory", "LeadId"),
    "Contact": ("ContactHistory", "ContactId"),
    "Opportunity": ("OpportunityFieldHistory", "OpportunityId"),
}
_DEAL = ("StageName", "Amount", "Probability", "CloseDate")
_DEAL_ROW = (*_DEAL, "ExpectedRevenue", "ForecastCategory")


def store(org: Org, kind: str, values: Mapping[str, Any], actor: Actor) -> Row:
    """A row that the system itself writes: no checks, creation and change stamped now."""
    now = org.stamp()
    row = {
        "Id": org.minter.mint(org.table(kind).kind.prefix), "IsDeleted": False, **values,
        "CreatedDate": now, "CreatedById": actor.user, "LastModifiedDate": now,
        "LastModifiedById": actor.user, "SystemModstamp": now,
    }  # fmt: skip
    org.commit(kind, row, actor)
    return row


def record(org: Org, kind: str, old: Row | None, new: Row, actor: Actor) -> None:
    """Write what this change leaves behind in the history objects."""
    if kind in TRACKS:
        if old is None:
            note(org, kind, new["Id"], "created", None, None, actor)
        else:
            _fields(org, kind, old, new, actor)
    if kind == "Opportunity" and (old is None or any(old.get(n) != new.get(n) for n in _DEAL)):
        kept = {name: new.get(name) for name in _DEAL_ROW}
        store(org, "OpportunityHistory", {"OpportunityId": new["Id"], **kept}, actor)


def note(org: Org, kind: str, key: str, field: str, old: Any, new: Any, actor: Actor) -> None:
    table, parent = TRACKS[kind]
    kept = {
        parent: key,
        "Field": field,
        "DataType": _data_type(old, new),
        "OldValue": old,
        "NewValue": new,
    }
    store(org, table, kept, actor)


def _data_type(old: Any, new: Any) -> str:
    value = new if new is not None else old
    if isinstance(value, bool):
        return "Boolean"
    return "Double" if isinstance(value, int | float) else "Text"


def _fields(org: Org, kind: str, old: Row, new: Row, actor: Actor) -> None:
    for field in org.table(kind).kind.fields.values():
        before, after = old.get(field.name), new.get(field.name)
        if not field.tracked or before == after:
            continue
        if field.name == "OwnerId":
            # Owner changes appear twice, once with names and once with ids (B.6).
            note(org, kind, new["Id"], "Owner", name_of(org, before), name_of(org, after), actor)
            note(org, kind, new["Id"], "Owner", before, after, actor)
        else:
            note(org, kind, new["Id"], field.name, before, after, actor)


def name_of(org: Org, key: str | None) -> str | None:
    row = org.find(key)
    return None if row is None else row.get("Name")
