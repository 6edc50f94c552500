"""Where one person stands who was two contacts until now: one standing goes on, and takes along what must not be lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from connector.decide.nurture import hold_out, ladder, stays
from connector.model.person.standing import Standing
from connector.model.rules import Lifecycle, Nurture

Since = tuple[tuple[str, datetime], ...]
_ACCEPTED, _OPEN, _REJECTED, _NONE = range(4)


class Meeting(NamedTuple):
    """How two contacts became one: the `key` of the one that is no more, when, by which rules, and the mails each had received."""

    key: str
    at: datetime
    rank: Mapping[str, int]
    nurture: Nurture = Nurture()
    mails: tuple[float, float] = (0.0, 0.0)


def rank_of(cycle: Lifecycle) -> dict[str, int]:
    """The place of each stage in their order, also by the names they had."""
    rank = {stage: place for place, stage in enumerate(cycle.stages)}
    return rank | {old: rank[new] for old, new in cycle.renamed if new in rank}


def joint(kept: Standing | None, given: Standing | None, meeting: Meeting) -> Standing | None:
    """The standing of `kept` and `given` (whose contact is no more) in one track.

    A hand-over that sales accepted goes on before one that waits for its answer, that before a rejected one, and any before
    none. Of two accepted ones, and of two without any, the one further along; of two that wait, the earlier one, whose clock
    has run longer. Else that of `kept`. Owner, clock and task belong to the hand-over and stay with it. Whatever either of
    them has reached, spent or been tried with stays so, and a rest holds unless a hand-over goes on.
    """
    if kept is None or given is None:
        only = kept or given
        return only if only is None or only is kept else _handed_along(only, meeting.key)
    if _order(given, meeting.rank) < _order(kept, meeting.rank):
        turned = meeting._replace(mails=meeting.mails[::-1])
        return _with(_handed_along(given, meeting.key), kept, turned)
    return _with(kept, given, meeting)


def _order(standing: Standing, rank: Mapping[str, int]) -> tuple[int, int, float]:
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


def _with(standing: Standing, other: Standing, meeting: Meeting) -> Standing:
    rank, nurture = meeting.rank, meeting.nurture
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
        stays=stays.joint(
            standing.stays, other.stays, nurture.streams, meeting.at, meeting.mails[1]
        ),
        drawn=hold_out.joint(standing, other, nurture.hold_out),
        climb=ladder.joint(standing.climb, other.climb),
    )


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)


def _longest(one: Since, other: Since) -> Since:
    """Whichever began later goes on for longer."""
    begun = dict(one)
    for name, since in other:
        begun[name] = max(since, begun.get(name, since))
    return tuple(begun.items())
