"""What people do between a plan and its apply, and before its undo; each deed says whose record it touched, and which of our values."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from house import House

FORMS = ("Sample order", "Demo request", "Whitepaper Hydraulikdichtungen")
TITLES = ("Head of Purchasing", "Design Engineer", "Student", "Maintenance")
OURS = {
    "contacts": ("leadcycle_grade", "leadcycle_band"),
    "Lead": ("Leadcycle_Grade__c", "Leadcycle_Band__c", "Leadcycle_Why__c"),
}
Record = tuple[str, str, str]  # platform, kind, id


@dataclass
class Hands:
    """`touched`: records of which somebody did something; `edited`: values of ours that somebody typed over."""

    house: House
    dice: random.Random
    touched: set[Record] = field(default_factory=set)
    edited: dict[tuple[str, str, str, str], Any] = field(default_factory=dict)
    did: list[tuple[str, Record]] = field(default_factory=list)

    def act(self) -> None:
        deeds: tuple[Callable[[], Record | None], ...] = (
            self.fill_in,
            self.visit,
            self.retitle,
            self.arrive,
            self.answer,
            self.retitle_lead,
            self.pass_on,
            self.type_over,
            self.type_over,
        )
        for _ in range(8):
            deed = self.dice.choice(deeds)
            record = deed()
            if record is not None:
                self.did.append((deed.__name__, record))
                self.touched.add(record)
                return

    def only_typed(self, record: Record) -> bool:
        """Whether nothing else was done to that record."""
        return all(deed == "type_over" for deed, whom in self.did if whom == record)

    def fill_in(self) -> Record | None:
        who = self._somebody()
        email = who and self.house.hubspot.get("contacts", who)["email"]
        if not who or not email:
            return None
        form = self.house.company.forms[self.dice.choice(FORMS)]
        self.house.hubspot.submit_form(form, {"email": email})
        return "hubspot", "contacts", who

    def visit(self) -> Record | None:
        who = self._somebody()
        if who is None:
            return None
        for _ in range(self.dice.randrange(1, 4)):
            path = {"path": self.dice.choice(("/preise/a", "/produkte/b", "/karriere/c"))}
            self.house.hubspot.occurrence("e_visited_page", who, path)
        return "hubspot", "contacts", who

    def retitle(self) -> Record | None:
        who = self._somebody()
        if who is None:
            return None
        title = self.dice.choice(TITLES)
        if self.house.hubspot.get("contacts", who)["jobtitle"] == title:
            return None  # nobody can see that it was typed again
        self.house.hubspot.update("contacts", who, {"jobtitle": title})
        return "hubspot", "contacts", who

    def arrive(self) -> Record:
        number = len(self.house.hubspot.ids("contacts"))
        given = {"email": f"late{number}@spaet{number}.example", "jobtitle": TITLES[0]}
        return "hubspot", "contacts", self.house.hubspot.create("contacts", given)

    def answer(self) -> Record | None:
        lead = self._lead(handed_over=True)
        if lead is None:
            return None
        told = self.dice.choice(
            (("Accepted", None), ("Rejected", "Bad timing"), ("Rejected", "Too small"))
        )
        fields = dict(
            zip(("Leadcycle_Acceptance__c", "Leadcycle_Rejection_Reason__c"), told, strict=True)
        )
        if all(lead.get(name) == value for name, value in fields.items()):
            return None
        self.house.crm.update("Lead", lead["Id"], fields, by=self._rep())
        return "salesforce", "Lead", lead["Id"]

    def retitle_lead(self) -> Record | None:
        lead = self._lead()
        if lead is None or lead.get("Title") == "CPO (Tel.)":
            return None
        self.house.crm.update("Lead", lead["Id"], {"Title": "CPO (Tel.)"}, by=self._rep())
        return "salesforce", "Lead", lead["Id"]

    def pass_on(self) -> Record | None:
        lead, rep = self._lead(), self._rep()
        if lead is None or lead["OwnerId"] == rep:
            return None
        self.house.crm.update("Lead", lead["Id"], {"OwnerId": rep}, by=rep)
        return "salesforce", "Lead", lead["Id"]

    def type_over(self) -> Record | None:
        """A value that we wrote; no rule asks for it."""
        lead, who = self._lead(), self._somebody()
        if lead is not None and self.dice.random() < 0.5:
            name = self.dice.choice(OURS["Lead"])
            self.house.crm.update("Lead", lead["Id"], {name: "mine"}, by=self._rep())
            record = ("salesforce", "Lead", lead["Id"])
        elif who is not None:
            name = self.dice.choice(OURS["contacts"])
            self.house.hubspot.update("contacts", who, {name: "mine"})
            record = ("hubspot", "contacts", who)
        else:
            return None
        self.edited[(*record, name)] = "mine"
        return record

    def _somebody(self) -> str | None:
        ids = self.house.hubspot.ids("contacts")
        return self.dice.choice(ids) if ids else None

    def _lead(self, handed_over: bool = False) -> Mapping[str, Any] | None:
        found = [
            lead
            for lead in self.house.leads()
            if not lead["IsConverted"] and (lead.get("Leadcycle_Handed_Over__c") or not handed_over)
        ]
        return self.dice.choice(found) if found else None

    def _rep(self) -> str:
        return self.dice.choice([rep.user for rep in self.house.company.staff.reps])
