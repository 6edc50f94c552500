"""All rules as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.model.rules.classification import NOTHING_SAID, Channel, Classification
from connector.model.rules.follow_up import FollowUp
from connector.model.rules.interest import NO_CATALOGUE, Interest
from connector.model.rules.lifecycle import Lifecycle
from connector.model.rules.nurture import Nurture
from connector.model.rules.routing import Routes
from connector.model.rules.scoring import Scoring
from connector.model.rules.signal import Signal


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rulebook; `digest` is the SHA-256 (hex) of its canonical text: two rulebooks with one digest decide alike."""

    digest: str
    timezone: str
    language: str
    scoring: Scoring
    lifecycle: Lifecycle
    routes: Routes
    follow_up: FollowUp
    nurture: Nurture
    free_mail: frozenset[str] = frozenset()  # domains that never name a company
    classification: Classification = NOTHING_SAID
    channels: tuple[Channel, ...] = ()
    interest: Interest = NO_CATALOGUE
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Texts that rules give in several languages: the text they go by -> language -> text."""

    @property
    def signals(self) -> tuple[Signal, ...]:
        """Everything of which a contact has a strength: the signals that score, those that count machines, and the interest's."""
        acts = self.scoring.activities
        traces = tuple(trace.signal for trace in self.interest.traces)
        return (*acts.signals, *acts.machines, *traces)
