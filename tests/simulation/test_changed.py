"""Rules changed by plan and apply in the middle of a history and taken back: what nobody has touched is back, and no edit is lost.

LEADCYCLE_CHANGED names other seeds: `LEADCYCLE_CHANGED=100-120`.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from changed import play

SEEDS = (2, 4)
SOMETIMES = {"changed by apply": 8, "edited by a rep": 2, "touched": 6, "given back": 300}


def seeds() -> Sequence[int]:
    first, _, last = os.environ.get("LEADCYCLE_CHANGED", "").partition("-")
    return range(int(first), int(last or first) + 1) if first else SEEDS


def test_a_change_of_rules_that_is_taken_back_leaves_nothing_behind(tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    for seed in seeds():
        changed = play(seed, tmp_path / str(seed))
        assert not changed.violations, f"seed {seed}\n{changed.told()}"
        seen += changed.seen
    if seeds() == SEEDS:
        lacking = {name: seen[name] for name, least in SOMETIMES.items() if seen[name] < least}
        assert not lacking, f"these hardly came about: {lacking}"
