"""Which business field an outcome is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from connector.model.person.standing import MAIN, Standing
from connector.model.systems.fact import Outcome


def attributed(
    outcomes: Sequence[Outcome], standings: Mapping[str, Standing]
) -> tuple[Outcome, ...]:
    """Each outcome with its track: the one it names, else that of the hand-over it answers (the last one before it), else `main`.

    CRM times carry whole seconds, so the second of a hand-over already counts; of two at once that of `main`.
    """
    if all(track == MAIN for track in standings):
        return tuple(outcomes)
    handed = [(at, track) for track, standing in standings.items() for at in _handed(standing)]
    return tuple(one if one.track else replace(one, track=_track(one, handed)) for one in outcomes)


def _handed(standing: Standing) -> tuple[datetime, ...]:
    last = () if standing.handover is None else (standing.handover.at,)
    return tuple(at.replace(microsecond=0) for at in standing.handed or last)


def _track(outcome: Outcome, handed: Sequence[tuple[datetime, str]]) -> str:
    before = [(at, track == MAIN, track) for at, track in handed if at <= outcome.at]
    return max(before)[2] if before else MAIN
