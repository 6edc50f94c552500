"""A history in whose middle the rules are changed by plan and apply, and taken back, while people go on with their work."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from applied import Edited
from crowd import Crowd
from house import House
from oracle import Oracle, clocks, decisions, ledgers, records
from oracle.view import View
from proofs import unproved
from prospects import TITLES
from reps import OWN
from rewritten import TRIES, rewrite

from connector.cli.example import PARTS, example_root
from connector.store.rollout.kept import Plan

PEOPLE, ACTS, BETWEEN = 14, 25, 4
GAPS = (1, 20, 120, 600)  # minutes between two acts
WORTH = 3  # people whom an edit must move so that it is worth a plan
Place = tuple[str, str, str]  # system, id, property


@dataclass
class Changed:
    """How it ended; `seen` counts what really came about."""

    violations: list[str]
    acts: list[str]
    seen: Counter[str] = field(default_factory=Counter)

    def told(self) -> str:
        return "\n".join([*self.violations, *self.acts])


def play(seed: int, folder: Path) -> Changed:
    dice, root = random.Random(f"{seed}:changed"), folder / "project"
    copy_of_example(root)
    house = House(folder / "house", seed, root=root, pull=timedelta(minutes=10))
    crowd = Crowd(house, random.Random(f"{seed}:crowd"))
    try:
        _begin(crowd, dice)
        story = Story(house, crowd, Edited(house, rewrite(house, root, dice), root), dice)
        return Changed(list(story.violations()), crowd.journal.acts, story.seen)
    finally:
        house.close()


def copy_of_example(root: Path) -> None:
    for part in PARTS:
        here = example_root() / part
        root.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if here.is_dir() else shutil.copy)(here, root / part)
    shutil.rmtree(root / "rules" / "cases")  # they hold for the rules as they are shipped


def _begin(crowd: Crowd, dice: random.Random) -> None:
    """Some days of people, then nobody does anything."""
    for _ in range(PEOPLE):
        crowd.arrive()
    for _ in range(ACTS):
        crowd.act()
        crowd.house.pass_by(minutes=dice.choice(GAPS))
    crowd.house.pass_by(hours=1)


class Story:
    """From the plan to the rest after its undo."""

    def __init__(self, house: House, crowd: Crowd, edited: Edited, dice: random.Random) -> None:
        self.house, self.crowd, self.edited, self.dice = house, crowd, edited, dice
        self.view = View(house, crowd.journal)
        self.touched: set[int] = set()  # contacts
        self.seen: Counter[str] = Counter()

    def violations(self) -> Iterator[str]:
        house, before = self.house, shown(self.house)
        made = self._plan()
        yield from (f"plan: moves {n} anyway" for n in [made.figures["anyway"]] if n)
        self.edited.apply(made)
        self._rest()
        between = shown(house)
        self.seen["changed by apply"] += len(differing(before, between))
        for _ in range(BETWEEN):
            self._touch()
            house.pass_by(minutes=self.dice.choice((1, 15, 40)))
        self._rest()
        moved_on = set(house.store.plans.remains(made).moved_on_first)
        clocked = self._decided_meanwhile(made)
        self.edited.undo(made)
        self._rest()
        yield from self._given_back(before, moved_on, clocked)
        yield from self._right()

    def _plan(self) -> Plan:
        """Of the first edit that moves somebody."""
        for _ in range(TRIES):
            made = self.edited.plan()
            if made.affected >= WORTH:
                return made
            self.edited.loaded = rewrite(self.house, self.edited.root, self.dice)
        raise AssertionError("no edit moves anybody")

    def _rest(self) -> None:
        self.house.crash()
        self.house.pass_by(minutes=12)
        self.house.work()

    def _touch(self) -> None:
        """Somebody does something about one person; nobody works with shared records of two."""
        people = [one for one in self.view.people if one.leads or one.hubspot]
        if not people:
            return
        person = self.dice.choice(people)
        if person.leads and self.dice.random() < 0.7:
            self._edit("Lead", str(self.dice.choice(person.leads)["Id"]))
        elif person.contacts:
            self._edit("Contact", str(self.dice.choice(person.contacts)["Id"]))
        elif person.hubspot:
            who = self.dice.choice(person.hubspot)
            title = self.dice.choice([title for title in TITLES if title])
            self.house.hubspot.update("contacts", who, {"jobtitle": title})
        self.touched.add(person.number)
        self.seen["touched"] += 1

    def _edit(self, kind: str, key: str) -> None:
        name = self.dice.choice(("FirstName", "Phone", "OwnerId"))
        value = (
            self.crowd.reps.rep()
            if name == "OwnerId"
            else self.dice.choice([v for v in OWN[name] if v])
        )
        self.seen["edited by a rep"] += self.crowd.reps.edit(kind, key, name, value)

    def _decided_meanwhile(self, made: Plan) -> set[int]:
        """Of whom the daemon decided anything after the plan had been carried out."""
        (carried,) = self.view.rows(f"SELECT max(id) FROM applied WHERE plan = {made.id}")[0]
        rows = self.view.rows(
            f"SELECT DISTINCT contact FROM decision WHERE id > {carried or made.known}"
        )
        return {contact for (contact,) in rows}

    def _given_back(
        self, before: Mapping[Place, Any], moved_on: set[int], clocked: set[int]
    ) -> Iterator[str]:
        """Whatever nobody has touched since, person or clock, is what it was."""
        apart = self.touched | moved_on | clocked
        whose = {
            key: who
            for who, key in self.view.rows("SELECT contact, key FROM ref WHERE contact > 0")
        }
        after = shown(self.house)
        for place, (was, now) in sorted(differing(before, after).items()):
            if whose.get(place[1]) not in apart:
                yield f"undo: {place} was {was!r} and is {now!r}"
        self.seen["left alone"] += len(set(whose.values()) - apart)
        self.seen["given back"] += sum(whose.get(place[1]) not in apart for place in before)

    def _right(self) -> Iterator[str]:
        """And everything else holds as ever, by the rules from before."""
        view = View(self.house, self.crowd.journal)
        for check in (
            records.duplicates,
            ledgers.conservation,
            ledgers.shelf,
            records.stages,
            records.edits,
        ):
            yield from check(view)
        for check in (
            records.consent,
            records.streams,
            records.owners,
            clocks.clocks,
            ledgers.sums,
        ):
            yield from check(view)
        yield from (*decisions.decisions(view), *decisions.rest(view), *unproved(self.house))
        if again := self.house.second_pass():
            yield f"the second pass wrote {again} rows"
        yield from Oracle(self.house, self.crowd.journal).rebuilds()


SYSTEM = ("hs_", "lastmodified", "LastModified", "SystemModstamp", "createdate", "notes_")


def shown(house: House) -> dict[Place, Any]:
    """Every value of every living record that somebody could look at."""
    found: dict[Place, Any] = {
        ("salesforce", row["Id"], name): value
        for kind in ("Lead", "Contact")
        for row in house.crm.rows(kind)
        for name, value in row.items()
    }
    for one in house.hubspot.ids("contacts"):
        view = house.hubspot.get("contacts", one)
        found |= {("hubspot", one, name): value for name, value in view.properties.items()}
        found["hubspot", one, "lists"] = house.streams(one)
    return {place: v for place, v in found.items() if not place[2].startswith(SYSTEM)}


def differing(before: Mapping[Place, Any], after: Mapping[Place, Any]) -> dict[Place, Any]:
    return {
        place: (value, after.get(place))
        for place, value in before.items()
        if value != after.get(place)
    }
