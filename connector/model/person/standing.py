"""Where a contact stands in one track."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter

from connector.model.person.run import Run
from connector.model.person.stay import Climb, Stay
from connector.model.systems.ref import Ref

MAIN = "main"


@dataclass(frozen=True, slots=True)
class Handover:
    """One hand-over to sales: when, to whom, until when an answer is due (working hours), and which answer came."""

    at: datetime
    owner: str  # the owner's key in the roster (lower-case e-mail), or the name of a queue
    number: int  # 1 for the first hand-over of this contact and track
    answer_due: datetime | None = None
    answered_at: datetime | None = None
    answer: str = ""  # accepted, rejected or ""
    contacted_at: datetime | None = None
    contacted_by: Ref | None = None
    key: str = ""  # of the contact it was made for, if that one turned out to be this one: its task has that key
    runs: tuple[Run, ...] = ()  # its clocks, one for each rule whose start has come

    @property
    def open(self) -> bool:
        return self.answered_at is None


@dataclass(frozen=True, slots=True)
class Shown:
    """What reps see of the score: frozen at the moment band, grade or stage last changed, so that fading is not written."""

    as_of: datetime
    grade: str
    band: str
    profile: float
    activity: float
    explanation: str
    language: str = ""  # of the explanation; "": the project's


@dataclass(frozen=True, slots=True)
class InterestShown:
    """What reps see of the interest: frozen like the score, and renewed when the leading topics or the phase move."""

    as_of: datetime
    topics: tuple[str, ...]
    phase: str
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Stage and highest stage ever reached, since when, owner, hand-over, rest and running holds.

    `reopened_at` is the moment of the last way back: outcomes and lead events learned before it are spent.
    `spent` is the row of the ledgers up to which that way back knew everything. `holding` maps the name of a transition with
    `hold_for` to the moment since which its condition has held. `cycle` counts from 1, one more each time a hand-over ended.
    `handed` are the moments of all hand-overs: outcomes belong to the track whose hand-over they answer. While a hand-over lacks
    nothing but fields, `asks` names them, and the lead events in `kept` count on until the moment beside them.
    """

    track: str = MAIN
    stage: str = ""
    peak: str = ""
    since: datetime | None = None
    owner: str = ""
    stream: str = ""
    handover: Handover | None = None
    handovers: int = 0
    rest_until: datetime | None = None
    reopened_at: datetime | None = None
    holding: tuple[tuple[str, datetime], ...] = ()
    excluded: str = ""  # the reason, or ""
    overdue: bool = False
    shown: Shown | None = None
    former_owners: tuple[str, ...] = ()
    asked: str = ""  # the stream a way back asked for, as long as the stage stays and the rest runs
    suspicions: tuple[str, ...] = ()  # silent rejections seen, by the rule's name
    cycle: int = 1
    spent: int = 0
    handed: tuple[datetime, ...] = ()
    asks: tuple[str, ...] = ()
    asks_since: datetime | None = None
    kept: tuple[tuple[str, datetime], ...] = ()
    guarded: str = ""  # the guard that keeps the contact from a way it would take
    interest: InterestShown | None = None
    excluding: tuple[
        tuple[str, datetime], ...
    ] = ()  # since when each exclusion's condition has held

    stays: tuple[Stay, ...] = ()  # the latest one in each stream
    stream_held_out: str = ""  # the stream somebody held out would be in
    drawn: tuple[tuple[str, str], ...] = ()  # by hold-out: held, treated or mixed
    climb: Climb | None = None

    def at(self, **values: object) -> Standing:
        """A copy with other values; raises TypeError for a name that a standing does not have.

        What dataclasses.replace does, in half the time: a decision takes three of these.
        """
        if not values.keys() <= _MEMBERS.keys():
            raise TypeError(f"a standing has no {', '.join(values.keys() - _MEMBERS.keys())}")
        copy = object.__new__(Standing)
        for write, value in zip(_MEMBERS.values(), _ALL(self), strict=True):
            write(copy, value)
        for name, value in values.items():
            _MEMBERS[name](copy, value)
        return copy


_MEMBERS: Mapping[str, Callable[[Standing, object], None]] = {
    field.name: slot.__set__ for field in fields(Standing) if (slot := vars(Standing)[field.name])
}
_ALL = attrgetter(*_MEMBERS)
