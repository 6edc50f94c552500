"""The wanted values of one record in one system, and the system's answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, NamedTuple

from connector.model.systems.ref import Ref

Lane = Literal["hot", "follow_up", "routine", "backfill"]
LANES: tuple[Lane, ...] = ("hot", "follow_up", "routine", "backfill")  # most urgent first
State = Literal["written", "retry", "refused", "unclear", "gone", "moved"]


class Over(NamedTuple):
    """What a property's wanted value is put over: the field (or whatever else it is written from), the rule, whose value won."""

    field: str
    rule: str
    winner: str = ""  # a ref as text; "": our own decision


@dataclass(frozen=True, slots=True)
class Change:
    """Wanted values of one record, in the vendor's form.

    A record that does not exist yet has a `ref` whose id is `new:<key>`; `key` is then also its external id in the CRM.
    `base` holds what was observed when this was decided: if it no longer equals what is observed at lease, the change is
    dropped and the contact decided again. `values` are the hub values the forms stand for. `lookup` names what else
    identifies the person, for the search that precedes every create: `email`, and in `aliases` further addresses of theirs (of a task:
    further keys), divided by blanks.
    """

    ref: Ref
    fields: Mapping[str, Any]
    base: Mapping[str, Any]
    lane: Lane
    decision: int
    contact: int
    key: str = ""
    create: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)
    lookup: Mapping[str, str] = field(default_factory=dict)
    shared: tuple[str, ...] = ()  # properties both sides may edit: read again just before the write
    over: Mapping[str, Over] = field(
        default_factory=dict
    )  # properties in which an edit of others loses
    lossy: tuple[str, ...] = ()  # properties that hold less than the value, or do not get it
    id: int = 0  # the outbox row
    version: int = 0  # of that row: a newer change may have replaced it meanwhile
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """A system's answer to one change.

    `ref` is the record as the system now names it (a create learns its id here; `moved` learns where it went).
    `code` and `message` are the vendor's, without values. `fields` are the properties really written,
    `shown` what the system answered that it shows for them, where it says so and it is another form.
    """

    change: Change
    state: State
    ref: Ref | None = None
    code: str = ""
    message: str = ""
    hint: str = ""
    retry_after: timedelta | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    shown: Mapping[str, Any] = field(default_factory=dict)
