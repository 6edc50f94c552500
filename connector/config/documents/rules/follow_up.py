"""rules/follow_up.yaml: clocks in working hours, who is told when, what makes them stand still."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema, model_validator

from connector.config.documents.written.amounts import (
    Duration,
    Name,
    OneOrMore,
    Share,
    Text,
    one_or_more,
)
from connector.config.documents.written.condition import ConditionDocument
from connector.config.documents.written.document import Document, Part, told
from connector.config.documents.written.hours import Day, Hours, WorkingTime
from connector.config.documents.written.patterns import CLOCK_NAME
from connector.model.rules.follow_up import EventKind

KINDS: tuple[str, ...] = tuple(
    kind for kind in get_args(EventKind) if kind not in ("stage", "evidence")
)
QUALIFIED = ("stage", "evidence")
KNOWN: dict[str, tuple[str, tuple[str, ...]]] = {
    "answer": ("handed_over", ("accepted", "rejected")),
    "contacted": ("handed_over", ("contacted",)),
    "outcome": ("accepted", ("won", "lost")),
}
"""Clocks whose names say what they measure."""


def event(value: Any) -> tuple[str, str]:
    """`accepted`, `{stage: SAL}` or `{evidence: Event}` as (kind, name)."""
    if isinstance(value, str) and value in KINDS:
        return value, ""
    if isinstance(value, dict) and len(value) == 1:
        kind, name = next(iter(value.items()))
        if kind in QUALIFIED and isinstance(name, str) and name:
            return kind, name
    raise told(
        "nothing that starts or stops a clock",
        f"write one of {', '.join(KINDS)}, {{stage: NAME}} or {{evidence: KIND}}",
    )


_EVENT_SCHEMA: dict[str, Any] = {
    "oneOf": [
        {"type": "string", "enum": list(KINDS)},
        *(
            {
                "type": "object",
                "properties": {kind: {"type": "string"}},
                "required": [kind],
                "additionalProperties": False,
            }
            for kind in QUALIFIED
        ),
    ]
}
EventText = Annotated[tuple[str, str], PlainValidator(event), WithJsonSchema(_EVENT_SCHEMA)]
Ways = Annotated[
    tuple[Literal["task", "email"], ...],
    Field(min_length=1),
    BeforeValidator(
        one_or_more,
        json_schema_input_type=Literal["task", "email"] | list[Literal["task", "email"]],
    ),
]


class CalendarDocument(Part):
    """Working hours."""

    timezone: Name | None = Field(default=None, description="The project's own if it is not named.")
    hours: Hours = Field(description='By weekday: {mon-thu: "08:00-17:00"}.')
    holidays: Name | None = Field(
        default=None, description="Country and region, e.g. DE-NI, AT, US-CA."
    )
    closed: tuple[Day, ...] = Field(default=(), description="Further days off, e.g. 2026-12-24.")


class OwnCalendarDocument(CalendarDocument):
    """Working hours of some owners."""

    name: Name = Field(description="As reports name it.")
    owners: tuple[Name, ...] = Field(default=(), description="Whose calendar this is, by address.")
    pools: tuple[Name, ...] = Field(
        default=(), description="Members of these pools who have no other one."
    )


class ReminderDocument(Part):
    """Somebody is told before the time is over."""

    at: Share = Field(description="How much of the time is gone: 50%.")
    tell: OneOrMore = Field(
        default=("owner",), description="owner, substitute, manager, an address."
    )
    by: Ways = Field(default=("task",), description="task, email, or both.")
    subject: Text | None = Field(default=None, description="Of the task and the e-mail.")


def reminder(value: Any) -> Any:
    """A share alone tells the owner."""
    if isinstance(value, str):
        return {"at": value}
    if not isinstance(value, dict | ReminderDocument):
        raise told("no reminder", "write a percentage: 50%, or {at: 50%, tell: manager}")
    return value


Reminder = Annotated[
    ReminderDocument,
    BeforeValidator(reminder, json_schema_input_type=Share | ReminderDocument),
]


class RungDocument(Part):
    """Somebody is told, or gets the lead, once the time is over."""

    tell: OneOrMore = Field(default=(), description="owner, substitute, manager, an address.")
    reassign: Literal[True] | None = Field(
        default=None, description="true: the lead goes to somebody who has not had it, by routing."
    )
    after: WorkingTime | None = Field(
        default=None, description="Working time after the end; at once if not named."
    )
    by: Ways = Field(default=("task",), description="task, email, or both.")
    subject: Text | None = Field(default=None, description="Of the task and the e-mail.")

    @model_validator(mode="after")
    def _one(self) -> RungDocument:
        if bool(self.tell) == bool(self.reassign):
            raise told(
                "not exactly one thing to do", "write {tell: owner} or {reassign: true, after: 8h}"
            )
        return self


class ClockDocument(Part):
    """How long a step may take in working time."""

    name: Annotated[str, Field(pattern=CLOCK_NAME)] = Field(
        description="Small letters, digits and _. answer, contacted and outcome know what they measure."
    )
    starts: EventText | None = Field(default=None, description="What starts it.")
    stops: Annotated[tuple[EventText, ...], Field(min_length=1)] | None = Field(
        default=None, description="What stops it; rejected and won always do."
    )
    within: Annotated[dict[Name, WorkingTime], Field(min_length=1)] = Field(
        description='By grade; "*" for every other. 3d are three average working days.'
    )
    remind: tuple[Reminder, ...] = Field(default=(), description="Who is told before it is over.")
    on_breach: tuple[RungDocument, ...] = Field(
        default=(), description="Who is told once it is over, and then."
    )
    task_subject: Text | None = Field(
        default=None, description="Subject of the hand-over's task in the CRM (clock answer)."
    )

    def began(self) -> tuple[str, str]:
        """What starts it, as written or as its name says."""
        return self.starts or (KNOWN[self.name][0], "")

    def ended(self) -> tuple[tuple[str, str], ...]:
        """What stops it."""
        return self.stops or tuple((kind, "") for kind in KNOWN[self.name][1])

    @model_validator(mode="after")
    def _known(self) -> ClockDocument:
        for key in ("starts", "stops"):
            if getattr(self, key) is None and self.name not in KNOWN:
                raise told(
                    f'the clock "{self.name}" does not say what {key} it',
                    f'add "{key}"; only {", ".join(KNOWN)} know theirs',
                )
        return self


class PauseDocument(Part):
    """What makes clocks stand still: a date in a field, the owner's absence, or a condition."""

    name: Name = Field(description="As explain names it.")
    until: Name | None = Field(default=None, description="A field with a day or moment.")
    owner_away: Literal[True] | None = Field(default=None, description="While the owner is away.")
    when: ConditionDocument | None = Field(default=None, description="As long as this holds.")
    reason: Name | None = Field(default=None, description="A field that says why.")
    longest: Duration | None = Field(
        default=None, description="Altogether, for one clock of one hand-over, by the wall clock."
    )
    clocks: tuple[Name, ...] = Field(default=(), description="Only these; all if not named.")

    @model_validator(mode="after")
    def _one(self) -> PauseDocument:
        if sum(part is not None for part in (self.until, self.owner_away, self.when)) != 1:
            raise told(
                "not exactly one cause of a pause",
                "write until: FIELD, owner_away: true, or when: {…}",
            )
        return self


class TogetherDocument(Part):
    """Many at once."""

    at_least: Annotated[int, Field(ge=2, le=1000)] = Field(description="So many leads.")
    within: Duration = Field(description="In so short a time.")


class SuspicionDocument(Part):
    """A silent rejection: something happened, and then nothing. Shown in the report, never written."""

    name: Name = Field(description="As the report names it.")
    after: Literal["handed_over", "accepted", "touched", "contacted", "opened"] = Field(
        description="What happened."
    )
    evidence: Name | None = Field(
        default=None, description="Only where a record of this kind shows it, e.g. Task."
    )
    without: Annotated[
        tuple[
            Literal["accepted", "rejected", "touched", "contacted", "opened", "won", "lost"], ...
        ],
        Field(min_length=1),
    ] = Field(description="What should have followed, or gone before.")
    working_days: Annotated[int, Field(ge=1, le=250)] = Field(
        description="Until so many have gone by."
    )
    together: TogetherDocument | None = Field(
        default=None,
        description="Only if the same owner did it to many leads at once; in the report.",
    )


class FollowUpDocument(Document):
    """rules/follow_up.yaml"""

    calendar: CalendarDocument = Field(description="Working hours and holidays.")
    calendars: tuple[OwnCalendarDocument, ...] = Field(
        default=(), description="Of owners and pools that work at other times."
    )
    clocks: tuple[ClockDocument, ...] = Field(default=(), description="How long sales may take.")
    pauses: tuple[PauseDocument, ...] = Field(default=(), description="When clocks stand still.")
    suspicious: tuple[SuspicionDocument, ...] = Field(
        default=(), description="What looks like a rejection that nobody has said."
    )
