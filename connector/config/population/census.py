"""What was counted: people with the fields that rules ask about, and what was done lately."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from connector.decide.words.letters import fold

SHARED = 3
"""A value is shown where so many people share it: what one person alone has stays theirs."""


class Person(NamedTuple):
    """Fields as text; `lately`: something of theirs was seen in the period."""

    values: Mapping[str, str]
    lately: bool = True


class Deed(NamedTuple):
    """How often a kind of activity was done on an asset in the period."""

    kind: str
    asset: str
    times: int


class Census(NamedTuple):
    """`sample` are different people, `people` how many there are; `deeds` are all of the last `days`."""

    people: int
    sample: Sequence[Person]
    deeds: Sequence[Deed]
    days: int

    def told(self, count: int) -> str:
        """A number of the sample as one of all people: `3 people`, `about 1,200 people`."""
        whole = self.people <= len(self.sample)
        number = count if whole else _rounded(count * self.people / max(1, len(self.sample)))
        noun = "person" if number == 1 else "people"
        return f"{'' if whole else 'about '}{number:,} {noun}"

    def common(self, values: Iterable[str], least: int = SHARED, most: int = 5) -> str:
        """The most common of these values that enough people share, with counts: `"Quality Manager" (41), "Azubi" (17)`."""
        counts: Counter[str] = Counter()
        spelt: dict[str, Counter[str]] = {}
        for value in values:
            key = " ".join(fold(value).split())
            counts[key] += 1
            spelt.setdefault(key, Counter())[value] += 1
        found = [(n, key) for key, n in counts.items() if n >= max(least, SHARED)]
        found.sort(key=lambda one: (-one[0], one[1]))
        return ", ".join(
            f'"{spelt[key].most_common(1)[0][0][:60]}" ({n:,})' for n, key in found[:most]
        )


def _rounded(number: float) -> int:
    """Two telling digits: an estimate is no more exact than that."""
    whole = round(number)
    return round(whole, 2 - len(str(whole)))
