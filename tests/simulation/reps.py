"""Sales, in Salesforce."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from house import House
from journal import Journal
from prospects import FIRST, ZIPS, Prospects

REASONS = ("No budget", "Bad timing", "Too early", "Wrong person", "Competitor", "Duplicate")
OWN = {"FirstName": FIRST, "Phone": ("+49 30 1234567", "+49 511 7654321"), "PostalCode": ZIPS}
"""Fields in which the CRM wins, and what reps write there."""


class Reps:
    """Each act says whether it could be done. They look into HubSpot for whom they type in."""

    def __init__(
        self, house: House, dice: random.Random, journal: Journal, known: Prospects
    ) -> None:
        self.house, self.dice, self.journal, self.known = house, dice, journal, known
        self.reps = [rep.user for rep in house.company.staff.reps]
        self.binned: list[str] = []

    def accept(self) -> bool:
        return self._answer("Accepted", None)

    def reject(self) -> bool:
        return self._answer("Rejected", self.dice.choice(REASONS))

    def call(self) -> bool:
        lead = self._lead()
        if lead is None:
            return False
        tasks = [task for task in self.house.tasks(lead["Id"]) if task.get("Status") != "Completed"]
        done = {"Status": "Completed", "TaskSubtype": "Call"}
        if tasks:
            self.house.crm.update("Task", tasks[0]["Id"], done, by=self.rep())
        else:
            self.house.crm.create(
                "Task", {"WhoId": lead["Id"], "Subject": "Call", **done}, by=self.rep()
            )
        return True

    def edit_lead(self) -> bool:
        row = self._lead()
        kind = "Lead"
        if row is None or self.dice.random() < 0.3:
            row, kind = self._contact() or row, "Contact" if self._contact_found else "Lead"
        if row is None:
            return False
        fields = {"Title": ("CPO (Tel.)", "Einkäufer"), **OWN}
        name = self.dice.choice(list(fields))
        value = self.dice.choice([each for each in fields[name] if each])
        actual = "MailingPostalCode" if (kind, name) == ("Contact", "PostalCode") else name
        return self.edit(kind, row["Id"], actual, value)

    def pass_on(self) -> bool:
        lead = self._lead()
        if lead is None:
            return False
        return self.edit("Lead", lead["Id"], "OwnerId", self.rep())

    def pause(self) -> bool:
        """The prospect is away, says the rep."""
        lead = self._lead(handed_over=True)
        if lead is None:
            return False
        until = (self.house.now + timedelta(days=self.dice.randrange(1, 9))).date().isoformat()
        fields = {"Leadcycle_Pause_Until__c": until, "Leadcycle_Pause_Reason__c": "On holiday"}
        self.house.crm.update("Lead", lead["Id"], fields, by=self.rep())
        return True

    def ask_for_contract(self) -> bool:
        """Until when somebody else's contract binds them."""
        row, kind = self._lead(), "Lead"
        if row is None or self.dice.random() < 0.5:
            row, kind = self._contact() or row, "Contact" if self._contact_found else "Lead"
        if row is None:
            return False
        ends = (self.house.now + timedelta(days=self.dice.choice((-30, 60, 170, 300)))).date()
        fields = {"Leadcycle_Contract_Ends__c": ends.isoformat()}
        self.house.crm.update(kind, row["Id"], fields, by=self.rep())
        return True

    def go_away(self) -> bool:
        """A rep is not there for some days."""
        until = (self.house.now + timedelta(days=self.dice.randrange(1, 9))).date().isoformat()
        self.house.crm.update("User", self.rep(), {"Leadcycle_Away_Until__c": until})
        return True

    def convert(self) -> bool:
        lead = self._lead()
        if lead is None:
            return False
        _, contact, _ = self.house.crm.convert(lead["Id"], by=self.rep())
        self.journal.answers[lead["Id"]] = ("Accepted", self.house.now)
        self.journal.accepted.add(lead["Id"])
        edits = self.journal.edits
        for kind, key, name in list(edits):
            if (kind, key) == ("Lead", lead["Id"]) and name != "OwnerId":
                there = "MailingPostalCode" if name == "PostalCode" else name
                edits["Contact", contact, there] = edits[kind, key, name]
        return True

    def move_deal(self) -> bool:
        deals = list(self.house.crm.rows("Opportunity"))
        if not deals:
            return False
        stage = self.dice.choice(("Negotiation/Review", "Closed Won", "Closed Won", "Closed Lost"))
        fields: dict[str, Any] = {"StageName": stage, "Amount": self.dice.randrange(100, 9000)}
        if stage == "Closed Lost":
            fields["Loss_Reason__c"] = "Price"
        deal = self.dice.choice(deals)
        self.house.crm.update("Opportunity", deal["Id"], fields, by=self.rep())
        return True

    def delete_lead(self) -> bool:
        lead = self._lead()
        if lead is None:
            return False
        self.house.crm.delete("Lead", lead["Id"], by=self.rep())
        self.journal.tangled.add(lead["Id"])
        self.binned.append(lead["Id"])
        return True

    def undelete_lead(self) -> bool:
        if not self.binned:
            return False
        key = self.dice.choice(self.binned)
        email = self.house.crm.get("Lead", key).get("Email")
        if email and self._in_crm(email):
            return False
        self.house.crm.undelete("Lead", key, by=self.rep())
        return True

    def merge_leads(self) -> bool:
        leads = [lead for lead in self.house.leads() if not lead["IsConverted"]]
        if len(leads) < 3:
            return False
        master, loser = self.dice.sample(leads, 2)
        self.house.crm.merge("Lead", master["Id"], loser["Id"], by=self.rep())
        self.journal.tangled |= {master["Id"], loser["Id"]}
        return True

    def opt_out_in_crm(self) -> bool:
        lead = self._lead()
        if lead is None:
            return False
        self.house.crm.update("Lead", lead["Id"], {"HasOptedOutOfEmail": True}, by=self.rep())
        return True

    def type_in(self) -> bool:
        """A rep types a lead in, of somebody marketing knows or of a stranger."""
        email = (
            self.known.somebody_with_address() if self.dice.random() < 0.6 else self.known.address()
        )
        if email is None or self._in_crm(email):
            return False
        rep = self.rep()
        key = self.house.crm.create(
            "Lead",
            {"LastName": "Typed", "Company": "Typed", "Email": email, "OwnerId": rep},
            by=rep,
        )
        now = self.house.now
        self.journal.edits["Lead", key, "OwnerId"] = (rep, now)
        self.journal.edits["Lead", key, "LastName"] = ("Typed", now)
        return True

    def _answer(self, answer: str, reason: str | None) -> bool:
        lead = self._lead(handed_over=True)
        if lead is None:
            return False
        fields = {"Leadcycle_Acceptance__c": answer, "Leadcycle_Rejection_Reason__c": reason}
        if all(lead.get(name) == value for name, value in fields.items()):
            return False  # nothing to type: the lead shows this answer already
        self.house.crm.update("Lead", lead["Id"], fields, by=self.rep())
        self.journal.answers[lead["Id"]] = (answer, self.house.now)
        if answer == "Accepted":
            self.journal.accepted.add(lead["Id"])
        return True

    def edit(self, kind: str, key: str, name: str, value: Any) -> bool:
        """Typing what is there already is no edit: nobody can see it."""
        if self.house.crm.get(kind, key).get(name) == value:
            return False
        self.house.crm.update(kind, key, {name: value}, by=self.rep())
        self.journal.edits[kind, key, name] = (value, self.house.now)
        return True

    def _in_crm(self, email: str) -> bool:
        leads = self.house.crm.find("Lead", "Email", email)
        return bool(leads or self.house.crm.find("Contact", "Email", email))

    def _lead(self, handed_over: bool = False) -> Mapping[str, Any] | None:
        leads = [
            lead
            for lead in self.house.leads()
            if not lead["IsConverted"] and (lead.get("Leadcycle_Handed_Over__c") or not handed_over)
        ]
        return self.dice.choice(leads) if leads else None

    def _contact(self) -> Mapping[str, Any] | None:
        found = list(self.house.crm.rows("Contact"))
        return self.dice.choice(found) if found else None

    @property
    def _contact_found(self) -> bool:
        return any(True for _ in self.house.crm.rows("Contact"))

    def rep(self) -> str:
        return self.dice.choice(self.reps)
