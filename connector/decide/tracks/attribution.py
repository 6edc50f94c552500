"""Which business field an outcome is about."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count

from connector.model.person.standing import MAIN, Standing
from connector.model.systems.fact import Outcome

DEAL = frozenset({"opened", "won", "lost"})


def attributed(
    outcomes: Sequence[Outcome], standings: Mapping[str, Standing]
) -> tuple[Outcome, ...]:
    """Each outcome with its track: the one it names, else that of the hand-over it answers (the last one before it), else `main`.

    What becomes of one opportunity is about one track: the one that it names last, else that of its first outcome. CRM times
    carry whole seconds, so the second of a hand-over already counts; of two at once that of `main`.
    """
    if all(track == MAIN for track in standings):
        return tuple(outcomes)
    handed = [(at, track) for track, standing in standings.items() for at in _handed(standing)]
    return tuple(
        one if one.track else replace(one, track=_named(several) or _answered(several, handed))
        for one, several in _with_its_deal(outcomes)
    )


def _with_its_deal(outcomes: Sequence[Outcome]) -> Iterable[tuple[Outcome, list[Outcome]]]:
    """Each outcome with all those of the same opportunity, oldest first; alone if it is about none."""
    alone = count()
    keys: list[Hashable] = [
        (one.evidence or one.ref) if one.kind in DEAL else next(alone) for one in outcomes
    ]
    deals: dict[Hashable, list[Outcome]] = {}
    for key, one in sorted(zip(keys, outcomes, strict=True), key=lambda pair: pair[1].at):
        deals.setdefault(key, []).append(one)
    return ((one, deals[key]) for key, one in zip(keys, outcomes, strict=True))


def _named(deal: Iterable[Outcome]) -> str:
    return next((one.track for one in reversed(list(deal)) if one.track), "")


def _answered(deal: Sequence[Outcome], handed: Sequence[tuple[datetime, str]]) -> str:
    """The track of the last hand-over before the deal began."""
    before = [(at, track == MAIN, track) for at, track in handed if at <= deal[0].at]
    return max(before)[2] if before else MAIN


def _handed(standing: Standing) -> tuple[datetime, ...]:
    last = () if standing.handover is None else (standing.handover.at,)
    return tuple(at.replace(microsecond=0) for at in standing.handed or last)
