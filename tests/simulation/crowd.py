"""People who act at random, in both systems, and a journal of what they did that the oracle reads."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from house import House, newsletter

from connector.sandbox.hubspot.records.refusal import Refusal as HubSpotRefusal
from connector.sandbox.salesforce.org.refusal import Refusal
from connector.sandbox.wire import Request

TITLES = (
    "Head of Purchasing",
    "Leiter:in Einkauf (m/w/d)",
    "Einkaufsleiterin",
    "Design Engineer",
    "Managing Director",
    "GESCHAEFTSFUEHRERIN",
    "Maintenance",
    "International Sales",
    "Projektleiter Einkauf",
    "Student",
    "",
)
COUNTRIES = ("Deutschland", "Schweiz", "Norway", "france", "Austria", "")
ZIPS = ("01067", "30159", "50667", "80331", "")
FIRST = ("Ute", "Max", "Jörg", "Ana", "Łukasz", "")
PHONES = ("+49 511 111111", "+49 40 222222", "")
PRODUCTS = ("O-rings", "O-rings;Hydraulic seals", "Made to drawing")
SOURCES = ("PAID_SEARCH", "REFERRALS", "ORGANIC_SEARCH", "OFFLINE", "")
FORMS = (
    "Musterbestellung",
    "Sample order",
    "Demo request",
    "Whitepaper Hydraulikdichtungen",
    "Whitepaper Werkstoffe",
    "Webinar Dichtungen",
    "Kontakt",
)
SERVICE = ("Wartungsvertrag", "Service contract")
PATHS = (
    "/preise/a",
    "/preise/hydraulik/z",
    "/produkte/b",
    "/produkte/o-ringe/x",
    "/karriere/c",
    "/en/prices/d",
    "/aktuelles/e",
    "/impressum",
)
WEBINARS = ("Dichtungen", "Dichtungen richtig auslegen", "Hydraulik ohne Leckage")
CAMPAIGNS = ("April", "Newsletter May")
DOMAINS = (
    *(f"kunde{number}.example" for number in range(7)),
    *("gmail.com", "gmx.de", "mail.ringfest.example", "stadtwerke.example", "hansa-pumpen.example"),
)
FIRMS = {
    "kunde1.example": ("Pumpen", "400"),
    "kunde2.example": ("Maschinenbau", "120"),
    "kunde3.example": ("Technischer Handel", "60"),
    "kunde4.example": ("Beratung", "8"),
}
"""What stands behind some of the domains: industry and size."""
REASONS = ("No budget", "Bad timing", "Too early", "Wrong person", "Competitor", "Duplicate")
OWN = {"FirstName": FIRST, "Phone": ("+49 30 1234567", "+49 511 7654321"), "PostalCode": ZIPS}
"""Fields in which the CRM wins, and what reps write there."""

_REFUSED = (Refusal, HubSpotRefusal, KeyError)


@dataclass
class Journal:
    """What people did. `edits`: (kind, id, property) of a CRM record -> the last value a rep gave it and when."""

    acts: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    edits: dict[tuple[str, str, str], tuple[Any, datetime]] = field(default_factory=dict)
    answers: dict[str, tuple[str, datetime]] = field(default_factory=dict)  # lead -> last answer
    accepted: set[str] = field(default_factory=set)  # leads that ever were
    blurred: set[str] = field(default_factory=set)  # HubSpot ids whose history is not simple
    tangled: set[str] = field(default_factory=set)  # CRM ids whose history is not simple
    addresses: int = 0


class Crowd:
    """Draws one act after the other; an act nobody can do now is skipped."""

    def __init__(self, house: House, dice: random.Random) -> None:
        self.house, self.dice, self.journal = house, dice, Journal()
        self.reps = [rep.user for rep in house.company.staff.reps]
        self.forms = dict(house.company.forms)
        self._furnish()
        self._weights: Mapping[Callable[[], bool], int] = {
            self.arrive: 10,
            self.submit: 16,
            self.ask_for_service: 4,
            self.visit: 14,
            self.webinar: 3,
            self.mail: 8,
            self.scan_mail: 1,
            self.edit_contact: 10,
            self.move_mailbox: 1,
            self.merge_contacts: 2,
            self.delete_contact: 2,
            self.restore_contact: 2,
            self.unsubscribe: 2,
            self.touch_all: 1,
            self.accept: 8,
            self.reject: 6,
            self.call: 6,
            self.edit_lead: 10,
            self.pass_on: 4,
            self.pause: 2,
            self.ask_for_contract: 2,
            self.go_away: 1,
            self.convert: 6,
            self.move_deal: 12,
            self.delete_lead: 2,
            self.undelete_lead: 2,
            self.merge_leads: 1,
            self.opt_out_in_crm: 1,
            self.type_in: 2,
        }
        self._harmless = [
            self.submit,
            self.visit,
            self.mail,
            self.accept,
            self.call,
            self.touch_all,
        ]
        self._binned: list[tuple[str, str]] = []

    def _furnish(self) -> None:
        """What marketing has set up besides: more forms, some companies."""
        hubspot, crm = self.house.hubspot, self.house.crm
        for name in (*FORMS, *SERVICE):
            if name not in self.forms:
                self.forms[name] = hubspot.add_form(name)
        hubspot.add_option("companies", "industry", "Technischer Handel", "Technischer Handel")
        for domain, (industry, size) in FIRMS.items():
            firm = {"name": domain, "domain": domain, "industry": industry}
            hubspot.create("companies", {**firm, "numberofemployees": size})
        owner = self.reps[4]
        crm.create("Account", {"Name": "Kunde 2", "Website": "kunde2.example", "OwnerId": owner})

    def act(self) -> None:
        """One deed, of those that are possible now."""
        # What the vendor carries out late it does at its next request: before anybody sits down in front of it.
        self.house.crm.handle(Request("GET", "/services/data"))
        acts, weights = list(self._weights), list(self._weights.values())
        for _ in range(20):
            if self._try(self.dice.choices(acts, weights)[0]):
                return

    def meanwhile(self) -> None:
        """Something that happens between two of our calls and cannot race with a shared field."""
        self._try(self.dice.choice(self._harmless))

    def _try(self, deed: Callable[[], bool]) -> bool:
        try:
            done = deed()
        except _REFUSED:
            return False
        if done:
            self.journal.done[deed.__name__] += 1
            self.journal.acts.append(f"{self.house.now:%m-%d %H:%M:%S} {deed.__name__}")
        return done

    # Marketing and prospects, in HubSpot

    def arrive(self) -> bool:
        properties = self._drawn(
            {"firstname": FIRST, "jobtitle": TITLES, "country": COUNTRIES, "zip": ZIPS}
        )
        properties |= self._drawn({"phone": PHONES, "hs_analytics_source": SOURCES})
        properties["lastname"] = f"Kern{self.journal.addresses}"
        if self.dice.random() < 0.3:
            properties["company"] = "Pumpen Kern"
        if self.dice.random() < 0.6:
            properties |= newsletter(self.house.now)
        properties["hs_language"] = self.dice.choice(("de", "de", "en", "fr", "it"))
        if self.dice.random() < 0.2:
            properties["products_wanted"] = self.dice.choice(PRODUCTS)
        if self.dice.random() > 0.1:
            properties["email"] = self._address()
        self.house.hubspot.create("contacts", properties)
        return True

    def submit(self) -> bool:
        email = self._somebody_with_address()
        if email is None:
            return False
        form = self.forms[self.dice.choice(FORMS)]
        return self.house.hubspot.submit_form(form, {"email": email}) is not None

    def ask_for_service(self) -> bool:
        """A customer, as far as HubSpot knows; anybody at times."""
        hubspot = self.house.hubspot
        shown = [hubspot.get("contacts", key) for key in hubspot.ids("contacts")]
        customers = [one["email"] for one in shown if one["lifecyclestage"] == "customer"]
        email = self.dice.choice(customers) if customers else self._somebody_with_address()
        form = self.forms[self.dice.choice(SERVICE)]
        return bool(email) and hubspot.submit_form(form, {"email": email}) is not None

    def visit(self) -> bool:
        who = self._somebody()
        if who is None:
            return False
        for _ in range(self.dice.randrange(1, 4)):
            self.house.hubspot.occurrence("e_visited_page", who, {"path": self.dice.choice(PATHS)})
        return True

    def webinar(self) -> bool:
        who = self._somebody()
        if who is None:
            return False
        minutes = str(self.dice.choice((5, 20, 55)))
        webinar = self.dice.choice(WEBINARS)
        self.house.hubspot.occurrence(
            "e_attended_webinar", who, {"webinar": webinar, "minutes": minutes}
        )
        return True

    def mail(self) -> bool:
        email = self._somebody_with_address()
        if email is None:
            return False
        kind = self.dice.choice(("OPEN", "OPEN", "CLICK", "CLICK", "SENT", "DELIVERED"))
        more = {"userAgent": "Mozilla/5.0"} if self.dice.random() < 0.2 else {}
        more |= (
            {"url": f"https://nordring.example/{self.dice.randrange(3)}"} if kind == "CLICK" else {}
        )
        machine = kind in ("OPEN", "CLICK") and self.dice.random() < 0.1
        campaign = self.dice.choice(CAMPAIGNS)
        self.house.hubspot.email_event(kind, email, campaign=campaign, filtered=machine, **more)
        return True

    def scan_mail(self) -> bool:
        """A program follows every link of a mail."""
        email = self._somebody_with_address()
        if email is None:
            return False
        for link in range(self.dice.choice((2, 3, 4))):
            url = f"https://nordring.example/{link}"
            self.house.hubspot.email_event("CLICK", email, campaign="April", url=url)
        return True

    def edit_contact(self) -> bool:
        who = self._somebody()
        if who is None:
            return False
        choices = {
            "firstname": FIRST,
            "jobtitle": TITLES,
            "country": COUNTRIES,
            "zip": ZIPS,
            "phone": PHONES,
        }
        name = self.dice.choice(list(choices))
        for _ in range(self.dice.choice((1, 1, 2))):  # two edits in one millisecond
            self.house.hubspot.update("contacts", who, {name: self.dice.choice(choices[name])})
        return True

    def move_mailbox(self) -> bool:
        who = self._somebody()
        if who is None:
            return False
        self.journal.blurred.add(who)
        self.house.hubspot.update("contacts", who, {"email": self._address()})
        return True

    def merge_contacts(self) -> bool:
        ids = self.house.hubspot.ids("contacts")
        if len(ids) < 4:
            return False
        one, other = self.dice.sample(ids, 2)
        merged = self.house.hubspot.merge("contacts", one, other)
        self.journal.blurred |= {one, other, merged}
        return True

    def delete_contact(self) -> bool:
        who = self._somebody()
        if who is None:
            return False
        self.house.hubspot.delete("contacts", who)
        self.journal.blurred.add(who)
        self._binned.append(("contacts", who))
        return True

    def restore_contact(self) -> bool:
        binned = [key for kind, key in self._binned if kind == "contacts"]
        if not binned:
            return False
        self.house.hubspot.restore("contacts", self.dice.choice(binned))
        return True

    def unsubscribe(self) -> bool:
        email = self._somebody_with_address()
        if email is None:
            return False
        self.house.hubspot.unsubscribe(email)
        return True

    def touch_all(self) -> bool:
        return self.house.hubspot.touch_all("contacts") > 0

    # Sales, in Salesforce

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
            self.house.crm.update("Task", tasks[0]["Id"], done, by=self._rep())
        else:
            self.house.crm.create(
                "Task", {"WhoId": lead["Id"], "Subject": "Call", **done}, by=self._rep()
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
        return self._edit(kind, row["Id"], actual, value)

    def pass_on(self) -> bool:
        lead = self._lead()
        if lead is None:
            return False
        return self._edit("Lead", lead["Id"], "OwnerId", self._rep())

    def pause(self) -> bool:
        """The prospect is away, says the rep."""
        lead = self._lead(handed_over=True)
        if lead is None:
            return False
        until = (self.house.now + timedelta(days=self.dice.randrange(1, 9))).date().isoformat()
        fields = {"Leadcycle_Pause_Until__c": until, "Leadcycle_Pause_Reason__c": "On holiday"}
        self.house.crm.update("Lead", lead["Id"], fields, by=self._rep())
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
        self.house.crm.update(kind, row["Id"], fields, by=self._rep())
        return True

    def go_away(self) -> bool:
        """A rep is not there for some days."""
        until = (self.house.now + timedelta(days=self.dice.randrange(1, 9))).date().isoformat()
        self.house.crm.update("User", self._rep(), {"Leadcycle_Away_Until__c": until})
        return True

    def convert(self) -> bool:
        lead = self._lead()
        if lead is None:
            return False
        _, contact, _ = self.house.crm.convert(lead["Id"], by=self._rep())
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
        self.house.crm.update("Opportunity", deal["Id"], fields, by=self._rep())
        return True

    def delete_lead(self) -> bool:
        lead = self._lead()
        if lead is None:
            return False
        self.house.crm.delete("Lead", lead["Id"], by=self._rep())
        self.journal.tangled.add(lead["Id"])
        self._binned.append(("Lead", lead["Id"]))
        return True

    def undelete_lead(self) -> bool:
        binned = [key for kind, key in self._binned if kind == "Lead"]
        if not binned:
            return False
        key = self.dice.choice(binned)
        email = self.house.crm.get("Lead", key).get("Email")
        if email and self._in_crm(email):
            return False
        self.house.crm.undelete("Lead", key, by=self._rep())
        return True

    def merge_leads(self) -> bool:
        leads = [lead for lead in self.house.leads() if not lead["IsConverted"]]
        if len(leads) < 3:
            return False
        master, loser = self.dice.sample(leads, 2)
        self.house.crm.merge("Lead", master["Id"], loser["Id"], by=self._rep())
        self.journal.tangled |= {master["Id"], loser["Id"]}
        return True

    def opt_out_in_crm(self) -> bool:
        lead = self._lead()
        if lead is None:
            return False
        self.house.crm.update("Lead", lead["Id"], {"HasOptedOutOfEmail": True}, by=self._rep())
        return True

    def type_in(self) -> bool:
        """A rep types a lead in, of somebody marketing knows or of a stranger."""
        email = self._somebody_with_address() if self.dice.random() < 0.6 else self._address()
        if email is None or self._in_crm(email):
            return False
        rep = self._rep()
        key = self.house.crm.create(
            "Lead",
            {"LastName": "Typed", "Company": "Typed", "Email": email, "OwnerId": rep},
            by=rep,
        )
        now = self.house.now
        self.journal.edits["Lead", key, "OwnerId"] = (rep, now)
        self.journal.edits["Lead", key, "LastName"] = ("Typed", now)
        return True

    # Who and what

    def _answer(self, answer: str, reason: str | None) -> bool:
        lead = self._lead(handed_over=True)
        if lead is None:
            return False
        fields = {"Leadcycle_Acceptance__c": answer, "Leadcycle_Rejection_Reason__c": reason}
        if all(lead.get(name) == value for name, value in fields.items()):
            return False  # nothing to type: the lead shows this answer already
        self.house.crm.update("Lead", lead["Id"], fields, by=self._rep())
        self.journal.answers[lead["Id"]] = (answer, self.house.now)
        if answer == "Accepted":
            self.journal.accepted.add(lead["Id"])
        return True

    def _edit(self, kind: str, key: str, name: str, value: Any) -> bool:
        """Typing what is there already is no edit: nobody can see it."""
        if self.house.crm.get(kind, key).get(name) == value:
            return False
        self.house.crm.update(kind, key, {name: value}, by=self._rep())
        self.journal.edits[kind, key, name] = (value, self.house.now)
        return True

    def _drawn(self, choices: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
        found = {name: self.dice.choice(values) for name, values in choices.items()}
        return {name: value for name, value in found.items() if value}

    def _address(self) -> str:
        self.journal.addresses += 1
        return f"p{self.journal.addresses}@{self.dice.choice(DOMAINS)}"

    def _somebody(self) -> str | None:
        ids = self.house.hubspot.ids("contacts")
        return self.dice.choice(ids) if ids else None

    def _somebody_with_address(self) -> str | None:
        who = self._somebody()
        return (self.house.hubspot.get("contacts", who)["email"] or None) if who else None

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

    def _rep(self) -> str:
        return self.dice.choice(self.reps)
