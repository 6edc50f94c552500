"""Orders of create, merge, convert, delete and restore: each person has one of their own, drawn by chance, in both systems.

People act as people do who look before they type: nobody types in, restores or un-deletes somebody who is there already. So a
duplicate at rest is ours.
"""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from house import Boundary, House

from connector.sandbox.hubspot.records.refusal import Refusal as HubSpotRefusal
from connector.sandbox.salesforce.org.refusal import Refusal
from connector.sandbox.wire import Request

KEY = "Leadcycle_Key__c"
FORMS = ("Sample order", "Demo request", "Kontakt")
_REFUSED = (Refusal, HubSpotRefusal, KeyError)
Row = Mapping[str, Any]


@dataclass
class Script:
    """One person: two addresses, and what was done to their records, in order."""

    number: int
    order: list[str] = field(default_factory=list)
    binned: list[tuple[str, str]] = field(default_factory=list)

    @property
    def emails(self) -> tuple[str, str]:
        return f"p{self.number}@kern{self.number % 5}.example", f"q{self.number}@privat.example"


class Orders:
    """`act` lets one of them do one thing."""

    def __init__(self, house: House, dice: random.Random, people: int) -> None:
        self.house, self.dice, self.place = house, dice, ""
        self.scripts = [Script(number) for number in range(people)]
        self.reps = [rep.user for rep in house.company.staff.reps]
        self.done: Counter[str] = Counter()
        self._acts: Mapping[Callable[[Script], bool], int] = {
            self.ask: 10,
            self.ask_otherwise: 4,
            self.merge_contacts: 5,
            self.delete_contact: 3,
            self.restore_contact: 4,
            self.erase: 1,
            self.type_in: 3,
            self.answer: 5,
            self.call: 3,
            self.convert: 4,
            self.convert_into: 4,
            self.merge_in_crm: 5,
            self.delete_in_crm: 4,
            self.undelete: 5,
            self.pass_on: 2,
        }

    def watched(self, boundary: Boundary) -> Boundary:
        """The same boundary, of which we know where it is."""

        def passed(place: str) -> None:
            self.place = place
            boundary(place)
            self.place = ""

        return passed

    def everything(self) -> set[str]:
        """Ids of all records that ever were."""
        tables = self.house.crm._org.tables
        found = {str(key) for kind in ("Lead", "Contact") for key in tables[kind].rows}
        return found | {str(key) for key in self.house.hubspot.portal.tables["contacts"].records}

    def begin(self) -> None:
        """Everybody is known to marketing; half of them have asked for something."""
        for script in self.scripts:
            self.house.person(script.emails[0], lastname=f"Kern{script.number}")
            if self.dice.random() < 0.5:
                self._try(self.ask, script)

    def act(self) -> None:
        # What the vendor carries out late it does at its next request: before anybody sits down in front of it.
        self.house.crm.handle(Request("GET", "/services/data"))
        acts, weights = list(self._acts), list(self._acts.values())
        for _ in range(20):
            if self._try(self.dice.choices(acts, weights)[0], self.dice.choice(self.scripts)):
                return

    def _try(self, deed: Callable[[Script], bool], script: Script) -> bool:
        try:
            if not deed(script):
                return False
        except _REFUSED:
            return False
        self.done[deed.__name__] += 1
        script.order.append(f"{self.house.now:%d %H:%M:%S} {deed.__name__} [{self.place}]")
        return True

    # In HubSpot

    def ask(self, script: Script, address: int = 0) -> bool:
        """Fills a form in: who was deleted is created again by it."""
        found = self._contact_of(script.emails[address])
        if found is None:
            self.house.person(script.emails[address], lastname=f"Kern{script.number}")
        self.house.ask(script.emails[address], self.dice.choice(FORMS))
        return True

    def ask_otherwise(self, script: Script) -> bool:
        return self.ask(script, 1)

    def merge_contacts(self, script: Script) -> bool:
        both = sorted(filter(None, {self._contact_of(email) for email in script.emails}))
        if len(both) < 2:
            return False
        one, other = self.dice.sample(both, 2)
        self.house.hubspot.merge("contacts", one, other)
        return True

    def delete_contact(self, script: Script) -> bool:
        found = self._contact_of(self.dice.choice(script.emails))
        if found is None:
            return False
        self.house.hubspot.delete("contacts", found)
        script.binned.append(("contacts", found))
        return True

    def restore_contact(self, script: Script) -> bool:
        key = self._binned(script, ("contacts",))
        if key is None:
            return False
        self.house.hubspot.restore("contacts", key[1])
        return True

    def erase(self, script: Script) -> bool:
        email = self.dice.choice(script.emails)
        if self._contact_of(email) is None:
            return False
        self.house.hubspot.erase(email)
        return True

    # In Salesforce

    def type_in(self, script: Script) -> bool:
        email = self.dice.choice(script.emails)
        if self._between() or self._there(email):
            return False
        self._create("Lead", script, email, Company="Pumpen Kern")
        return True

    def answer(self, script: Script) -> bool:
        lead = self._any(self._leads(script))
        if lead is None:
            return False
        said = self.dice.choice(("Accepted", "Rejected"))
        reason = "Too early" if said == "Rejected" else None
        if lead.get("Leadcycle_Acceptance__c") == said:
            return False
        fields = {"Leadcycle_Acceptance__c": said, "Leadcycle_Rejection_Reason__c": reason}
        self.house.crm.update("Lead", lead["Id"], fields, by=self._rep())
        return True

    def call(self, script: Script) -> bool:
        who = self._any(self._leads(script) + self._people("Contact", script))
        if who is None:
            return False
        done = {"Status": "Completed", "TaskSubtype": "Call"}
        tasks = [t for t in self.house.tasks(who["Id"]) if t.get("Status") != "Completed"]
        if tasks:
            self.house.crm.update("Task", tasks[0]["Id"], done, by=self._rep())
        else:
            task = {"WhoId": who["Id"], "Subject": "Call", **done}
            self.house.crm.create("Task", task, by=self._rep())
        return True

    def convert(self, script: Script) -> bool:
        """To a new contact; half of them with an opportunity."""
        lead = self._any(self._leads(script))
        if lead is None or self._people("Contact", script):
            return False
        self.house.crm.convert(lead["Id"], by=self._rep(), opportunity=self.dice.random() < 0.5)
        return True

    def convert_into(self, script: Script) -> bool:
        """Into a contact of the same person that is there: an earlier one, or one typed in before."""
        lead = self._any(self._leads(script))
        if lead is None:
            return False
        contacts = self._people("Contact", script)
        if contacts:
            into = self.dice.choice(contacts)["Id"]
        elif self._between():
            return False
        else:
            into = self._create("Contact", script, lead["Email"])
        opportunity = self.dice.random() < 0.5
        self.house.crm.convert(lead["Id"], by=self._rep(), contact_id=into, opportunity=opportunity)
        return True

    def merge_in_crm(self, script: Script) -> bool:
        for kind in ("Lead", "Contact"):
            both = self._people(kind, script)
            if len(both) > 1:
                one, other = self.dice.sample(list(both), 2)
                self.house.crm.merge(kind, one["Id"], other["Id"], by=self._rep())
                return True
        return False

    def delete_in_crm(self, script: Script) -> bool:
        kind = self.dice.choice(("Lead", "Lead", "Contact"))
        row = self._any(self._people(kind, script))
        if row is None:
            return False
        self.house.crm.delete(kind, row["Id"], by=self._rep())
        script.binned.append((kind, row["Id"]))
        return True

    def undelete(self, script: Script) -> bool:
        found = self._binned(script, ("Lead", "Contact"))
        if found is None or self._between():
            return False
        row = self.house.crm.get(*found)
        if not row["IsDeleted"] or self._there(row.get("Email")) or self._has_key(row.get(KEY)):
            return False
        self.house.crm.undelete(*found, by=self._rep())
        return True

    def pass_on(self, script: Script) -> bool:
        lead = self._any(self._leads(script))
        if lead is None:
            return False
        self.house.crm.update("Lead", lead["Id"], {"OwnerId": self._rep()}, by=self._rep())
        return True

    # Who and what

    def _create(self, kind: str, script: Script, email: str, **more: str) -> str:
        rep, name = self._rep(), f"Kern{script.number}"
        fields = {"FirstName": "Ute", "LastName": name, "Email": email, "OwnerId": rep, **more}
        return self.house.crm.create(kind, fields, by=rep)

    def _between(self) -> bool:
        """Whether a call of ours is on its way, or its write still is: then nobody can look before typing."""
        pending = bool(self.house.crm._site.delayed)
        return pending or self.place.startswith(("salesforce", "hubspot"))

    def _contact_of(self, email: str) -> str | None:
        return self.house.hubspot.find(email)

    def _leads(self, script: Script) -> list[Row]:
        return self._people("Lead", script)

    def _people(self, kind: str, script: Script) -> list[Row]:
        """Living, unconverted ones with one of the person's addresses."""
        found = [r for email in script.emails for r in self.house.crm.find(kind, "Email", email)]
        return [row for row in found if not row.get("IsConverted")]

    def _there(self, email: Any) -> bool:
        kinds = ("Lead", "Contact")
        found = [row for kind in kinds for row in self.house.crm.find(kind, "Email", email)]
        return any(not row.get("IsConverted") for row in found)

    def _has_key(self, key: Any) -> bool:
        kinds = ("Lead", "Contact")
        return bool(key) and any(self.house.crm.find(kind, KEY, key) for kind in kinds)

    def _binned(self, script: Script, kinds: Sequence[str]) -> tuple[str, str] | None:
        found = [one for one in script.binned if one[0] in kinds]
        return self.dice.choice(found) if found else None

    def _any(self, rows: Sequence[Row]) -> Row | None:
        return self.dice.choice(rows) if rows else None

    def _rep(self) -> str:
        return self.dice.choice(self.reps)


class Census:
    """What is wrong at rest, counted in the two systems themselves."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.living = {
            (kind, str(row["Id"])): row
            for kind in ("Lead", "Contact")
            for row in house.crm.rows(kind)
            if not row.get("IsConverted")
        }

    def violations(self) -> Iterator[str]:
        yield from self.twins("Email")
        yield from self.twins(KEY)
        yield from self.contacts()
        yield from self.tasks()
        yield from self.owners()

    def twins(self, name: str) -> Iterator[str]:
        found: dict[str, list[tuple[str, str]]] = {}
        for place, row in self.living.items():
            if row.get(name):
                found.setdefault(str(row[name]).lower(), []).append(place)
        yield from (f"{name} {v}: {found[v]}" for v in found if len(found[v]) > 1)

    def contacts(self) -> Iterator[str]:
        hubspot = self.house.hubspot
        shown = Counter(hubspot.get("contacts", key)["email"] for key in hubspot.ids("contacts"))
        yield from (f"HubSpot: {n} contacts have {email}" for email, n in shown.items() if n > 1)

    def tasks(self) -> Iterator[str]:
        keys: Counter[str] = Counter()
        for task in self.house.crm.rows("Task"):
            if not task.get(KEY):
                continue
            keys[str(task[KEY])] += 1
            who = str(task.get("WhoId"))
            kind = "Lead" if who.startswith("00Q") else "Contact"
            if task.get("Status") != "Completed" and (kind, who) not in self.living:
                yield f"task {task['Id']} is open and hangs on {who}, who is not there"
        yield from (f"{n} tasks have the key {key}" for key, n in keys.items() if n > 1)
        yield from self._too_many()

    def _too_many(self) -> Iterator[str]:
        """Nobody has more tasks of ours than they were handed over, also those who turned out to be one.

        A task is theirs by its key: it may hang on a record that waits for a person to say whose it is.
        """
        with closing(sqlite3.connect(self.house.file)) as connection:
            whose = dict(connection.execute("SELECT key, COALESCE(survivor, id) FROM contact"))
            handed: Counter[int] = Counter()
            for (contact,) in connection.execute(
                "SELECT COALESCE(c.survivor, c.id) FROM assignment a JOIN contact c ON c.id = a.contact"
            ):
                handed[contact] += 1
        keys = [str(task.get(KEY) or "") for task in self.house.crm.rows("Task")]
        made = Counter(whose.get(key.partition("-")[0]) for key in keys if _of_hand_over(key))
        for contact, tasks in made.items():
            if contact is not None and tasks > handed[contact]:
                yield f"{tasks} tasks for {handed[contact]} hand-overs of {contact}"

    def owners(self) -> Iterator[str]:
        crm, queue = self.house.crm, self.house.company.staff.queue
        for (kind, key), row in self.living.items():
            owner = row["OwnerId"]
            if not row.get("Leadcycle_Handed_Over__c") or owner == queue:
                continue
            if owner == crm.integration_user or not crm.get("User", owner)["IsActive"]:
                yield f"{kind} {key} is handed over and belongs to {owner}"


def _of_hand_over(key: str) -> bool:
    """Whether a task's key is a hand-over's (`contact-1`, `contact-track-1`) and no reminder's (`contact-1-clock-7200`)."""
    parts = key.split("-")
    return len(parts) == 2 or (len(parts) == 3 and not parts[1].isdigit())
