"""How contacts moved through the stages in a period, counted from the decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connector.store.moment import to_ms
from connector.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Flow:
    """`entered`: contacts that came into a stage in the period, each once; `standing`: contacts in it at its end.

    `steps` counts (before, after); a contact that went a way twice counts twice. Before its first decision a contact is in "".
    """

    entered: Mapping[str, int]
    standing: Mapping[str, int]
    steps: Mapping[tuple[str, str], int]


def funnel(tx: Transaction, since: datetime, until: datetime, track: str) -> Flow:
    """The period includes `since` and excludes `until`."""
    survivors: dict[int, int] = dict(
        tx.rows("SELECT id, survivor FROM contact WHERE survivor IS NOT NULL")
    )
    start, end = to_ms(since), to_ms(until)
    entered: set[tuple[int, str]] = set()
    steps: Counter[tuple[str, str]] = Counter()
    stages: dict[int, str] = {}
    for rows in tx.slices(
        "SELECT contact, at, before, stage FROM decision WHERE track = ? AND at < ? ORDER BY id",
        track,
        end,
    ):
        for contact, at, before, stage in rows:
            into = survivors.get(contact)
            whose = contact if into is None else into
            stages[whose] = stage
            if at >= start and before != stage:
                entered.add((whose, stage))
                steps[before, stage] += 1
    return Flow(
        entered=Counter(stage for _, stage in entered),
        standing=Counter(stages.values()),
        steps=steps,
    )
