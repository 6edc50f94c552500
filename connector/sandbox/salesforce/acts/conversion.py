"""Lead conversion, as a rep clicks it or SOAP `convertLead` asks for it (api-contracts B.7)."""

from __future__ import annotations

from datetime import timedelta

from connector.sandbox.salesforce.acts import checks
from connector.sandbox.salesforce.acts.history import note, record
from connector.sandbox.salesforce.acts.writing import insert
from connector.sandbox.salesforce.org.refusal import Refusal
from connector.sandbox.salesforce.org.state import Actor, Org
from connector.sandbox.salesforce.org.table import Row

_TO_CONTACT = {
    "Salutation": "Salutation", "FirstName": "FirstName", "LastName": "LastName", "Title": "Title",
    "Email": "Email", "Phone": "Phone", "MobilePhone": "MobilePhone", "Description": "Description",
    "HasOptedOutOfEmail": "HasOptedOutOfEmail", "DoNotCall": "DoNotCall", "LeadSource": "LeadSource",
    "Street": "MailingStreet", "City": "MailingCity", "State": "MailingState",
    "PostalCode": "MailingPostalCode", "Country": "MailingCountry", "CountryCode": "MailingCountryCode",
}  # fmt: skip
_TO_ACCOUNT = {
    "Company": "Name", "Website": "Website", "Phone": "Phone", "Industry": "Industry",
    "AnnualRevenue": "AnnualRevenue", "NumberOfEmployees": "NumberOfEmployees", "Street": "BillingStreet",
    "City": "BillingCity", "State": "BillingState", "PostalCode": "BillingPostalCode",
    "Country": "BillingCountry", "CountryCode": "BillingCountryCode",
}  # fmt: skip
_DEAL_DAYS = 90


def convert(
    org: Org,
    key: str,
    actor: Actor,
    *,
    account_id: str | None = None,
    contact_id: str | None = None,
    opportunity: bool = True,
    opportunity_name: str | None = None,
    status: str = "Qualified",
    owner_id: str | None = None,
) -> tuple[str, str, str | None]:
    """Account, contact and opportunity ids; the lead is frozen afterwards. Raises Refusal and changes nothing."""
    lead = org.live("Lead", key)
    checks.frozen(org.schema.kind("Lead"), lead)
    _check_status(org, status)
    owner = owner_id or lead["OwnerId"]
    if not owner.startswith("005"):
        owner = actor.user
    checks.owner(org, org.schema.kind("Contact"), owner)
    with org.atomic():
        account = _account(org, lead, account_id, contact_id, owner, actor)
        contact = _contact(org, lead, contact_id, account, owner, actor)
        deal = None
        if opportunity:
            deal = _deal(org, lead, account, contact, owner, opportunity_name, actor)
        _move(org, key, contact, deal or account, actor)
        _freeze(org, lead, status, account, contact, deal, actor)
    return account, contact, deal


def _check_status(org: Org, status: str) -> None:
    for row in org.rows("LeadStatus"):
        if row["ApiName"] == status and row["IsConverted"]:
            return
    raise Refusal(400, "INVALID_STATUS", f"invalid convertedStatus: {status}", ["Status"])


def _copied(org: Org, lead: Row, mapped: dict[str, str], kind: str) -> Row:
    values = {to: lead[name] for name, to in mapped.items() if lead.get(name) not in (None, False)}
    fields = org.table(kind).kind.fields
    own = {
        name: value for name, value in lead.items() if name.endswith("__c") and value is not None
    }
    return values | {name: value for name, value in own.items() if name.lower() in fields}


def _fill(org: Org, kind: str, row: Row, values: Row, actor: Actor) -> None:
    """Only empty fields of a record that existed before are filled (B.7)."""
    fresh = {name: value for name, value in values.items() if row.get(name) in (None, False)}
    checks.unique(org, org.table(kind).kind, {**row, **fresh}, fresh)
    new = {**row, **fresh, "LastModifiedById": actor.user, "LastModifiedDate": org.stamp(), "SystemModstamp": org.stamp()}  # fmt: skip
    org.commit(kind, new, actor)
    record(org, kind, row, new, actor)


def _account(
    org: Org, lead: Row, given: str | None, contact_id: str | None, owner: str, actor: Actor
) -> str:
    if given is None and contact_id is not None:
        given = org.live("Contact", contact_id).get("AccountId")
    values = _copied(org, lead, _TO_ACCOUNT, "Account")
    if given is not None:
        _fill(org, "Account", org.live("Account", given), values, actor)
        return given
    return insert(org, org.schema.kind("Account"), {**values, "OwnerId": owner}, Actor(actor.user))


def _contact(org: Org, lead: Row, given: str | None, account: str, owner: str, actor: Actor) -> str:
    values = {**_copied(org, lead, _TO_CONTACT, "Contact"), "AccountId": account}
    if given is not None:
        _fill(org, "Contact", org.live("Contact", given), values, actor)
        return given
    return insert(org, org.schema.kind("Contact"), {**values, "OwnerId": owner}, Actor(actor.user))


def _deal(
    org: Org, lead: Row, account: str, contact: str, owner: str, name: str | None, actor: Actor
) -> str:
    close = (org.now() + timedelta(days=_DEAL_DAYS)).date().isoformat()
    values = {
        "Name": (name or f"{lead['Company']}-")[:120], "AccountId": account, "StageName": "Prospecting",
        "CloseDate": close, "LeadSource": lead.get("LeadSource"), "OwnerId": owner,
    }  # fmt: skip
    user = Actor(actor.user)
    deal = insert(org, org.schema.kind("Opportunity"), values, user)
    role = {"OpportunityId": deal, "ContactId": contact, "IsPrimary": True}
    insert(org, org.schema.kind("OpportunityContactRole"), role, user)
    return deal


def _move(org: Org, lead: str, contact: str, what: str, actor: Actor) -> None:
    """Activities and campaign memberships follow the person to the contact."""
    stamped = {
        "LastModifiedDate": org.stamp(),
        "LastModifiedById": actor.user,
        "SystemModstamp": org.stamp(),
    }
    for kind in ("Task", "Event"):
        table = org.table(kind)
        for row in [table.rows[key] for key in table.ids_with("WhoId", lead)]:
            moved = {"WhoId": contact, "WhatId": row.get("WhatId") or what}
            org.commit(kind, {**row, **moved, **stamped}, actor)
    members = org.table("CampaignMember")
    for row in [members.rows[key] for key in members.ids_with("LeadId", lead)]:
        org.commit("CampaignMember", {**row, "ContactId": contact, **stamped}, actor)


def _freeze(
    org: Org, lead: Row, status: str, account: str, contact: str, deal: str | None, actor: Actor
) -> None:
    now = org.stamp()
    new = {
        **lead, "Status": status, "IsConverted": True, "ConvertedDate": now[:10],
        "ConvertedAccountId": account, "ConvertedContactId": contact, "ConvertedOpportunityId": deal,
        "IsUnreadByOwner": False, "LastModifiedDate": now, "LastModifiedById": actor.user,
        "SystemModstamp": now,
    }  # fmt: skip
    org.commit("Lead", new, actor)
    record(org, "Lead", lead, new, actor)
    note(org, "Lead", lead["Id"], "leadConverted", None, None, actor)
