"""Delete, undelete and merge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connector.sandbox.salesforce.acts import access, checks
from connector.sandbox.salesforce.org.refusal import Refusal, not_found
from connector.sandbox.salesforce.org.schema import Kind
from connector.sandbox.salesforce.org.state import Actor, Org
from connector.sandbox.salesforce.org.table import Row

_CHILDREN = {
    "Account": (("Contact", "AccountId"), ("Opportunity", "AccountId")),
    "Contact": (("OpportunityContactRole", "ContactId"), ("CampaignMember", "ContactId"), ("Task", "WhoId"), ("Event", "WhoId")),
    "Lead": (("CampaignMember", "LeadId"), ("Task", "WhoId"), ("Event", "WhoId")),
    "Opportunity": (("OpportunityContactRole", "OpportunityId"), ("Task", "WhatId"), ("Event", "WhatId")),
    "Campaign": (("CampaignMember", "CampaignId"),),
    "PermissionSet": (("FieldPermissions", "ParentId"), ("PermissionSetAssignment", "PermissionSetId")),
}  # fmt: skip
_POINTERS = {
    "Contact": (("Lead", "ConvertedContactId"),),
    "Account": (("Lead", "ConvertedAccountId"), ("Task", "WhatId"), ("Event", "WhatId")),
}


def delete(org: Org, kind: Kind, key: str, actor: Actor) -> None:
    """Into the recycle bin, with what hangs on the row; a repeat is refused with ENTITY_IS_DELETED."""
    org.refuse_if_read_only(kind.name, actor)
    row = org.live(kind.name, key)
    if kind.name == "User" or not kind.writable:
        raise Refusal(
            400, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", []
        )
    checks.lock(org, actor, key)
    org.rows_changed += actor.api
    _mark(org, kind.name, row, actor, gone=True)
    for name, child in list(_family(org, kind.name, key)):
        if not child["IsDeleted"]:
            delete(org, org.table(name).kind, child["Id"], Actor(actor.user))
    if kind.name in access.KINDS:
        access.refresh(org)


def undelete(org: Org, kind: Kind, key: str, actor: Actor) -> None:
    """Back from the recycle bin, with what went in at the same moment. A merged record stays where it is."""
    row = org.table(kind).rows.get(key)
    if row is None or not row["IsDeleted"]:
        raise not_found()
    if row.get("MasterRecordId"):
        raise Refusal(400, "UNDELETE_FAILED", "entity is not in recycle bin", [])
    when = row["SystemModstamp"]
    back = {**row, "IsDeleted": False}
    checks.unique(org, kind, back, [each.name for each in kind.fields.values()])
    _mark(org, kind.name, back, actor, gone=False)
    for name, child in list(_family(org, kind.name, key)):
        if child["IsDeleted"] and child["SystemModstamp"] == when:
            undelete(org, org.table(name).kind, child["Id"], actor)


def merge(org: Org, kind: Kind, master: str, losers: Sequence[str], actor: Actor) -> None:
    """The losers go to the bin with MasterRecordId; what pointed at them points at the master (B.6)."""
    if not kind.merges:
        raise Refusal(400, "INVALID_TYPE", f"{kind.name} cannot be merged", [])
    kept = org.live(kind.name, master)
    checks.frozen(kind, kept)
    for key in losers:
        loser = org.live(kind.name, key)
        if key == master:
            raise Refusal(400, "INVALID_ID_FIELD", "a record cannot be merged with itself", [])
        checks.frozen(kind, loser)
        for name, field, child in list(_pointing(org, kind.name, key)):
            _stamped(org, name, {**child, field: master}, actor)
        _mark(org, kind.name, {**loser, "MasterRecordId": master}, actor, gone=True)
    _stamped(org, kind.name, kept, actor)


def _mark(org: Org, kind: str, row: Row, actor: Actor, *, gone: bool) -> None:
    _stamped(org, kind, {**row, "IsDeleted": gone}, actor)


def _stamped(org: Org, kind: str, row: Row, actor: Actor) -> None:
    now = org.stamp()
    new = {**row, "LastModifiedDate": now, "LastModifiedById": actor.user, "SystemModstamp": now}
    org.commit(kind, new, actor)


def _family(org: Org, kind: str, key: str) -> Iterator[tuple[str, Row]]:
    for name, field in _CHILDREN.get(kind, ()):
        table = org.table(name)
        for child in table.ids_with(field, key):
            yield name, table.rows[child]


def _pointing(org: Org, kind: str, key: str) -> Iterator[tuple[str, str, Row]]:
    for name, field in (*_CHILDREN.get(kind, ()), *_POINTERS.get(kind, ())):
        table = org.table(name)
        for child in table.ids_with(field, key):
            if not table.rows[child]["IsDeleted"]:
                yield name, field, table.rows[child]
