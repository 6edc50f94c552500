"""What systems show and people do: sightings, activities, outcomes, and the pages they arrive in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from connector.model.problem import Problem
from connector.model.systems.ref import Ref

OutcomeKind = Literal["accepted", "rejected", "touched", "contacted", "opened", "won", "lost"]
"""`touched`: somebody of sales did something with the lead that shows no contact yet (closed a task)."""
COMPANY = "company"
MoveKind = Literal["merged", "converted"]


class Sighting(NamedTuple):
    """One record as a system showed it at one moment.

    `fields` holds the vendor's properties in the vendor's form, only those a mapping names. `at` is the vendor's time of
    the last modification, `seen_at` when we read it; both aware UTC. `links` are other refs this record names (its
    company, its converted opportunity), by role. `by` is the user who changed it last, where the system tells.
    """

    ref: Ref
    fields: Mapping[str, Any]
    at: datetime
    seen_at: datetime
    links: tuple[tuple[str, Ref], ...] = ()
    by: Ref | None = None


class Activity(NamedTuple):
    """Something a person did. `ref` is the person's record; where a system names only an address, `contact_hint` holds it.

    `key` identifies the activity within its source for ever (a replay has the same key). `recorded_at` is when we learned it.
    """

    ref: Ref | None
    contact_hint: str  # an e-mail address, or ""
    kind: str
    at: datetime
    recorded_at: datetime
    key: str
    asset: str = ""
    detail: Mapping[str, Any] | None = None
    movable: bool = False  # its time may be changed later (a meeting): it counts once, at the time it was first seen with


@dataclass(frozen=True, slots=True)
class Outcome:
    """What sales made of a lead. `ref` is the person's record or one linked to it (an opportunity)."""

    ref: Ref
    kind: OutcomeKind
    at: datetime
    key: str  # the same fact read twice has the same key
    reason: str = ""
    amount: Decimal | None = None
    currency: str = ""
    by: Ref | None = None  # the user who did it
    evidence: Ref | None = None  # the record in the CRM that shows it
    stage: str = ""  # of an opportunity, as the CRM calls it
    track: str = ""  # the business field it is about; "": that of the hand-over it answers


@dataclass(frozen=True, slots=True)
class Tie:
    """A person's record takes part in a record that several may share (an opportunity); `by` is the record that says so.

    With the role COMPANY it is the record of the company that the other one is a deal with.
    """

    ref: Ref
    other: Ref
    role: str
    by: Ref


@dataclass(frozen=True, slots=True)
class Move:
    """A record that continues under another ref: merged into it, or converted to it."""

    old: Ref
    new: Ref
    kind: MoveKind
    at: datetime


@dataclass(frozen=True, slots=True)
class Gone:
    """A record that was deleted in its system."""

    ref: Ref
    at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a source. `cursor` is opaque to all but its stream and stands behind everything in this page.

    `outcomes_of` names records whose outcomes in this page are complete: outcomes of theirs we know that are absent here
    have been taken back (an opportunity re-opened). `last` says that nothing is left behind this page now, so that a unit of
    work which ends with it need not ask again.
    """

    sightings: tuple[Sighting, ...] = ()
    activities: tuple[Activity, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    moved: tuple[Move, ...] = ()
    gone: tuple[Gone, ...] = ()
    problems: tuple[Problem, ...] = ()
    cursor: str = ""
    outcomes_of: tuple[Ref, ...] = field(default=())
    last: bool = False
    ties: tuple[Tie, ...] = ()
    untied: tuple[Ref, ...] = ()  # records that said so of a tie, and are gone
    us: Ref | None = None  # the user as whom we write, where this page names it
