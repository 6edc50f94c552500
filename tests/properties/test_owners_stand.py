"""An owner chosen by hand after a hand-over is never overwritten, but by a later choice made by hand; in either system."""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from house import House

from connector.cli.example import example_files, example_root

SEEDS = int(os.environ.get("LEADCYCLE_OWNER_SEEDS", "4"))
REPS = ("j.brandt", "l.petersen", "a.wolff", "s.keller")
READ = "      opted_out: hs_email_optout\n"
EDITS = {
    "leadcycle.yaml": [("rounds: 3", "rounds: 20")],  # who changes his mind is no automation
    "mappings/hubspot.yaml": [
        (READ, f"{READ}      owner: hubspot_owner_id\n"),
        ("      leadcycle_grade:", "      hubspot_owner_id: {from: owner}\n      leadcycle_grade:"),
    ],
}
WINS = {"newest": "newest", "salesforce": "[salesforce]"}
SETTLED = timedelta(minutes=15)  # HubSpot's search lags, and a change is polled every five minutes


def project(folder: Path, wins: str) -> Path:
    """The example, with the owner shown and written on both sides."""
    edits = {
        **EDITS,
        "mappings/fields.yaml": [("owner, wins: [salesforce]", f"owner, wins: {WINS[wins]}")],
    }
    for name in map(str, example_files()):
        text = (example_root() / name).read_text("utf-8")
        for old, new in edits.get(name, []):
            assert old in text
            text = text.replace(old, new, 1)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


class Person:
    """One person, and what was done by hand to their records."""

    def __init__(self, house: House, number: int) -> None:
        self.house, self.email = house, f"p{number}@kern{number}.example"
        self.contact = house.person(self.email, lastname=f"Kern{number}")
        self.chosen: dict[str, tuple[datetime, str]] = {}  # the last choice, by system

    @property
    def lead(self) -> str | None:
        found = self.house.crm.find("Lead", "Email", self.email)
        return str(found[0]["Id"]) if found else None

    def shown(self) -> dict[str, str]:
        """Whose it is, by system, as the systems say."""
        house, found = self.house, {}
        owner = house.hubspot.get("contacts", self.contact)["hubspot_owner_id"]
        if owner:
            found["hubspot"] = house.hubspot.portal.owners.by_id[int(owner)].email
        if self.lead:
            user = house.crm.get("Lead", self.lead)["OwnerId"]
            found["salesforce"] = str(house.crm.get("User", user)["Email"])
        return found

    def choose(self, platform: str, rep: str) -> bool:
        """A person gives the record to somebody else; False: there is none, or it is theirs already."""
        house, lead = self.house, self.lead
        if self.shown().get(platform, "") == rep or (platform == "salesforce" and lead is None):
            return False
        if platform == "salesforce":
            assert lead is not None
            house.crm.update("Lead", lead, {"OwnerId": user_of(house, rep)})
        else:
            house.hubspot.update(
                "contacts", self.contact, {"hubspot_owner_id": seat_of(house, rep)}
            )
        self.chosen[platform] = (house.now, rep)
        return True

    def reject(self) -> None:
        if self.lead:
            answer = {
                "Leadcycle_Acceptance__c": "Rejected",
                "Leadcycle_Rejection_Reason__c": "No budget",
            }
            self.house.crm.update("Lead", self.lead, answer)


def user_of(house: House, rep: str) -> str:
    return str(house.crm.find("User", "Email", rep)[0]["Id"])


def seat_of(house: House, rep: str) -> str:
    found = house.hubspot.portal.owners.listed(archived=False, email=rep)
    return (
        str(found[0].id)
        if found
        else house.hubspot.add_owner(rep, "Rep", rep.split("@", maxsplit=1)[0])
    )


def act(person: Person, chance: random.Random, came: Counter[str]) -> None:
    """One thing somebody does, or two choices in one interval."""
    what = chance.choice(("ask", "ask", "reject", "salesforce", "hubspot", "both"))
    if what == "ask":
        person.house.ask(person.email)
    elif what == "reject":
        person.reject()
    else:
        platforms = ["salesforce", "hubspot"] if what == "both" else [what]
        chance.shuffle(platforms)
        for platform in platforms:
            came[what] += person.choose(platform, f"{chance.choice(REPS)}@nordring.example")
            person.house.time.advance(person.house.now + timedelta(seconds=61))


@pytest.mark.parametrize("wins", sorted(WINS))
@pytest.mark.parametrize("seed", range(SEEDS))
def test_an_owner_chosen_by_hand_stands(seed: int, wins: str, tmp_path: Path) -> None:
    chance, came = random.Random(f"owners:{seed}"), Counter[str]()
    house = House(tmp_path / "house", seed, root=project(tmp_path / "project", wins))
    for rep in REPS:
        seat_of(house, f"{rep}@nordring.example")
    people = [Person(house, number) for number in range(5)]
    house.pass_by(minutes=15)
    for _ in range(12):
        for person in people:
            act(person, chance, came)
        house.pass_to(house.now + SETTLED)
        for person in people:
            came.update(check(house, person, wins))
    assert min(came[name] for name in ("stands", "salesforce", "hubspot", "both")), came
    if wins == "salesforce":
        assert came["differ"], "HubSpot's own choice stands beside that of Salesforce"
    assert max(house.standing(person.email).handovers for person in people) >= 2, "again"
    assert house.shelf() == {}
    assert house.second_pass() == 0
    house.close()


def check(house: House, person: Person, wins: str) -> Counter[str]:
    """Both systems show what the last choice made by hand says, and without one whom the rules named."""
    standing = house.standing(person.email)
    if standing.handover is None:
        return Counter()
    since = {k: v for k, v in person.chosen.items() if v[0] >= standing.handover.at}
    counted = since if wins == "newest" else {k: v for k, v in since.items() if k == "salesforce"}
    at, whose = max(counted.values(), default=(standing.handover.at, standing.owner))
    wanted = {
        platform: since[platform][1] if platform in since and since[platform][0] > at else whose
        for platform in ("hubspot", "salesforce")
    }
    assert person.shown() == wanted, (person.email, person.chosen, standing.handover)
    assert standing.owner == whose
    return Counter(stands=bool(since), differ=len(set(wanted.values())) > 1)
