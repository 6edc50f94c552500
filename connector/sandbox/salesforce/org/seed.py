"""What a fresh organisation already holds: its own row, statuses, stages, two users, a permission set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sandbox.salesforce.org.standard import LEAD_STATUS, STAGES
from connector.sandbox.salesforce.org.state import Org

_CONVERTED = "Qualified"


def seed(org: Org, username: str) -> None:
    """Everything is created by the business user, before the clock moves."""
    admin = org.minter.mint("005")
    api = org.minter.mint("005")
    org.business_user, org.integration_user = admin, api
    _user(org, admin, "Petra", "Admin", "petra.admin@nordring.example", "padmin")
    _user(org, api, "Leadcycle", "Integration", username, "lcycle")
    _put(org, "Organization", {
        "Name": "Nordring Dichtungen GmbH", "InstanceName": "DEU42", "IsSandbox": False,
        "OrganizationType": "Enterprise Edition", "TimeZoneSidKey": "Europe/Berlin", "DefaultLocaleSidKey": "de_DE",
    })  # fmt: skip
    for order, name in enumerate(LEAD_STATUS, start=1):
        add_status(org, name, order, converted=name == _CONVERTED)
    for order, (name, odds, closed, won) in enumerate(STAGES, start=1):
        add_stage(org, name, order, odds, closed=closed, won=won)
    profile = _put(
        org,
        "PermissionSet",
        {"Name": "X00eIntegration", "Label": "Integration", "IsOwnedByProfile": True},
    )
    _put(org, "PermissionSetAssignment", {"PermissionSetId": profile, "AssigneeId": api})


def add_status(org: Org, name: str, order: int, *, converted: bool = False) -> str:
    return _put(org, "LeadStatus", {
        "MasterLabel": name, "ApiName": name, "SortOrder": order, "IsDefault": order == 1, "IsConverted": converted,
    })  # fmt: skip


def add_stage(
    org: Org, name: str, order: int, odds: int, *, closed: bool = False, won: bool = False
) -> str:
    return _put(org, "OpportunityStage", {
        "MasterLabel": name, "ApiName": name, "SortOrder": order, "DefaultProbability": odds, "IsActive": True,
        "IsClosed": closed, "IsWon": won,
    })  # fmt: skip


def _user(org: Org, key: str, first: str, last: str, email: str, alias: str) -> None:
    values = {
        "Id": key, "FirstName": first, "LastName": last, "Name": f"{first} {last}", "Email": email, "Username": email,
        "Alias": alias, "IsActive": True, "UserType": "Standard", "TimeZoneSidKey": "Europe/Berlin",
        "LanguageLocaleKey": "de",
    }  # fmt: skip
    _put(org, "User", values)


def _put(org: Org, kind: str, values: Mapping[str, Any]) -> str:
    now = org.stamp()
    row = {
        "Id": values.get("Id") or org.minter.mint(org.table(kind).kind.prefix), **values, "IsDeleted": False,
        "CreatedDate": now, "CreatedById": org.business_user, "LastModifiedDate": now,
        "LastModifiedById": org.business_user, "SystemModstamp": now,
    }  # fmt: skip
    org.commit(kind, row)
    return str(row["Id"])
