"""What people do in the sandbox: marketing has the leads, and the admissions office answers each as the file says it ended."""

from __future__ import annotations

import re
from collections.abc import Mapping

from connector.sandbox.world import World

REASON = "Not converted"
OUTCOME = "Converted"
STANDARD = frozenset({"city", "country"})  # properties every portal has


def property_of(column: str) -> str:
    """`What is your current occupation` -> `what_is_your_current_occupation`."""
    return re.sub(r"[^a-z0-9]+", "_", column.lower()).strip("_")


def load(world: World, leads: Mapping[str, Mapping[str, str]]) -> None:
    """Every column but the outcome, which only sales will know, as a property; every value as it stands."""
    hubspot = world.hubspot
    columns = [name for name in next(iter(leads.values())) if name != OUTCOME]
    known = {property_of(column): column for column in columns}
    for name, column in known.items():
        if name not in STANDARD:
            hubspot.add_property("contacts", name, label=column)
    for row in leads.values():
        hubspot.create(
            "contacts", {name: row[column] for name, column in known.items() if row[column]}
        )


def furnish(world: World) -> str:
    """The company's own fields, its queue, and one user who answers; the user's id."""
    crm = world.salesforce
    for kind in ("Lead", "Contact"):
        crm.add_field(
            kind, "Lead_Number__c", "string", label="Lead number", length=20, external_id=True
        )
    crm.add_queue("Admissions")
    return str(crm.add_user("Anita Rao", "a.rao@courses.example"))


def answer(world: World, won: Mapping[str, bool], user: str) -> None:
    """Converts and wins who converted, rejects the others."""
    crm = world.salesforce
    today = world.clock.now().date().isoformat()
    for number, converted in won.items():
        (lead,) = crm.find("Lead", "Lead_Number__c", number)
        if converted:
            _, _, deal = crm.convert(lead["Id"], by=user)
            crm.update(
                "Opportunity", deal, {"StageName": "Closed Won", "CloseDate": today}, by=user
            )
        else:
            rejected = {
                "Leadcycle_Acceptance__c": "Rejected",
                "Leadcycle_Rejection_Reason__c": REASON,
            }
            crm.update("Lead", lead["Id"], rejected, by=user)
