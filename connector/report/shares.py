"""Two shares compared: Wilson's interval of each, and Newcombe's of their difference, both of 95 per cent.

Wilson, J. Am. Stat. Assoc. 22 (1927) 209; Newcombe, Statistics in Medicine 17 (1998) 873, method 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054  # of 95 per cent, two-sided


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's: of nobody nothing is known."""
        if not self.whole:
            return 0.0, 1.0
        n, p = self.whole, self.part / self.whole
        middle, wide = p + Z * Z / (2 * n), Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        scale = 1 + Z * Z / n
        low = 0.0 if self.part == 0 else (middle - wide) / scale
        high = 1.0 if self.part == n else (middle + wide) / scale
        return max(0.0, low), min(1.0, high)


@dataclass(frozen=True, slots=True)
class Difference:
    """How much larger one share is than the other."""

    one: Share
    other: Share

    @property
    def value(self) -> float | None:
        if self.one.value is None or self.other.value is None:
            return None
        return self.one.value - self.other.value

    @property
    def interval(self) -> tuple[float, float]:
        """Newcombe's, from the intervals of both; everything is possible where one side has nobody."""
        if self.value is None or self.one.value is None or self.other.value is None:
            return -1.0, 1.0
        (low, high), (least, most) = self.one.interval, self.other.interval
        p, q = self.one.value, self.other.value
        down = sqrt((p - low) ** 2 + (most - q) ** 2)
        up = sqrt((high - p) ** 2 + (q - least) ** 2)
        return max(-1.0, self.value - down), min(1.0, self.value + up)

    @property
    def says(self) -> str:
        """more, fewer, or "" where the interval has zero in it: then nothing can be told."""
        low, high = self.interval
        return "more" if low > 0 else "fewer" if high < 0 else ""
