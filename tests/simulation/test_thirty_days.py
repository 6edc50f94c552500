"""Thirty days in which nobody does anything, between two systems that say everything otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
import pytest
from house import House

from connector.sandbox.automation import national, reformats
from connector.store.sql.moment import to_ms

PEOPLE = 12
SHARED = {"FirstName", "LastName", "Title", "Phone", "Email", "Company", "jobtitle"}


@pytest.fixture
def spellings(two_way: House) -> House:
    """Triggers and the portal itself put what is written into forms of their own; some people are working, some fade."""
    two_way.crm.triggers.extend(
        (
            reformats("Lead", "FirstName", str.upper),
            reformats("Lead", "LastName", str.strip),
            reformats("Lead", "Title", str.title),
            reformats("Lead", "Phone", national),
            reformats("Lead", "Leadcycle_Why__c", lambda text: " ".join(text.split())),
        )
    )
    two_way.hubspot.formats.extend(
        (
            reformats("contacts", "jobtitle", str.lower),
            reformats("contacts", "leadcycle_band", str.upper),
            reformats("contacts", "phone", lambda text: text.replace(" ", "")),
        )
    )
    for number in range(PEOPLE):
        email = f"p{number}@firm{number}.example"
        two_way.person(email, lastname=f"Kern{number}", phone=f"+49 511 12345{number:02}")
        contact = two_way.hubspot.find(email)
        for visit in range(number % 5):
            two_way.hubspot.occurrence(
                "e_visited_page",
                str(contact),
                {"path": "/products/seals"},
                at=two_way.now - timedelta(days=visit),
            )
        if number % 3 == 0:
            two_way.ask(email)
    two_way.pass_by(hours=2)
    (rejected, *_) = two_way.leads()
    two_way.crm.update(
        "Lead",
        rejected["Id"],
        {"Leadcycle_Acceptance__c": "Rejected", "Leadcycle_Rejection_Reason__c": "Too early"},
        by=two_way.rep(rejected),
    )
    two_way.pass_by(days=1)
    return two_way


@dataclass(frozen=True)
class Written:
    """One change that was written: its rows in the system's own count, and how its contact came to be decided."""

    names: frozenset[str]
    cause: str
    moved: tuple[str, ...]  # members of the standing that the decision changed

    @property
    def rows(self) -> int:
        lists = sum(name.startswith("list:") for name in self.names)
        return lists + (len(self.names) > lists)


def written_since(house: House, start: int) -> list[Written]:
    """What the ledgers say of every write since then; an e-mail is no row of either system."""
    with house.store._engine.connect() as connection:

        def rows(sql: str, *values: object) -> list[Any]:
            return list(connection.exec_driver_sql(sql, values))

        found = []
        for decision, contact, fields in rows(
            "SELECT w.decision, w.contact, w.body FROM receipt r JOIN wanted w ON w.id = r.wanted"
            " WHERE r.state = 'written' AND r.at >= ? AND w.kind <> 'message' ORDER BY r.id",
            start,
        ):
            ((at, body),) = rows("SELECT at, body FROM decision WHERE id = ?", decision)
            why, due = rows(
                "SELECT why, at FROM agenda WHERE contact = ? AND id < ? ORDER BY id DESC LIMIT 1",
                contact,
                decision,
            )[0]
            kept = orjson.loads(body)
            before, after = kept["before"], kept["standing"]
            moved = tuple(name for name in after if after[name] != before[name])
            clock = why == "looked" and due <= at
            names = frozenset(orjson.loads(fields)["fields"])
            found.append(Written(names, "clock" if clock else why, moved))
        return found


def test_nothing_is_written_but_what_time_itself_made_due(spellings: House) -> None:
    house = spellings
    assert len(house.leads()) == PEOPLE // 3
    start, before = to_ms(house.now), house.written()
    house.idle(days=30)
    found = written_since(house, start)
    assert sum(one.rows for one in found) == house.written() - before > 0
    assert {one.cause for one in found} == {"clock"}
    assert all(one.moved for one in found)
    assert not {name for one in found for name in one.names} & SHARED
    assert house.second_pass() == 0
    assert not house.shelf()
