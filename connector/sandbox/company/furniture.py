"""What an administrator has set up: users, fields, properties, lists, forms. And what was there before us."""

from __future__ import annotations

from typing import Any

from connector.sandbox.company.firms import Firm, found_firms
from connector.sandbox.company.staff import Staff, hire
from connector.sandbox.company.words import FIRM_KINDS
from connector.sandbox.hubspot import HubSpot

FORMS = (
    "Musterbestellung",
    "Sample order",
    "Beratungstermin",
    "Demo request",
    "Whitepaper Hydraulikdichtungen",
    "Kontakt",
)
LISTS = (
    *("Nurture Dichtungen DE", "Nurture Seals EN", "Long term"),
    *("After the offer", "Wake up", "Last call", "Nurture Hydraulik DE"),
    *("Before the contract ends", "Talk to us", "What do you do"),
)
PRODUCTS = ("O-rings", "Shaft seals", "Hydraulic seals", "Made to drawing")
REJECTIONS = (
    "No budget",
    "Bad timing",
    "Not reachable",
    "Too early",
    "Wrong person",
    "Too small",
    "Competitor",
    "Duplicate",
)
LOSSES = ("Price", "Competitor", "No project", "Delivery time")
_TEXTS = {
    "Stage": 40,
    "Grade": 10,
    "Band": 20,
    "Track": 40,
    "Asks": 255,
    "Interest": 255,
    "Channel": 120,
}
_TIMES = ("Handed_Over", "Answer_Due")
OWN_STAGE = "94822001"
"""HubSpot gives stages of the customer's own a number as internal value (api-contracts A.5)."""


class Company:
    """What people need to know of their company: colleagues, forms by name, firms."""

    def __init__(self, staff: Staff, forms: dict[str, str], firms: tuple[Firm, ...]) -> None:
        self.staff, self.forms, self.firms = staff, forms, firms


def furnish(
    hubspot: HubSpot,
    salesforce: Any,
    seed: int = 0,
    *,
    installed: bool = True,
    content: bool = True,
) -> Company:
    """Set the company up. `installed` False: without the fields and lists that `leadcycle install` creates."""
    staff = hire(hubspot, salesforce)
    for industry in FIRM_KINDS:  # the company sorts its market in its own words
        hubspot.add_option("companies", "industry", industry, industry)
    _newsletter(hubspot)
    hubspot.add_property(
        "contacts", "products_wanted", "enumeration", "checkbox", label="Products", options=PRODUCTS
    )
    forms = {name: hubspot.add_form(name) for name in FORMS}
    salesforce.add_field(
        "Opportunity", "Loss_Reason__c", "picklist", label="Loss reason", values=list(LOSSES)
    )
    if installed:
        _hubspot_fields(hubspot)
        _salesforce_fields(salesforce)
    firms = found_firms(hubspot, salesforce, staff, seed) if content else ()
    return Company(staff, forms, firms)


def _newsletter(hubspot: HubSpot) -> None:
    """What the company's forms ask about its newsletter; a click in a mail confirms it."""
    hubspot.add_property("contacts", "newsletter", label="Newsletter")
    hubspot.add_property("contacts", "newsletter_form", label="Newsletter: asked by")
    for name, label in (("newsletter_at", "since"), ("newsletter_confirmed_at", "confirmed")):
        hubspot.add_property("contacts", name, "datetime", "date", label=f"Newsletter {label}")


def _hubspot_fields(hubspot: HubSpot) -> None:
    for name in ("leadcycle_grade", "leadcycle_band", "leadcycle_classification"):
        hubspot.add_property("contacts", name, label=name.replace("_", " ").capitalize())
    hubspot.add_option("contacts", "lifecyclestage", OWN_STAGE, "Sales accepted")
    for name in LISTS:
        hubspot.add_list(name)


def _salesforce_fields(salesforce: Any) -> None:
    for kind in ("Lead", "Contact"):
        for name, length in _TEXTS.items():
            salesforce.add_field(
                kind,
                f"Leadcycle_{name}__c",
                "string",
                label=f"Leadcycle {name}",
                length=length,
                tracked=True,
            )
        for name in _TIMES:
            salesforce.add_field(
                kind,
                f"Leadcycle_{name}__c",
                "datetime",
                label=f"Leadcycle {name.replace('_', ' ')}",
            )
        salesforce.add_field(kind, "Leadcycle_Score__c", "double", label="Leadcycle Score")
        salesforce.add_field(
            kind, "Leadcycle_Why__c", "longtextarea", label="Leadcycle Why", length=2000
        )
        salesforce.add_field(kind, "Leadcycle_Overdue__c", "boolean", label="Leadcycle Overdue")
        salesforce.add_field(kind, "Leadcycle_Pause_Until__c", "date", label="Pause until")
        salesforce.add_field(kind, "Leadcycle_Contract_Ends__c", "date", label="Contract ends")
        salesforce.add_field(
            kind, "Leadcycle_Pause_Reason__c", "string", label="Pause reason", length=255
        )
        salesforce.add_field(
            kind,
            "Leadcycle_Acceptance__c",
            "picklist",
            label="Acceptance",
            values=["Accepted", "Rejected"],
            restricted=True,
            tracked=True,
        )
        salesforce.add_field(
            kind,
            "Leadcycle_Rejection_Reason__c",
            "picklist",
            label="Rejection reason",
            values=list(REJECTIONS),
            restricted=True,
        )
    salesforce.add_field("User", "Leadcycle_Away_Until__c", "date", label="Away until")
    for kind in ("Lead", "Contact", "Task"):
        salesforce.add_field(
            kind,
            "Leadcycle_Key__c",
            "string",
            label="Leadcycle Key",
            length=64,
            external_id=True,
            unique=True,
        )
