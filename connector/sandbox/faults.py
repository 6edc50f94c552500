"""Seeded faults: every quirk is a named switch with a probability, drawn from a stream of its own."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Faults:
    """Switches by name (`rate["salesforce.lock"] = 0.3`); an unset switch never fires.

    Each name draws from its own stream, so switching one fault on does not move the others.
    `fired` counts what really happened: a test that wants a fault can prove it got one.
    """

    seed: int = 0
    rate: dict[str, float] = field(default_factory=dict)
    fired: Counter[str] = field(default_factory=Counter)
    _streams: dict[str, random.Random] = field(default_factory=dict)

    def stream(self, name: str) -> random.Random:
        """The random stream that belongs to this name."""
        if name not in self._streams:
            self._streams[name] = random.Random(f"{self.seed}:{name}")
        return self._streams[name]

    def strikes(self, name: str) -> bool:
        """Whether the fault happens now."""
        rate = self.rate.get(name, 0.0)
        if rate <= 0.0 or self.stream(name).random() >= rate:
            return False
        self.fired[name] += 1
        return True
