"""Insert and update: the order of Salesforce's own steps, for API calls and for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sandbox.salesforce.acts import access, automations, checks, duplicates
from connector.sandbox.salesforce.acts.derived import derive
from connector.sandbox.salesforce.acts.history import record
from connector.sandbox.salesforce.acts.reshaping import dependent
from connector.sandbox.salesforce.org.refusal import Refusal
from connector.sandbox.salesforce.org.schema import Kind
from connector.sandbox.salesforce.org.state import Actor, Org
from connector.sandbox.salesforce.org.table import Row

_ACTIVITIES = ("Task", "Event")


def insert(org: Org, kind: Kind, given: Mapping[str, Any], actor: Actor) -> str:
    """Create one row and return its id; raises Refusal and changes nothing."""
    _writable(org, kind, actor)
    values = checks.accept(org, kind, given, actor, new=True)
    row: Row = {
        field.name: field.default for field in kind.fields.values() if field.default is not None
    }
    row.update(values)
    checks.require(kind, row)
    _own(org, kind, row, values, actor, new=True)
    _check(org, kind, row, values, actor, None)
    now = org.stamp()
    row.update(
        Id=org.minter.mint(kind.prefix), IsDeleted=False, CreatedDate=now, CreatedById=actor.user,
        LastModifiedDate=now, LastModifiedById=actor.user, SystemModstamp=now,
    )  # fmt: skip
    org.rows_changed += actor.api
    _store(org, kind, None, row, actor)
    return str(row["Id"])


def update(org: Org, kind: Kind, key: str, given: Mapping[str, Any], actor: Actor) -> None:
    """Lay fields over one row; raises Refusal and changes nothing."""
    _writable(org, kind, actor)
    old = org.live(kind.name, key)
    checks.frozen(kind, old)
    values = checks.accept(org, kind, given, actor, new=False)
    row = {**old, **values}
    checks.require(kind, row, values)
    _own(org, kind, row, values, actor, new=False)
    changed = {name: row.get(name) for name in row if row.get(name) != old.get(name)}
    _check(org, kind, row, changed, actor, key)
    row.update(
        LastModifiedDate=org.stamp(), LastModifiedById=actor.user, SystemModstamp=org.stamp()
    )
    if kind.name == "Lead":
        row["IsUnreadByOwner"] = _unread(old, row, actor)
    org.rows_changed += actor.api and bool(changed)
    _store(org, kind, old, row, actor)


def _writable(org: Org, kind: Kind, actor: Actor) -> None:
    org.refuse_if_read_only(kind.name, actor)
    if not kind.writable:
        raise Refusal(
            400,
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            f"entity type {kind.name} is not writable",
            [],
        )


def _own(org: Org, kind: Kind, row: Row, values: Row, actor: Actor, *, new: bool) -> None:
    """The owner: as given, else the writer; an active assignment rule overwrites both (api-contracts B.5)."""
    if "ownerid" not in kind.fields:
        return
    if new and row.get("OwnerId") is None:
        row["OwnerId"] = actor.user
    if kind.name == "Lead" and actor.auto_assign and org.switches.assignment_rule_owner:
        row["OwnerId"] = values["OwnerId"] = org.switches.assignment_rule_owner
    if "OwnerId" in values:
        checks.references(org, kind, {"OwnerId": row["OwnerId"]})
        checks.owner(org, kind, row["OwnerId"])


def _check(
    org: Org, kind: Kind, row: Row, changed: Mapping[str, Any], actor: Actor, key: str | None
) -> None:
    checks.references(org, kind, changed)
    derive(org, kind.name, row, changed)
    if actor.api:
        dependent(kind, row, list(changed))
        checks.rules(org, kind, row)
    checks.unique(org, kind, row, changed)
    if "Email" in changed:
        duplicates.check(org, kind.name, row, actor)
    checks.lock(org, actor, key)


def _unread(old: Row, new: Row, actor: Actor) -> bool:
    if new["OwnerId"] != old["OwnerId"]:
        return True
    return bool(old.get("IsUnreadByOwner")) and actor.user != new["OwnerId"]


def _store(org: Org, kind: Kind, old: Row | None, row: Row, actor: Actor) -> None:
    org.commit(kind.name, row, actor)
    record(org, kind.name, old, row, actor)
    if kind.name in _ACTIVITIES:
        _touch_person(org, row)
    if kind.name in access.KINDS:
        access.refresh(org)
    if actor.api and org.flows and org.faults.strikes("salesforce.flow_rewrites"):
        row = automations.rewrite(org, kind, row, org.flows, actor)
    if org.triggers:
        automations.rewrite(org, kind, row, org.triggers, actor)
    for each in org.scheduled:
        if each.user != actor.user:
            automations.put_off(org, kind, row["Id"], each, update)


def _touch_person(org: Org, activity: Row) -> None:
    """LastActivityDate follows due dates; it moves no stamp."""
    for key in (activity.get("WhoId"), activity.get("WhatId")):
        kind, row = org.schema.of_id(key) if key else None, org.find(key)
        day = activity.get("ActivityDate") or activity["LastModifiedDate"][:10]
        if kind is None or row is None or "lastactivitydate" not in kind.fields:
            continue
        if day > (row.get("LastActivityDate") or ""):
            org.commit(kind.name, {**row, "LastActivityDate": day})
