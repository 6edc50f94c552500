"""One contact explained, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connector.decide.counterfactual import Nearest
from connector.decide.scoring.exclusion import InForce
from connector.model.person.contact import Contact
from connector.model.person.decision import Routing, Score
from connector.model.person.standing import Standing
from connector.model.systems.ref import Ref
from connector.report.explain.belonging import Belonging
from connector.report.explain.hindsight import Hindsight
from connector.report.explain.plain import plain
from connector.store import Lost, Recorded, Statement


@dataclass(frozen=True, slots=True)
class Explained:
    """One contact at one moment. `rulebook` is the one in force then; `history` ends at `at`."""

    contact: Contact
    at: datetime
    rulebook: str
    standing: Standing
    score: Score
    routing: Routing | None
    routed_at: datetime | None
    history: tuple[Recorded, ...]
    waits: tuple[str, ...]
    lost: tuple[Lost, ...] = ()
    disputes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lossy: tuple[str, ...] = ()
    links: Mapping[Ref, str] = field(default_factory=dict)  # by what each record was linked
    said: tuple[Statement, ...] = ()  # about being contacted
    outside: tuple[str, ...] = ()  # platforms on which nothing is written of this person, and why
    others: tuple[Standing, ...] = ()  # in the other tracks
    exclusions: tuple[InForce, ...] = ()  # the first one is the reason
    belonging: Belonging | None = None
    people: frozenset[Ref] = frozenset()  # of its records those that are a person's
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # of the rules
    hindsight: Hindsight | None = None  # asked for: the same moment by what is known now
    nearest: Nearest | None = None  # asked for: what would lead to a stage

    def as_json(self) -> dict[str, Any]:
        """Everything, with `reasons` whose points sum to `score.total`."""
        return plain(self)
