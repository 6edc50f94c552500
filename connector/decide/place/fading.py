"""When time alone may change what a person is interested in: never late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import inf, log, log2

from connector.decide.place.interest import NEARLY, PARTS, counted, sums
from connector.decide.scoring.decay import ULP
from connector.model.person.decision import Strength
from connector.model.rules import Interest

LEAST_STEP = 1.0  # seconds


def until_less(interest: Interest, strengths: Mapping[str, Strength]) -> float:
    """Seconds for which topics, phase and kinds surely stay as they are; inf if they always do.

    All strengths fade by one half-life, so the order of topics stays and each falls below `least` at a moment that can be
    solved for. Six decimals of each strength are known, now and then: so much earlier it is looked at.
    """
    if interest.half_life is None or not interest.traces:
        return inf
    found = counted(interest, strengths)
    if not found:
        return inf
    half_life, least = interest.half_life.total_seconds(), interest.least
    slack = ULP * (sum(trace.weight for trace, _ in found) + 1.0)
    added = [sums(found, part) for part in PARTS]
    moments = [
        moment for each in added for moment in _falls(each.values(), least, slack, half_life)
    ]
    moments += _overtakes(added[0], least, slack, half_life)
    return min(moments, default=inf)


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
    standing = sorted(total for total in topics.values() if total >= least)
    blur = 4 * slack / least
    for i, weaker in enumerate(standing):
        for stronger in standing[i + 1 :]:
            if abs(weaker * NEARLY / stronger - 1) < blur:
                yield _unsure(least, slack, half_life)


def _unsure(least: float, slack: float, half_life: float) -> float:
    """An eighth of the time in which a sum at the limit fades by as much as it may be off."""
    return max(LEAST_STEP, half_life * (slack / least) / log(2) / 8)
