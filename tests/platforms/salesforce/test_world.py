"""A seeded world of reps: whatever they do and however pulls are cut, what we know in the end is what the CRM holds."""

from __future__ import annotations

import random

import pytest

from connector.errors import Stopped, TryLater
from connector.sandbox.salesforce.org.refusal import Refusal

FAULTS = (
    "late_visible",
    "short_pages",
    "error500",
    "reset",
    "truncated",
    "session_expired",
    "locator_expired",
)


class Reps:
    def __init__(self, rig, seed: int) -> None:
        self.rig, self.dice = rig, random.Random(seed)
        self.owners = [rig.rep(f"Rep{n} Muster") for n in range(3)]

    def act(self) -> None:
        act = self.dice.choice(
            [
                self.create,
                self.edit,
                self.edit,
                self.answer,
                self.delete,
                self.merge,
                self.convert,
                self.close,
                self.call,
            ]
        )
        try:
            act()
        except Refusal:
            return  # not every wish is granted

    def one(self, kind: str):
        rows = [row["Id"] for row in self.rig.org.rows(kind) if not row.get("IsConverted")]
        return self.dice.choice(rows) if rows else None

    def create(self) -> None:
        for _ in range(self.dice.choice([1, 1, 1, 30])):
            number = self.dice.random()
            fields = {
                "LastName": "L",
                "Company": "C",
                "Email": f"{number}@x.example",
                "OwnerId": self.dice.choice(self.owners),
            }
            self.rig.org.create("Lead", fields)

    def edit(self) -> None:
        kind = self.dice.choice(["Lead", "Contact"])
        if key := self.one(kind):
            self.rig.org.update(kind, key, {"FirstName": str(self.dice.random())[:12]})

    def answer(self) -> None:
        if key := self.one("Lead"):
            self.rig.org.update(
                "Lead",
                key,
                {"Leadcycle_Acceptance__c": self.dice.choice(["Accepted", "Rejected", None])},
            )

    def delete(self) -> None:
        if key := self.one("Lead"):
            self.rig.org.delete("Lead", key)
            if self.dice.random() < 0.5:
                self.rig.org.undelete("Lead", key)

    def merge(self) -> None:
        kind = self.dice.choice(["Lead", "Contact"])
        first, second = self.one(kind), self.one(kind)
        if first and second and first != second:
            self.rig.org.merge(kind, first, second)

    def convert(self) -> None:
        if key := self.one("Lead"):
            self.rig.org.convert(key)

    def close(self) -> None:
        if key := self.one("Opportunity"):
            stage = self.dice.choice(["Closed Won", "Closed Lost", "Prospecting"])
            self.rig.org.update("Opportunity", key, {"StageName": stage})

    def call(self) -> None:
        if key := self.one("Lead"):
            self.rig.org.create(
                "Task",
                {
                    "WhoId": key,
                    "Subject": "Call",
                    "Type": "Call",
                    "Status": "Completed",
                    "OwnerId": self.owners[0],
                },
            )


@pytest.mark.parametrize("seed", range(6))
def test_what_we_know_is_what_there_is(rig, reader, seed):
    reps, dice = Reps(rig, seed), random.Random(f"{seed} pulls")
    for fault in FAULTS:
        rig.faults.rate[f"salesforce.{fault}"] = 0.05
    for _ in range(150):
        for _ in range(dice.randint(0, 4)):
            reps.act()
        rig.pass_by(seconds=dice.choice([0, 1, 20, 60, 400]))
        if dice.random() < 0.15:
            reader.source = rig.source()
        pull(reader, dice.choice([1, 2, 20]))
    rig.faults.rate.clear()
    for _ in range(7):
        rig.pass_by(minutes=1)
        reader.pull()
    assert known(reader) == there(rig)
    assert deals(reader) == deals_there(rig)
    contacted = {
        each.evidence.id for each in reader.outcomes().values() if each.kind == "contacted"
    }
    assert contacted >= {row["Id"] for row in rig.org.rows("Task")}


def pull(reader, pages: int) -> None:
    try:
        reader.pull(pages=pages)
    except (TryLater, Stopped):
        return


def known(reader) -> dict:
    found: dict = {}
    for page in reader.pages:
        for each in page.sightings:
            if each.ref.kind in ("Lead", "Contact") and each.fields:
                found[each.ref.kind, each.ref.id] = each.fields["FirstName"]
        for each in page.gone:
            found.pop((each.ref.kind, each.ref.id), None)
        for each in page.moved:
            if each.kind == "merged":
                found.pop((each.old.kind, each.old.id), None)
    return found


def there(rig) -> dict:
    return {
        (kind, row["Id"]): row.get("FirstName")
        for kind in ("Lead", "Contact")
        for row in rig.org.rows(kind)
    }


def deals(reader) -> set:
    return {
        (each.kind, each.ref.id)
        for each in reader.outcomes().values()
        if each.ref.kind == "Opportunity"
    }


def deals_there(rig) -> set:
    found = set()
    for row in rig.org.rows("Opportunity"):
        found.add(("opened", row["Id"]))
        if row["IsClosed"]:
            found.add(("won" if row["IsWon"] else "lost", row["Id"]))
    return found
