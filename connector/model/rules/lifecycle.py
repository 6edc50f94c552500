"""Stages and the ways between them. Names and order are data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from connector.model.condition import Condition


@dataclass(frozen=True, slots=True)
class Transition:
    """One way from any of `before` to `after`.

    `back` is a way back: it spends the outcomes and lead events known so far. `hold_for`: the condition must have held that
    long without a break. `rest`: no way forward is taken that long afterwards, except one with `breaks_rest`.
    `stream`: the nurture stream it asks for, by name.
    """

    name: str
    before: tuple[str, ...]
    after: str
    when: Condition
    where: str
    back: bool = False
    hold_for: timedelta | None = None
    rest: timedelta | None = None
    breaks_rest: bool = False
    stream: str = ""


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """`stages` in the order of the house; `start` is where a new contact begins; reaching `hand_over` (or passing it) hands over.

    `working` are the stages in which sales works the lead (streams stop). `required` are hub fields without which nobody is
    handed over; `consent` is a condition that must hold for a hand-over.
    """

    stages: tuple[str, ...]
    start: str
    hand_over: str
    transitions: tuple[Transition, ...]
    working: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    consent: Condition | None = None
    rejection_reasons: tuple[tuple[str, str], ...] = ()  # CRM value or reason -> label

    def rank(self, stage: str) -> int:
        """Place of a stage in the order, -1 for an unknown one."""
        return self.stages.index(stage) if stage in self.stages else -1
