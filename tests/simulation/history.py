"""One seeded history of the whole system: people act, things break, then calm; what came of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from crowd import Crowd
from house import House
from oracle import Oracle
from proofs import unproved
from weather import Weather

GAPS = (0, 0, 1, 20, 120, 600, 1200, 1200, 3600)  # seconds between two acts
OUTAGES = (timedelta(hours=9), timedelta(days=4), timedelta(days=40))


@dataclass
class Played:
    """How a history ended. `violations` is empty where all promises held."""

    seed: int
    weather: Mapping[str, float]
    acts: list[str]
    violations: list[str]
    second_pass: int
    seen: Counter[str] = field(default_factory=Counter)

    def told(self) -> str:
        """Everything needed to play it again."""
        said = "\n".join(self.violations)
        acts = "\n".join(self.acts)
        return f"seed {self.seed}, weather {dict(self.weather)}\n{said}\nsecond pass wrote {self.second_pass}\n{acts}"


def play(seed: int, folder: Path, acts: int = 60) -> Played:
    dice = random.Random(f"{seed}:history")
    house = House(
        folder,
        seed,
        pull=timedelta(minutes=dice.choice((5, 10, 15))),
        hubspot_backward=dice.choice(("keep", "reject", "allow")),
        hubspot_merged_id=dice.choice(("new", "primary")),
        hubspot_stamp_unchanged=dice.random() < 0.3,
        hubspot_search_cap=dice.choice((10_000, 20)),
        salesforce_duplicate_rules=dice.choice(("off", "alert", "block")),
    )
    crowd = Crowd(house, random.Random(f"{seed}:crowd"))
    weather = Weather(house, random.Random(f"{seed}:weather"), crowd.meanwhile)
    try:
        for _ in range(4):
            crowd.arrive()
        drawn = weather.begin()
        for _ in range(acts):
            crowd.act()
            if dice.random() < 0.03:
                weather.seen["outage"] += 1
                house.time.advance(house.now + dice.choice(OUTAGES))  # nobody of ours is there
            weather.live(timedelta(seconds=dice.choice(GAPS)))
        weather.end()
        come_to_rest(house, weather)
        seen = weather.seen + Counter(house.faults.fired) + crowd.journal.done
        oracle = Oracle(house, crowd.journal)
        violations = [*oracle.violations(), *unproved(house)]
        second = house.second_pass()
        violations += oracle.rebuilds()
        return Played(
            seed, drawn, crowd.journal.acts, violations, second, seen + _ledger_counts(oracle)
        )
    finally:
        house.close()


def come_to_rest(house: House, weather: Weather) -> None:
    """Faults are off; an operator has what was given up tried again; time goes on until all delays are over."""
    weather.live(timedelta(hours=3))
    house.pull = timedelta(hours=1)
    house.crash()
    for _ in range(3):
        for row in house.store.shelf_rows():
            house.store.retry(row.id, house.now)
        weather.live(timedelta(hours=3))


def _ledger_counts(oracle: Oracle) -> Counter[str]:
    """Proof that things came about, from the store's ledgers."""
    found: Counter[str] = Counter()
    for state, code, count in oracle.view.rows(
        "SELECT state, code, count(*) FROM receipt GROUP BY 1, 2"
    ):
        found[f"receipt {state}"] += count
        found[f"receipt {state} {code}".strip()] += count
    for kind, count in oracle.view.rows("SELECT kind, count(*) FROM redirect GROUP BY 1"):
        found[f"record {kind}"] += count
    for (count,) in oracle.view.rows(
        "SELECT count(*) FROM (SELECT wanted FROM receipt GROUP BY wanted HAVING"
        " sum(state = 'unclear') > 0 AND sum(state = 'written') > 0)"
    ):
        found["unclear resolved by look-up"] += count
    for (count,) in oracle.view.rows("SELECT count(*) FROM joined"):
        found["people turned out to be one"] += count
    for (count,) in oracle.view.rows("SELECT count(*) FROM assignment"):
        found["handed over"] += count
    return +found
