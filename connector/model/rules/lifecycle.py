"""Stages and the ways between them, what a hand-over needs, and the business fields in which a cycle can run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from connector.model.condition import ALWAYS, Condition

KEEP = timedelta(days=30)
"""How long lead events count on while something is asked for, where the rules do not say."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One way from any of `before` to `after`.

    `back` is a way back: it spends the outcomes and lead events known so far. `hold_for`: the condition must have held that
    long without a break. `rest`: no way forward is taken that long afterwards, except one with `breaks_rest`.
    `stream`: the nurture stream it asks for, by name. `needs`: fields without which it does not hand over.
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
    needs: tuple[str, ...] = ()
    despite_guard: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """A field without which nobody is handed over of whom `when` holds."""

    field: str
    when: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Ask:
    """What happens while a hand-over lacks nothing but one of `fields`: a stream, a task in the CRM, both or neither.

    For `keep` after the asking began lead events count on, so that they are not lost when the answer takes its time.
    """

    name: str
    fields: tuple[str, ...]
    where: str
    stream: str = ""
    task: str = ""
    keep: timedelta = KEEP


@dataclass(frozen=True, slots=True)
class Guard:
    """Of whom `when` holds, nobody is handed over or moved back, except by a way that goes `despite_guard`."""

    name: str
    when: Condition
    where: str


@dataclass(frozen=True, slots=True)
class Track:
    """A business field with a cycle of its own. Who enters it: of whom `when` holds; `start` is the stage where they begin."""

    name: str
    where: str
    label: str = ""
    when: Condition = ALWAYS
    start: str = ""


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """`stages` in the order of the house; `start` is where a new contact begins; reaching `hand_over` (or passing it) hands over.

    `aside` are stages beside that order: below all of it for a hand-over, neither above nor below for a condition. `skip`: a way
    may also be taken from stages before those it names. `working` are the stages in which sales works the lead (streams stop).
    `required` are hub fields without which nobody is handed over, `needs` those that only some need; `consent` is a condition
    that must hold for a hand-over. `renamed`: a stage that is no more -> its name now. `tracks`: those beside `main`.
    """

    stages: tuple[str, ...]
    start: str
    hand_over: str
    transitions: tuple[Transition, ...]
    working: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    consent: Condition | None = None
    rejection_reasons: tuple[tuple[str, str], ...] = ()  # CRM value or reason -> label
    aside: tuple[str, ...] = ()
    skip: bool = False
    needs: tuple[Need, ...] = ()
    asks: tuple[Ask, ...] = ()
    guards: tuple[Guard, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    renamed_where: str = ""
    tracks: tuple[Track, ...] = ()
    main_label: str = ""

    def rank(self, stage: str) -> int:
        """Place of a stage in the order, -1 for one beside it and for an unknown one."""
        return self.stages.index(stage) if stage in self.stages else -1

    def every(self) -> tuple[str, ...]:
        """All stages, those in the order first."""
        return self.stages + self.aside

    def track(self, name: str) -> Track | None:
        """The rules of a track beside `main`."""
        return next((track for track in self.tracks if track.name == name), None)

    def label(self, name: str) -> str:
        """What people call a track."""
        found = self.track(name)
        return (found.label if found else self.main_label) or name
