"""What there is at rest: the two systems, the people's journal, the bare rows of the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from house import House
from journal import Journal


@dataclass
class Person:
    """One of the store's contacts, with the living records that belong to it in both systems."""

    number: int
    hubspot: list[str] = field(default_factory=list)
    leads: list[Mapping[str, Any]] = field(default_factory=list)  # open ones
    contacts: list[Mapping[str, Any]] = field(default_factory=list)
    records: set[str] = field(default_factory=set)  # every id that ever was theirs, either system

    @property
    def crm(self) -> list[tuple[str, Mapping[str, Any]]]:
        """The records that are written: leads, or after conversion the contacts."""
        if self.contacts:
            return [("Contact", row) for row in self.contacts]
        return [("Lead", row) for row in self.leads]


class View:
    def __init__(self, house: House, journal: Journal) -> None:
        self.house, self.journal = house, journal

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.house.file)) as connection:
            return connection.execute(sql).fetchall()

    @cached_property
    def shelved(self) -> set[int]:
        return {row.contact for row in self.house.store.shelf_rows() if row.contact is not None}

    @cached_property
    def people(self) -> list[Person]:
        """By the links in the store's own table of refs."""
        found: dict[int, Person] = {}
        crm, hubspot = self.house.crm, self.house.hubspot
        living = set(hubspot.ids("contacts"))
        for contact, platform, kind, key in self.rows(
            "SELECT r.contact, h.platform, h.kind, r.key FROM ref r JOIN home h ON h.id = r.home"
            " WHERE r.contact IS NOT NULL ORDER BY r.id"
        ):
            person = found.setdefault(contact, Person(contact))
            person.records.add(key)
            if platform == "hubspot" and key in living:
                person.hubspot.append(key)
            elif kind in ("Lead", "Contact"):
                row = crm.get(kind, key)
                if not row["IsDeleted"] and not row.get("IsConverted"):
                    (person.leads if kind == "Lead" else person.contacts).append(row)
        return list(found.values())

    def known(self) -> Iterator[Person]:
        """People nothing of whom waits for somebody."""
        return (person for person in self.people if person.number not in self.shelved)

    def simple(self, person: Person) -> bool:
        """Nobody merged, deleted or renamed any of this person's records."""
        return not person.records & (self.journal.blurred | self.journal.tangled)

    def standings(self, number: int) -> Mapping[str, Any]:
        """By track."""
        return self.house.store.dossier(number, self.house.now).standings

    def leading(self, number: int) -> Any:
        """The standing that the CRM shows: open hand-overs first, of these the latest; without any, main's."""
        found = self.standings(number)
        handed = [one for one in found.values() if one.handover is not None]
        if not handed:
            return found.get("main")
        order = lambda one: (one.handover.open, one.handover.at, one.track == "main")  # noqa: E731
        return max(handed, key=order)


def moment(text: str) -> datetime:
    """As Salesforce writes one."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
