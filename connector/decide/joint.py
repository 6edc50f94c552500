"""Where one person stands who was two contacts until now: one standing goes on, and takes along what must not be lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from connector.decide.nurture import hold_out, stays
from connector.model.person.standing import Standing

Since = tuple[tuple[str, datetime], ...]
_ACCEPTED, _OPEN, _REJECTED, _NONE = range(4)


def joint(
    kept: Standing | None, given: Standing | None, key: str, stages: Sequence[str]
) -> Standing | None:
    """The standing of `kept` and `given` (the contact whose key was `key`) in one track; `stages` in their order.

    A hand-over that sales accepted goes on before one that waits for its answer, that before a rejected one, and any before
    none. Of two accepted ones, and of two without any, the one further along; of two that wait, the earlier one, whose clock
    has run longer. Else that of `kept`. Owner, clock and task belong to the hand-over and stay with it. Whatever either of
    them has reached, spent or been tried with stays so, and a rest holds unless a hand-over goes on.
    """
    rank = {stage: place for place, stage in enumerate(stages)}
    if kept is None or given is None:
        only = kept or given
        return only if only is None or only is kept else _handed_along(only, key)
    if _order(given, rank) < _order(kept, rank):
        return _with(_handed_along(given, key), kept, rank)
    return _with(kept, given, rank)


def _order(standing: Standing, rank: dict[str, int]) -> tuple[int, int, float]:
    """Sorts first what goes on."""
    handover, further = standing.handover, -rank.get(standing.stage, -1)
    if handover is None:
        return _NONE, further, 0.0
    since = handover.at.timestamp()
    if handover.open:
        return _OPEN, 0, since
    return (_REJECTED if handover.answer == "rejected" else _ACCEPTED), further, since


def _handed_along(standing: Standing, key: str) -> Standing:
    """Its task was created under the key of the contact that is no more."""
    handover = standing.handover
    if handover is None or handover.key:
        return standing
    return replace(standing, handover=replace(handover, key=key))


def _with(standing: Standing, other: Standing, rank: dict[str, int]) -> Standing:
    rests = standing.handover is None and _later(standing.rest_until, other.rest_until)
    rested = rests and rests != standing.rest_until
    former = dict.fromkeys((*other.former_owners, *standing.former_owners))
    return replace(
        standing,
        peak=max(standing.peak, other.peak, key=lambda stage: rank.get(stage, -1)),
        handovers=max(standing.handovers, other.handovers),
        cycle=max(standing.cycle, other.cycle),
        handed=tuple(sorted({*standing.handed, *other.handed})),
        spent=max(standing.spent, other.spent),
        kept=_longest(standing.kept, other.kept),
        reopened_at=_later(standing.reopened_at, other.reopened_at),
        rest_until=rests or standing.rest_until,
        asked=other.asked if rested and other.stage == standing.stage else standing.asked,
        former_owners=tuple(name for name in former if name != standing.owner),
        excluding=_longest(standing.excluding, other.excluding),
        stays=stays.joint(standing, other),
        drawn=hold_out.joint(standing, other),
    )


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)


def _longest(one: Since, other: Since) -> Since:
    """Whichever began later goes on for longer."""
    begun = dict(one)
    for name, since in other:
        begun[name] = max(since, begun.get(name, since))
    return tuple(begun.items())
