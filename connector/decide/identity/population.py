"""Whether a key can carry so many people: how many of them would be taken for somebody else.

Birthday style: two strangers agree in a part as often as its values repeat; in a key, if they agree in enough of its parts; and
among n people each has n - 1 strangers. Parts are taken as independent of each other, so the truth is rather more than this.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from connector.decide.identity.keys import values_of
from connector.decide.identity.parts import Values, parts_of
from connector.decide.identity.words.likeness import passes
from connector.model.identity import Key

PAIRS = 50_000  # strangers that a key brings up and that are looked at again, at most
ONE_IN = 2_500  # a key that mistakes fewer of so many is strong enough


@dataclass(frozen=True, slots=True)
class Mistaken:
    """So many of `people` would share a key's value with somebody else."""

    key: Key
    expected: float
    people: int

    @property
    def too_weak(self) -> bool:
        return self.expected >= max(1.0, self.people / ONE_IN)


def mistaken(key: Key, sample: Sequence[Values], people: int) -> Mistaken:
    """The estimate for a key from what a sample of different people show, for a population of `people`."""
    if len(sample) < 2 or people < 2:
        return Mistaken(key, 0.0, people)
    chance = _counted(key, sample) if key.looks_again else _enough(key, sample)
    expected = people * -math.expm1(-(people - 1) * chance)
    return Mistaken(key, expected, people)


def _enough(key: Key, sample: Sequence[Values]) -> float:
    """How likely two strangers agree in enough parts of a key."""
    agree = [1.0]  # by number of parts agreed in
    for part in key.parts:
        counts = Counter(text for values in sample for text in parts_of(part, values)[:1])
        one = _agreement(counts.values(), len(sample))
        agree = [
            (agree[n] if n < len(agree) else 0.0) * (1 - one) + (agree[n - 1] * one if n else 0.0)
            for n in range(len(agree) + 1)
        ]
    return sum(agree[key.needed :])


def _agreement(counts: Iterable[int], people: int) -> float:
    """How likely two of these people show the same; who shows nothing agrees with nobody."""
    return sum(count * (count - 1) for count in counts) / (people * (people - 1))


def _counted(key: Key, sample: Sequence[Values]) -> float:
    """The same of a key that looks again: strangers it brings up, counted; those alike enough are the share that stays."""
    holders: dict[str, list[int]] = {}
    for place, values in enumerate(sample):
        for text in values_of(key, values):
            holders.setdefault(text, []).append(place)
    texts = [
        {name: str(value) for name, value in values.items() if value is not None}
        for values in sample
    ]
    brought = sum(len(held) * (len(held) - 1) // 2 for held in holders.values())
    looked = list(islice(_spread(holders), PAIRS))
    if not looked:
        return 0.0
    stay = sum(passes(key, texts[one], texts[other]) for one, other in looked)
    every = len(sample) * (len(sample) - 1) / 2
    return brought / every * stay / len(looked)


def _spread(holders: Mapping[str, Sequence[int]]) -> Iterator[tuple[int, int]]:
    """Pairs that share a value, a few of each value first, so that a common one does not stand for all."""
    several = [held for held in holders.values() if len(held) > 1]
    for held in several:
        yield from islice(combinations(held, 2), 20)
