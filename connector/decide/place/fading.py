"""When time alone may change what a person is interested in: never late."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import inf, log, log2

from connector.decide.decay import ULP
from connector.decide.place.interest import NEARLY, sums
from connector.model.decision import Strength
from connector.model.rules import Cell, Interest

LEAST_STEP = 1.0  # seconds
PARTS: tuple[Callable[[Cell], str], ...] = (
    lambda cell: cell.topic,
    lambda cell: cell.phase,
    lambda cell: cell.kind,
)


def until_less(interest: Interest, strengths: Mapping[str, Strength]) -> float:
    """Seconds for which topics, phase and kinds surely stay as they are; inf if they always do.

    All strengths fade by one half-life, so the order of topics stays and each falls below `least` at a moment that can be
    solved for. Six decimals of each strength are known, now and then: so much earlier it is looked at.
    """
    if interest.half_life is None or not interest.traces:
        return inf
    half_life = interest.half_life.total_seconds()
    slack = _slack(interest, strengths)
    moments = [
        moment
        for part in PARTS
        for moment in _falls(
            sums(interest, strengths, part).values(), interest.least, slack, half_life
        )
    ]
    topics = sums(interest, strengths, PARTS[0])
    moments += _overtakes(topics, interest.least, slack, half_life)
    return min(moments, default=inf)


def _slack(interest: Interest, strengths: Mapping[str, Strength]) -> float:
    """By how much a sum may be off, as it is read now or later."""
    known = [trace.weight for trace in interest.traces if trace.signal.name in strengths]
    return ULP * (sum(known) + 1.0)


def _falls(found: Iterable[float], least: float, slack: float, half_life: float) -> Iterator[float]:
    for total in found:
        low = total - slack
        if low >= least + slack:
            yield max(half_life * log2(low / (least + slack)), LEAST_STEP)
        elif total + 2 * slack >= least:  # six decimals do not tell on which side it is
            yield _unsure(least, slack, half_life)


def _overtakes(
    topics: Mapping[str, float], least: float, slack: float, half_life: float
) -> Iterator[float]:
    """Two topics of which six decimals will not always tell whether they are nearly equally strong."""
    counted = sorted(total for total in topics.values() if total >= least)
    blur = 4 * slack / least
    for i, weaker in enumerate(counted):
        for stronger in counted[i + 1 :]:
            if abs(weaker * NEARLY / stronger - 1) < blur:
                yield _unsure(least, slack, half_life)


def _unsure(least: float, slack: float, half_life: float) -> float:
    """An eighth of the time in which a sum at the limit fades by as much as it may be off."""
    return max(LEAST_STEP, half_life * (slack / least) / log(2) / 8)
