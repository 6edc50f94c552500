"""Duplicate rules: a Lead or Contact whose e-mail another Lead or Contact has (api-contracts B.4, B.5)."""

from __future__ import annotations

from typing import Any

from connector.sandbox.salesforce.org.refusal import Refusal
from connector.sandbox.salesforce.org.state import Actor, Org
from connector.sandbox.salesforce.org.table import Row

KEY_FIELD = "Leadcycle_Key__c"


def matches(org: Org, row: Row) -> dict[str, list[str]]:
    """Ids of living, unconverted records with this row's e-mail, by kind."""
    found: dict[str, list[str]] = {}
    email = row.get("Email")
    for kind in ("Lead", "Contact") if email else ():
        table = org.table(kind)
        ids = [key for key in table.ids_with("Email", email) if key != row.get("Id")]
        alive = [
            i
            for i in ids
            if not table.rows[i]["IsDeleted"] and not table.rows[i].get("IsConverted")
        ]
        if alive:
            found[kind] = alive
    return found


def check(org: Org, kind: str, row: Row, actor: Actor) -> None:
    """An alert rule yields to `allowSave=true`, a block rule does not (B.5)."""
    mode = org.switches.duplicate_rules
    if mode == "off" or not actor.api or kind not in ("Lead", "Contact"):
        return
    if mode == "alert" and actor.allow_save:
        return
    found = matches(org, row)
    if found:
        body = _result(kind, found, allow_save=mode == "alert")
        raise Refusal(
            400, "DUPLICATES_DETECTED", "Use one of these records?", extra={"duplicateResult": body}
        )


def _result(kind: str, found: dict[str, list[str]], *, allow_save: bool) -> dict[str, Any]:
    return {
        "allowSave": allow_save,
        "duplicateRule": f"Standard_{kind}_Duplicate_Rule",
        "duplicateRuleEntityType": kind,
        "errorMessage": "Use one of these records?",
        "matchResults": [_match(other, ids) for other, ids in found.items()],
    }


def _match(kind: str, ids: list[str]) -> dict[str, Any]:
    records = [
        {
            "additionalInformation": [],
            "fieldDiffs": [],
            "matchConfidence": 100.0,
            "record": {"attributes": {"type": kind}, "Id": key},
        }
        for key in ids
    ]
    return {
        "entityType": kind, "errors": [], "matchEngine": "FuzzyMatchEngine", "matchRecords": records,
        "rule": f"Standard_{kind}_Match_Rule_v1_0", "size": len(records), "success": True,
    }  # fmt: skip


def duplicate_leads(org: Org) -> int:
    """How many living, unconverted Leads share their e-mail or their key with another such Lead, or came after a
    living Contact with the same e-mail. Each Lead counts once; none is the goal."""
    leads = org.table("Lead")
    found: set[str] = set()
    for name in ("Email", KEY_FIELD):
        if leads.hashed(name):
            for ids in leads.shared(name):
                alive = [key for key in ids if _open(leads.rows[key])]
                found.update(alive if len(alive) > 1 else ())
    for contact in org.rows("Contact"):
        if contact.get("Email"):
            found.update(_younger(org, contact))
    return len(found)


def _open(lead: Row) -> bool:
    return not lead["IsDeleted"] and not lead["IsConverted"]


def _younger(org: Org, contact: Row) -> list[str]:
    leads = org.table("Lead")
    rows = (leads.rows[key] for key in leads.ids_with("Email", contact["Email"]))
    return [r["Id"] for r in rows if _open(r) and r["CreatedDate"] > contact["CreatedDate"]]
