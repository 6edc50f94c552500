"""A small company whose rules are edited, planned, applied and taken back, by processes of their own."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from crowd import Crowd
from edited import edit
from house import NOWHERE, House
from trees import texts, trees

from connector.cli.example import example_files, example_root
from connector.config import Loaded, Settings, load
from connector.store import Store
from connector.store.rollout.kept import Plan
from connector.store.rollout.remains import Remains
from connector.sync.push import push
from connector.sync.rollout import Active, active
from connector.sync.rollout.apply import Applied, Started, carry_out, start
from connector.sync.rollout.effect import Effect
from connector.sync.rollout.plan import Request, plan
from connector.sync.rollout.undo import plan_undo, started

ALL = 10_000
OFTEN = timedelta(minutes=1)
PEOPLE = {
    "firstname": ("Ute", "Jörg", "Łukasz", ""),
    "lastname": ("Kern", "Brandt", ""),
    "jobtitle": ("Head of Purchasing", "Design Engineer", "Maintenance", "Student", ""),
    "country": ("Deutschland", "Schweiz", "Norway", ""),
    "zip": ("01067", "30159", "80331", ""),
    "hs_language": ("de", "en"),
}
Record = tuple[str, str, str]  # platform, kind, id


class Quick(House):
    """A house whose processes hand their lease back when they end."""

    def restart(self) -> None:
        self.daemon.parts.lease.release(self.now)
        self.daemon.close()
        self.daemon = self.boot()


@dataclass
class Rehearsed:
    """A house at rest, and files that say something else than what is in force. `effects`: what a plan has shown of whom."""

    house: Quick
    loaded: Loaded
    edits: Sequence[str]
    effects: dict[int, Effect] = field(default_factory=dict)

    def plan(self) -> Plan:
        def each(effect: Effect, _: object) -> None:
            self.effects[effect.contact] = effect

        with self._process() as own:
            return plan(own, Request(active(own), self.after, self.house.now, each=each))

    def apply(self, made: Plan) -> Applied:
        with self._process() as own:
            rules = Started(active(own), self.after, self.loaded.text)
            start(own, made, rules, ALL, self.house.now)
            return carry_out(own, made, active(own), lambda: self.house.now)

    def undo(self, made: Plan) -> Plan:
        with self._process() as own:
            back = plan_undo(own, made, self.house.now)
            start(own, back, started(own, made), ALL, self.house.now)
            carry_out(own, back, active(own), lambda: self.house.now)
            return back

    def touched(self, made: Plan) -> set[int]:
        with self._process() as own:
            return set(own.plans.touched(made)[0])

    def remains(self, made: Plan) -> Remains:
        with self._process() as own:
            return own.plans.remains(made)

    def send(self) -> None:
        """What waits goes out; nothing is read and nothing decided."""
        self.house.restart()
        targets = [one for one in self.house.parts.platforms if one.target is not None]
        for _ in range(50):
            if not any(
                push(one.target, one.name, self.house.store, self.house.now).sent  # type: ignore[arg-type]  # asked above
                for one in targets
            ):
                return
        raise AssertionError("sending finds no end")

    def live(self, **span: float) -> None:
        """The daemon, by the rules in force."""
        self.house.restart()
        self.house.pass_by(**span)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.house.file)) as raw:
            return raw.execute(sql, values).fetchall()

    def whose(self) -> Mapping[Record, int]:
        """Whose each record is."""
        rows = self.rows(
            "SELECT h.platform, h.kind, f.key, f.contact FROM ref f JOIN home h ON h.id = f.home"
            " WHERE f.contact IS NOT NULL"
        )
        return {(platform, kind, key): contact for platform, kind, key, contact in rows}

    @property
    def after(self) -> Active:
        assert self.loaded.book is not None
        assert self.loaded.mappings is not None
        return Active(self.loaded.book, self.loaded.mappings)

    @contextmanager
    def _process(self) -> Iterator[Store]:
        with closing(Store.open(self.house.url, self.house.mint)) as own:
            active(own)
            yield own


@contextmanager
def rehearsed(
    folder: Path, first: str, kinds: Sequence[str], people: int, acts: int, dice: random.Random
) -> Iterator[Rehearsed | None]:
    """A few days of so many people; `first`: the kind of edit the company had made before, `kinds`: of those that wait.

    None if there is nothing of these kinds to be edited, or if the rules never come to rest.
    """
    root, said = folder / "project", []
    base = trees(_example())
    made = edit(base, first, dice)
    if made is not None:
        base, said = made[0], [f"from the beginning: {made[1]}"]
    _write(root, texts(base))
    house = Quick(folder / "house", dice.randrange(1_000), root=root, pull=timedelta(hours=1))
    try:
        _some_days(house, people, acts, dice)
        after = base
        for kind in kinds:
            found = edit(after, kind, dice, house.loaded)
            if found is not None:
                after, said = found[0], [*said, found[1]]
        _write(root, texts(after))
        loaded = load(root, settings=Settings(sandbox=NOWHERE, database=house.url))
        quiet = house.second_pass() == 0 and loaded.digest != house.loaded.digest
        house.pull = OFTEN
        yield Rehearsed(house, loaded, said) if quiet else None
    finally:
        house.close()


def _some_days(house: House, people: int, acts: int, dice: random.Random) -> None:
    crowd = Crowd(house, dice)
    for number in range(people):
        drawn = {name: dice.choice(values) for name, values in PEOPLE.items()}
        house.hubspot.create("contacts", {"email": f"n{number}@kunde{number % 3}.example", **drawn})
    for act in range(acts):
        crowd.act()
        if act % 6 == 5:
            house.pass_by(hours=dice.choice((1, 3, 20)))
    house.pass_by(hours=2)


def _example() -> dict[str, str]:
    root = example_root()
    names = [path for path in example_files() if "cases" not in path.parts]
    return {path.as_posix(): (root / path).read_text("utf-8") for path in names}


def _write(root: Path, given: Mapping[str, str]) -> None:
    for name, text in given.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
