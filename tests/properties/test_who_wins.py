"""Random edits on both sides under every rule, through the real clients: both systems end as the rule says, and all that lost is listed."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from house import House
from ruled import FIELDS, SIDES, Ruled, Standing

from connector.cli.example import example_files, example_root
from connector.daemon import until_quiet
from connector.daemon.worker import Worker

PEOPLE, ROUNDS, EDITS = 30, 8, 10  # edits of a person in a round
EPOCH, EVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def project(folder: Path) -> Path:
    """The example project with a field for every rule, shown and written in both systems."""
    root = folder / "project"
    for inner in example_files():
        (root / inner).parent.mkdir(parents=True, exist_ok=True)
        (root / inner).write_text(
            _with_rules(inner.name, (example_root() / inner).read_text("utf-8")), "utf-8"
        )
    return root


def _with_rules(name: str, text: str) -> str:
    if name == "fields.yaml":
        lines = "".join(f"  {one.name}: {{{one.words}}}\n" for one in FIELDS)
        return text.replace("fields:\n", f"fields:\n{lines}", 1)
    if name == "leadcycle.yaml":  # these people are at it all day, and no automation
        return text.replace("rounds: 3", "rounds: 20")
    side = name.removesuffix(".yaml")
    if side not in SIDES:
        return text
    reads = "".join(f"      {one.name}: {one.property(side)}\n" for one in FIELDS)
    writes = "".join(f"      {one.property(side)}: {{from: {one.name}}}\n" for one in FIELDS)
    text = re.sub(
        r"      hs_email_optout: \{from.*\n", "", text
    )  # which only the person takes back
    text = text.replace("    read:\n", f"    read:\n{reads}", 1)
    return text.replace("    write:\n", f"    write:\n{writes}", 1)


class Town:
    """People with a contact and a lead each, edited at random; beside them what each rule says should come of it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(f"{seed}:who wins")
        self.house = House(folder / "house", seed, root=project(folder))
        for one in FIELDS:
            self.house.hubspot.add_property("contacts", one.property("hubspot"))
            for kind in ("Lead", "Contact"):
                self._field(kind, one)
        emails = [f"p{number}@kern.example" for number in range(PEOPLE)]
        self.records: list[dict[str, str]] = []
        for email in emails:
            self.house.person(email)
            self.house.ask(email)
        self.house.pass_by(minutes=16)
        for email in emails:
            self.records.append(
                {
                    "hubspot": self.house.hubspot.find(email) or "",
                    "salesforce": self.house.lead(email)["Id"],
                }
            )
        self.standings = [[Standing(one) for one in FIELDS] for _ in emails]
        for person in self.standings:
            for one in person:
                if one.of.rule == "any_true":  # a checkbox is never unknown
                    one.sides["salesforce"].value, one.sides["salesforce"].said = False, True
                    one.come_to_rest(0.0)

    def _field(self, kind: str, one: Ruled) -> None:
        add, name = self.house.crm.add_field, one.property("salesforce")
        if one.rule == "any_true":
            add(kind, name, "boolean", default=False)
        else:
            add(kind, name, "string", length=100)

    def round(self) -> None:
        """Edits on both sides, none of them read before the last; then everything comes to rest."""
        edits: dict[tuple[int, str], float] = {}
        before = [
            [{s: one.sides[s].value for s in SIDES} for one in person] for person in self.standings
        ]
        now = [[dict(sides) for sides in person] for person in before]
        for _ in range(PEOPLE * EDITS):
            person, place, side = (
                self.chance.randrange(PEOPLE),
                self.chance.randrange(len(FIELDS)),
                self.chance.choice(SIDES),
            )
            value = self.chance.choice(FIELDS[place].values)
            if value == now[person][place][side]:
                continue
            self.house.time.advance(self.house.now + timedelta(seconds=1))
            self._type(person, FIELDS[place], side, value)
            now[person][place][side] = value
            edits[person, side] = self.house.now.timestamp()
        for person, standings in enumerate(self.standings):
            for place, one in enumerate(standings):
                for side in SIDES:
                    if now[person][place][side] != before[person][place][side]:
                        one.edit(side, now[person][place][side], edits[person, side])
        self._read()
        self.house.pass_by(minutes=11)
        self._rest()

    def _read(self) -> None:
        """Both sides are read before anything is decided: edits of one interval meet."""
        self.house.time.advance(self.house.now + timedelta(minutes=6))
        readers = [one for one in self.house.parts.workers if isinstance(one, Worker)]
        until_quiet(readers, self.house.now, 5_000)

    def choose(self) -> int:
        """Somebody settles every conflict, each for one side."""
        store = self.house.store
        rows = store.shelf_rows(code="CONFLICT")
        for row in rows:
            side = self.chance.choice(SIDES)
            store.choose(row.id, side, None, self.house.now)
            (one,) = [s for s in self._person(row.contact or 0) if s.of.rule == "asks"]
            assert one.contested
            one.choice = side
        self.house.pass_by(minutes=11)
        self._rest()
        return len(rows)

    def _person(self, contact: int) -> list[Standing]:
        refs = {ref.id for ref in self.house.store.dossier(contact, self.house.now).contact.refs}
        (number,) = [n for n, ids in enumerate(self.records) if ids["hubspot"] in refs]
        return self.standings[number]

    def _rest(self) -> None:
        for person in self.standings:
            for one in person:
                one.come_to_rest(self.house.now.timestamp())

    def _type(self, person: int, one: Ruled, side: str, value: Any) -> None:
        key, name = self.records[person][side], one.property(side)
        if side == "hubspot":
            text = {True: "true", False: "false", None: ""}.get(value, value)
            self.house.hubspot.update("contacts", key, {name: text})
        else:
            self.house.crm.update(
                "Lead", key, {name: value}, by=self.house.company.staff.reps[0].user
            )

    def shows(self, person: int, one: Ruled) -> dict[str, Any]:
        hub = (
            self.house.hubspot.get("contacts", self.records[person]["hubspot"])[
                one.property("hubspot")
            ]
            or None
        )
        crm = self.house.crm.get("Lead", self.records[person]["salesforce"]).get(
            one.property("salesforce")
        )
        if one.rule == "any_true":
            hub = {"true": True, "false": False, None: None}[hub]
        return {"hubspot": hub, "salesforce": crm}


def seeds() -> list[int]:
    """Two; more of them by LEADCYCLE_SEEDS=FIRST-LAST."""
    first, _, last = os.environ.get("LEADCYCLE_SEEDS", "0-1").partition("-")
    return list(range(int(first), int(last or first) + 1))


@pytest.fixture(params=seeds())
def town(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Town]:
    made = Town(tmp_path, request.param)
    yield made
    made.house.close()


def test_both_systems_end_as_the_rule_says_and_what_lost_is_listed(town: Town) -> None:
    chosen = 0
    for number in range(ROUNDS):
        town.round()
        for person, standings in enumerate(town.standings):
            for one in standings:
                expected = {side: one.sides[side].value for side in SIDES}
                assert town.shows(person, one.of) == expected, (person, one)
        waiting = sum(one.contested for standings in town.standings for one in standings)
        assert town.house.shelf()["CONFLICT"] == waiting
        if number % 2:
            chosen += town.choose()
    assert chosen
    listed = town.house.store.told.losses(EPOCH, EVER, limit=100_000).counts
    for place, one in enumerate(FIELDS):
        lost = sum(standings[place].lost["lost"] for standings in town.standings)
        assert sum(n for (name, _), (n, _) in listed.items() if name == one.name) == lost, one.name
        assert lost or one.rule == "fills", f"no edit of {one.name} ever lost"
    with town.house.store.proofs() as proofs:
        proof = proofs.edits()
    assert proof.broken == ()
    assert town.house.second_pass() == 0
