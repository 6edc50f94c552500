"""Edits on both sides, at every boundary of our work: no edit is lost, the rules hold, and a second pass writes nothing.

One interleaving is one person's own script of edits, in both systems, dealt out at random boundaries between look, merge, decision,
lease, last look, write and settlement, through the real clients. LEADCYCLE_SEEDS names other seeds: `LEADCYCLE_SEEDS=1000-1100`.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from edits import FIELDS, SIDES, Hands, Person, project, told, watch
from house import House
from wins import Rule, Story, finals

from connector.report.verify import verify

PEOPLE, EPISODES, SEEDS = 250, 4, 10
FLEETS = {"even": range(0, SEEDS, 2), "odd": range(1, SEEDS, 2), "faulty": range(SEEDS, SEEDS + 2)}
FAULTS = {
    "hubspot.after_commit_500": 0.1,
    "hubspot.reset_after_commit": 0.1,
    "hubspot.truncated": 0.05,
    "hubspot.search_lag": 0.1,
    "hubspot.batch_partial": 0.05,
    "salesforce.after_commit_500": 0.1,
    "salesforce.reset_after_commit": 0.1,
    "salesforce.truncated": 0.05,
    "salesforce.lock": 0.05,
}
"""In the faulty fleet answers get lost and rows are refused, while people edit."""
RULES = [Rule(f.rule, f.blank, SIDES.index(f.order[0])) for f in FIELDS]
SOMETIMES = {
    "edits": 15_000,
    "both sides in one interval": 1_000,
    "between decision and lease": 100,
    "between lease and our last look": 100,
    "while others are being written": 100,
    "after the write, before its answer is known": 100,
    "lost by a rule": 1_000,
    "one end allowed": 20_000,
    "several ends allowed": 500,
}
"""What must really have come about in each fleet, and how often."""


def fleets() -> dict[str, range]:
    first, _, last = os.environ.get("LEADCYCLE_SEEDS", "").partition("-")
    if not first:
        return FLEETS
    seeds = range(int(first), int(last or first) + 1)
    return {first: seeds, "faulty": seeds}


@dataclass
class Played:
    """What came of one house."""

    interleavings: int = 0
    violations: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)


@pytest.mark.parametrize(("name", "fleet"), fleets().items(), ids=list(fleets()))
def test_no_interleaving_loses_an_edit(name: str, fleet: Sequence[int], tmp_path: Path) -> None:
    played = Played()
    faults = FAULTS if name == "faulty" else {}
    for seed in fleet:
        _play(seed, tmp_path / str(seed), played, faults)
        assert not played.violations, f"seed {seed}\n" + "\n".join(played.violations[:20])
    assert played.interleavings == len(fleet) * PEOPLE * EPISODES
    if len(fleet) >= len(FLEETS["even"]):
        lacking = {
            name: played.seen[name] for name, n in SOMETIMES.items() if played.seen[name] < n
        }
        assert not lacking, f"these hardly came about: {lacking}"


def test_the_fleets_are_ten_thousand_interleavings() -> None:
    assert sum(len(fleet) for fleet in FLEETS.values()) * PEOPLE * EPISODES >= 10_000


def _play(seed: int, folder: Path, played: Played, faults: Mapping[str, float]) -> None:
    folder.mkdir()
    dice = random.Random(f"{seed}:scripts")
    house = House(folder, seed, root=project(folder))
    try:
        house.handed_over()  # the CRM is ours: nothing is held back as a first contact
        vendors = house.world.vendors()
        for episode in range(EPISODES):
            people = list(_people(house, dice, episode))
            house.boundary = lambda _: None
            house.pass_by(minutes=30)
            hands = Hands(house, people, seed * EPISODES + episode)
            watch(house, hands, vendors)
            house.faults.rate.update(faults)
            _edit(house, hands, people, dice)
            if faults:
                _calm(house)
            played.interleavings += len(people)
            played.seen += hands.seen
            played.violations += _violations(hands, people, played.seen)
        if house.second_pass():
            played.violations.append("a second pass writes")
        if faults:
            lost = {fault for fault in faults if "commit" in fault and house.faults.fired[fault]}
            assert lost, "no answer was lost"
        if house.shelf():
            played.violations.append(f"on the shelf: {house.shelf()}")
        _prove(house, played)
    finally:
        house.close()


def _people(house: House, dice: random.Random, episode: int) -> Iterator[Person]:
    """Strangers who are in both systems already, with the same values or others."""
    rep = house.company.staff.reps[0].user
    for number in range(PEOPLE):
        email = f"e{episode}p{number}@kunde{number % 9}.example"
        here = {f.hubspot: dice.choice(f.values) for f in FIELDS}
        there = {f.salesforce: dice.choice(f.values) for f in FIELDS}
        if dice.random() < 0.5:
            there = {f.salesforce: here[f.hubspot] for f in FIELDS}
        names = {"email": email, "lastname": f"Kern{number}"}
        lead = {"LastName": f"Kern{number}", "Company": "Kern", "Email": email, "OwnerId": rep}
        person = Person(
            house.hubspot.create("contacts", {**names, **here}),
            house.crm.create("Lead", lead | {k: v or None for k, v in there.items()}, by=rep),
            [(here[f.hubspot], there[f.salesforce]) for f in FIELDS],
        )
        person.script = _script(dice)
        yield person


def _script(dice: random.Random) -> list[tuple[str, int, str]]:
    """Two to eight edits of two fields. Each side edits a field twice at most: whoever insists is taken for an automation."""
    steps = [(side, about) for about in dice.sample(range(len(FIELDS)), 2) for side in SIDES * 2]
    chosen = dice.sample(steps, dice.randint(2, len(steps)))
    return [(side, about, dice.choice(FIELDS[about].values)) for side, about in chosen]


def _edit(house: House, hands: Hands, people: Sequence[Person], dice: random.Random) -> None:
    hands.deal(len(people) / dice.choice((30, 60, 120)))
    for _ in range(500):
        if not hands.waiting:
            break
        house.pass_by(minutes=6)
    assert not hands.waiting
    house.pass_by(minutes=40)


def _calm(house: House) -> None:
    """Nothing breaks any more, and an operator has what was given up tried again."""
    house.faults.rate.clear()
    for _ in range(2):
        house.pass_by(hours=1)
        for row in house.store.shelf_rows():
            house.store.retry(row.id, house.now)
    house.pass_by(hours=2)


def _violations(hands: Hands, people: Sequence[Person], seen: Counter[str]) -> Iterator[str]:
    for person in people:
        shown = hands.state(person)
        for number, about in enumerate(FIELDS):
            story: Story = told(person, number)
            allowed = finals(RULES[number], person.start[number], story)
            seen["one end allowed" if len(allowed) == 1 else "several ends allowed"] += 1
            if shown[number] not in allowed:
                yield (
                    f"{about.name} ({about.rule}, blank {about.blank}) of {person.contact} and {person.lead} began as"
                    f" {person.start[number]}, was edited {_journal(person, number)}, is {shown[number]}; may be {set(allowed)}"
                )


def _journal(person: Person, number: int) -> list[str]:
    return [f"{e.at:%H:%M:%S} {e.side} {e.value!r} ({e.place})" for e in person.done if e.field == number]  # fmt: skip


def _prove(house: House, played: Played) -> None:
    found = verify(house.store, house.now)
    counts: Mapping[str, Mapping[str, int]] = {proof.name: proof.counts for proof in found.proofs}
    played.seen["lost by a rule"] += counts["edits"]["lost_by_rule"]
    for proof in found.proofs:
        played.violations += [f"{proof.name}: {one.record}: {one.cause}" for one in proof.broken]
