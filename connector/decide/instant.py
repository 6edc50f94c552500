"""One contact at one instant, as a decision is made about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connector.decide.facts import Facts
from connector.decide.ready import Ready
from connector.model.person.decision import Strength
from connector.model.rules import Rulebook


@dataclass(frozen=True, slots=True)
class Instant:
    """The rules, the facts, the strengths that count in the track, and why the contact is excluded ("": it is not)."""

    ready: Ready
    facts: Facts
    strengths: Mapping[str, Strength]
    excluded: str
    now: datetime

    @property
    def book(self) -> Rulebook:
        return self.ready.book
