"""Marketing and prospects, in HubSpot."""

from __future__ import annotations

import random
from collections.abc import Mapping

from house import House, newsletter
from journal import Journal

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


class Prospects:
    """Each act says whether it could be done."""

    def __init__(self, house: House, dice: random.Random, journal: Journal) -> None:
        self.house, self.dice, self.journal = house, dice, journal
        self.forms = dict(house.company.forms)
        self.binned: list[str] = []
        self._furnish()

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
        owner = self.house.company.staff.reps[4].user
        crm.create("Account", {"Name": "Kunde 2", "Website": "kunde2.example", "OwnerId": owner})

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
            properties["email"] = self.address()
        self.house.hubspot.create("contacts", properties)
        return True

    def submit(self) -> bool:
        email = self.somebody_with_address()
        if email is None:
            return False
        form = self.forms[self.dice.choice(FORMS)]
        return self.house.hubspot.submit_form(form, {"email": email}) is not None

    def ask_for_service(self) -> bool:
        """A customer, as far as HubSpot knows; anybody at times."""
        hubspot = self.house.hubspot
        shown = [hubspot.get("contacts", key) for key in hubspot.ids("contacts")]
        customers = [one["email"] for one in shown if one["lifecyclestage"] == "customer"]
        email = self.dice.choice(customers) if customers else self.somebody_with_address()
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
        email = self.somebody_with_address()
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
        email = self.somebody_with_address()
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
        self.house.hubspot.update("contacts", who, {"email": self.address()})
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
        self.binned.append(who)
        return True

    def restore_contact(self) -> bool:
        if not self.binned:
            return False
        self.house.hubspot.restore("contacts", self.dice.choice(self.binned))
        return True

    def unsubscribe(self) -> bool:
        email = self.somebody_with_address()
        if email is None:
            return False
        self.house.hubspot.unsubscribe(email)
        return True

    def touch_all(self) -> bool:
        return self.house.hubspot.touch_all("contacts") > 0

    def _drawn(self, choices: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
        found = {name: self.dice.choice(values) for name, values in choices.items()}
        return {name: value for name, value in found.items() if value}

    def address(self) -> str:
        self.journal.addresses += 1
        return f"p{self.journal.addresses}@{self.dice.choice(DOMAINS)}"

    def _somebody(self) -> str | None:
        ids = self.house.hubspot.ids("contacts")
        return self.dice.choice(ids) if ids else None

    def somebody_with_address(self) -> str | None:
        who = self._somebody()
        return (self.house.hubspot.get("contacts", who)["email"] or None) if who else None
