"""How contacts moved through the stages in a period, counted from the decisions that nobody took back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.store.recall.undone import undone
from connector.store.sql.moment import to_ms
from connector.store.sql.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Flow:
    """`entered`: contacts that came into a stage in the period, each once; `standing`: contacts in it at its end.

    `steps` counts (before, after); a contact that went a way twice counts twice. Before its first decision a contact is in "".
    `reached`: contacts that came in the period to the stage or past it, by the order of stages that was asked for.
    """

    entered: Mapping[str, int]
    standing: Mapping[str, int]
    steps: Mapping[tuple[str, str], int]
    reached: Mapping[str, int]


def funnel(
    tx: Transaction,
    since: datetime,
    until: datetime,
    track: str,
    order: Sequence[str],
    renamed: Mapping[str, str],
) -> Flow:
    """The period includes `since` and excludes `until`. `order`: the stages, lowest first; `renamed`: old name -> new name.

    A stage that has got another name is still the same: nobody comes into it by that. What a plan did and an undo gave back before the period's end counts as not done.
    """
    survivors: dict[int, int] = dict(
        tx.rows("SELECT id, survivor FROM contact WHERE survivor IS NOT NULL")
    )
    start, end, back = to_ms(since), to_ms(until), undone(tx, until)
    entered: set[tuple[int, str]] = set()
    steps: Counter[tuple[str, str]] = Counter()
    stages: dict[int, str] = {}
    for rows in tx.slices(
        "SELECT id, contact, at, before, stage FROM decision WHERE track = ? AND at < ? ORDER BY id",
        track,
        end,
    ):
        for number, contact, at, before, stage in rows:
            if number in back:
                continue
            into = survivors.get(contact)
            whose = contact if into is None else into
            before, stage = renamed.get(before, before), renamed.get(stage, stage)
            stages[whose] = stage
            if at >= start and before != stage:
                entered.add((whose, stage))
                steps[before, stage] += 1
    return Flow(
        entered=Counter(stage for _, stage in entered),
        standing=Counter(stages.values()),
        steps=steps,
        reached=_reached(entered, order),
    )


def _reached(entered: Iterable[tuple[int, str]], order: Sequence[str]) -> dict[str, int]:
    """How many contacts came at least so far: skipped stages count as passed."""
    rank = {stage: place for place, stage in enumerate(order)}
    highest: dict[int, int] = {}
    for contact, stage in entered:
        highest[contact] = max(highest.get(contact, -1), rank.get(stage, -1))
    return {stage: sum(top >= place for top in highest.values()) for stage, place in rank.items()}
