"""The log acted out in the sandbox, each act at the time of its event, by the hands of those who did it.

A case is a HubSpot contact without an e-mail address. A HubSpot form submission names its contact by the address alone, so
here a submission is a behavioural event (`e_submitted_form`) of the contact, and so is the pre-acceptance (`e_preaccepted`).
The office works in Salesforce: who begins a case that nobody has handed over yet types the lead in by hand, with the number of
the case. What a person does is decided by what stands in the CRM at that moment, as a person would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bpi.expect import BAD_END, PREACCEPTED, SENT, SUBMITTED, WON, Event

from connector.sandbox.world import World

FORM = "Loan application"
DESK = "Loan desk"
HOUR = timedelta(hours=1)
Row = Mapping[str, Any]


def furnish(world: World, people: Iterable[str]) -> dict[str, str]:
    """The company's own fields and its staff: user ids by the log's numbers."""
    crm = world.salesforce
    for kind in ("Lead", "Contact"):
        crm.add_field(
            kind, "Case_Number__c", "string", label="Case number", length=20, external_id=True
        )
    crm.add_queue(DESK)
    world.hubspot.add_property("contacts", "case_number", label="Case number")
    world.hubspot.add_property("contacts", "amount_requested", "number", "number", label="Amount")
    return {who: crm.add_user(f"Clerk {who}", f"clerk.{who}@lender.example") for who in people}


class Office:
    """Everybody who acts in the log."""

    def __init__(
        self, world: World, users: Mapping[str, str], amounts: Mapping[str, Decimal]
    ) -> None:
        self._world, self._crm, self._hubspot = world, world.salesforce, world.hubspot
        self._users, self._amounts = users, amounts
        self.contacts: dict[str, str] = {}  # case -> contact in HubSpot
        self._touched: set[str] = set()
        self._ended: set[str] = set()

    def act(self, event: Event) -> None:
        """What this event means in the two systems, now."""
        if event.activity == SUBMITTED:
            self._submit(event)
        elif event.activity == PREACCEPTED:
            self._hubspot.occurrence(
                "e_preaccepted", self.contacts[event.case], {"channel": "web"}, at=event.at
            )
        if event.touches and event.case not in self._touched:
            self._touched.add(event.case)
            self._call(event)
        if event.case not in self._ended:
            self._work(event)

    def _work(self, event: Event) -> None:
        if event.activity in WON | BAD_END:
            self._ended.add(event.case)
            self._win(event) if event.activity in WON else self._give_up(event)
        elif event.activity == SENT:
            self._send(event)
        elif event.accepts:
            self._accept(event)

    def _submit(self, event: Event) -> None:
        amount = str(self._amounts[event.case])
        contact = self._hubspot.create(
            "contacts", {"case_number": event.case, "amount_requested": amount}
        )
        self.contacts[event.case] = contact
        self._hubspot.occurrence("e_submitted_form", contact, {"form_name": FORM}, at=event.at)

    def _call(self, event: Event) -> None:
        lead = self._lead(event)
        fields = {
            "WhoId": lead["ConvertedContactId"] if lead["IsConverted"] else lead["Id"],
            "Subject": event.activity,
            "Status": "Completed",
            "TaskSubtype": "Call",
            "OwnerId": self._by(event),
        }
        self._crm.create("Task", fields, by=self._by(event))
        if lead["OwnerId"].startswith("00G") and not lead["IsConverted"]:  # out of the queue
            self._crm.update("Lead", lead["Id"], {"OwnerId": self._by(event)}, by=self._by(event))

    def _accept(self, event: Event) -> None:
        lead = self._lead(event)
        if not lead.get("Leadcycle_Acceptance__c"):
            self._update(lead, event, {"Leadcycle_Acceptance__c": "Accepted", "Status": "Working"})

    def _send(self, event: Event) -> None:
        lead = self._lead(event)
        if lead["IsConverted"]:
            self._deal(lead, event, {"NextStep": "Another offer is out"})
        else:
            self._open(lead, event)

    def _win(self, event: Event) -> None:
        self._close(event, {"StageName": "Closed Won"})

    def _give_up(self, event: Event) -> None:
        lead = self._lead(event)
        if lead.get("Leadcycle_Acceptance__c") == "Accepted":
            self._close(event, {"StageName": "Closed Lost", "Loss_Reason__c": event.activity})
            return
        answer = {
            "Leadcycle_Acceptance__c": "Rejected",
            "Leadcycle_Rejection_Reason__c": event.activity,
        }
        self._update(lead, event, answer)

    def _close(self, event: Event, fields: dict[str, Any]) -> None:
        lead = self._lead(event)
        if not lead["IsConverted"]:
            lead = self._open(lead, event)
        self._deal(lead, event, {**fields, "CloseDate": event.at.date().isoformat()})

    def _open(self, lead: Row, event: Event) -> Row:
        """The lead becomes a contact with an opportunity of the amount that was asked for."""
        self._crm.convert(lead["Id"], by=self._by(event))
        found: Row = self._crm.get("Lead", lead["Id"])
        amount = float(self._amounts[event.case])
        self._deal(found, event, {"Amount": amount, "StageName": "Proposal/Price Quote"})
        return found

    def _deal(self, lead: Row, event: Event, fields: Mapping[str, Any]) -> None:
        self._crm.update("Opportunity", lead["ConvertedOpportunityId"], fields, by=self._by(event))

    def _update(self, lead: Row, event: Event, fields: Mapping[str, Any]) -> None:
        self._crm.update("Lead", lead["Id"], fields, by=self._by(event))

    def _lead(self, event: Event) -> Row:
        """The case's lead; typed in by hand where there is none yet."""
        found: list[Row] = self._crm.find("Lead", "Case_Number__c", event.case)
        if not found:
            fields = {
                "LastName": f"Case {event.case}",
                "Company": "[unknown]",
                "Case_Number__c": event.case,
            }
            key = self._crm.create("Lead", fields, by=self._by(event))
            found = [self._crm.get("Lead", key)]
        assert len(found) == 1, f"case {event.case} has {len(found)} leads"
        return found[0]

    def _by(self, event: Event) -> str:
        """The user behind a number; the system acts as the administrator."""
        return self._users.get(event.who) or str(self._crm.business_user)


def replay(
    world: World, office: Office, events: Iterable[Event], poll: Callable[[datetime], None]
) -> int:
    """Every event at its own time, and a poll at each full hour until the log is over; how many polls."""
    polls = 0
    following = world.clock.now()
    for event in events:
        while following <= event.at:
            world.advance(following)
            poll(following)
            polls += 1
            following += HOUR
        world.advance(event.at)
        office.act(event)
    world.advance(following)
    poll(following)
    return polls + 1
