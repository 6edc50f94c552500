"""Fields that Salesforce works out by itself when a row is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from connector.sandbox.salesforce.org.refusal import Refusal
from connector.sandbox.salesforce.org.state import Org
from connector.sandbox.salesforce.org.table import Row
from connector.sandbox.salesforce.org.times import instant, stamp

_FORECAST = {(True, True): "Closed", (True, False): "Omitted"}


def derive(org: Org, kind: str, row: Row, changed: Mapping[str, Any]) -> None:
    """Complete `row` (a copy that is about to be stored) after `changed` was laid over it."""
    work = _BY_KIND.get(kind)
    if work is not None:
        work(org, row, changed)


def _name(_org: Org, row: Row, _changed: Mapping[str, Any]) -> None:
    row["Name"] = " ".join(part for part in (row.get("FirstName"), row.get("LastName")) if part)


def _opportunity(org: Org, row: Row, changed: Mapping[str, Any]) -> None:
    if "StageName" in changed:
        stage = next(
            (s for s in org.rows("OpportunityStage") if s["ApiName"] == row["StageName"]), None
        )
        if stage is None or not stage["IsActive"]:
            closed, won, odds = False, False, row.get("Probability") or 0
        else:
            closed, won, odds = stage["IsClosed"], stage["IsWon"], stage["DefaultProbability"]
        row["IsClosed"], row["IsWon"] = closed, won
        row["ForecastCategory"] = _FORECAST.get((closed, won), "Pipeline")
        if changed.get("Probability") is None:
            row["Probability"] = odds
    if row.get("Amount") is not None:
        row["ExpectedRevenue"] = round(row["Amount"] * (row.get("Probability") or 0) / 100, 2)


def _account_of(org: Org, row: Row) -> str | None:
    for name in ("WhatId", "WhoId"):
        found = org.find(row.get(name))
        if found is not None:
            account = found["Id"] if found["Id"].startswith("001") else found.get("AccountId")
            if account:
                return str(account)
    return None


def _task(org: Org, row: Row, changed: Mapping[str, Any]) -> None:
    closed = row.get("Status") == "Completed"
    if closed and not row.get("IsClosed"):
        row["CompletedDateTime"] = org.stamp()
    elif not closed:
        row["CompletedDateTime"] = None
    row["IsClosed"] = closed
    row["IsHighPriority"] = row.get("Priority") == "High"
    if "WhoId" in changed or "WhatId" in changed:
        row["AccountId"] = _account_of(org, row)


def _event(org: Org, row: Row, changed: Mapping[str, Any]) -> None:
    start = row.get("StartDateTime") or row.get("ActivityDateTime")
    if start is None and row.get("ActivityDate") is not None:
        start = f"{row['ActivityDate']}T00:00:00.000+0000"
    if start is None:
        raise Refusal(
            400,
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [StartDateTime]",
            ["StartDateTime"],
        )
    row["StartDateTime"] = row["ActivityDateTime"] = start
    row["ActivityDate"] = start[:10]
    end = row.get("EndDateTime")
    if end is None or "DurationInMinutes" in changed:
        row["EndDateTime"] = _later(start, row.get("DurationInMinutes") or 60)
    row["DurationInMinutes"] = int(
        (instant(row["EndDateTime"]) - instant(start)).total_seconds() // 60
    )
    if row["DurationInMinutes"] < 0:
        raise Refusal(
            400, "FIELD_INTEGRITY_EXCEPTION", "Event duration can not be negative", ["EndDateTime"]
        )
    if "WhoId" in changed or "WhatId" in changed:
        row["AccountId"] = _account_of(org, row)


def _later(start: str, minutes: int) -> str:
    try:
        return stamp(instant(start) + timedelta(minutes=minutes))
    except OverflowError:
        raise Refusal(
            400,
            "NUMBER_OUTSIDE_VALID_RANGE",
            "Duration: value outside of valid range",
            ["DurationInMinutes"],
        ) from None


def _member(org: Org, row: Row, _changed: Mapping[str, Any]) -> None:
    who = "LeadId" if row.get("LeadId") else "ContactId"
    if not row.get(who) or (row.get("LeadId") and row.get("ContactId") and "Id" not in row):
        raise Refusal(
            400, "REQUIRED_FIELD_MISSING", "You must specify either a Lead or a Contact", ["LeadId"]
        )
    table = org.table("CampaignMember")
    for key in table.ids_with(who, row[who]):
        other = table.rows[key]
        if (
            key != row.get("Id")
            and not other["IsDeleted"]
            and other["CampaignId"] == row["CampaignId"]
        ):
            raise Refusal(400, "DUPLICATE_VALUE", "Already a campaign member.", [])
    row["HasResponded"] = row.get("Status") == "Responded"
    if row["HasResponded"] and not row.get("FirstRespondedDate"):
        row["FirstRespondedDate"] = org.stamp()[:10]


def _once(kind: str, *names: str) -> Callable[[Org, Row, Mapping[str, Any]], None]:
    """Permission rows exist once per pair, so a second installation meets DUPLICATE_VALUE."""

    def check(org: Org, row: Row, _changed: Mapping[str, Any]) -> None:
        for other in org.rows(kind):
            same = all(str(other.get(name)).lower() == str(row.get(name)).lower() for name in names)
            if same and other["Id"] != row.get("Id"):
                shown = f"duplicate value found: {', '.join(names)} duplicates value on record with id: {other['Id'][:15]}"
                raise Refusal(400, "DUPLICATE_VALUE", shown, [])

    return check


_BY_KIND: dict[str, Callable[[Org, Row, Mapping[str, Any]], None]] = {
    "Lead": _name, "Contact": _name, "User": _name, "Opportunity": _opportunity, "Task": _task,
    "Event": _event, "CampaignMember": _member, "PermissionSet": _once("PermissionSet", "Name"),
    "FieldPermissions": _once("FieldPermissions", "ParentId", "Field"),
    "PermissionSetAssignment": _once("PermissionSetAssignment", "PermissionSetId", "AssigneeId"),
}  # fmt: skip
