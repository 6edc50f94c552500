"""rules/cases/*.yaml: examples that must hold."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, WithJsonSchema

from connector.config.documents.expected import ExpectDocument
from connector.config.documents.mapped.platform import Entry
from connector.config.documents.written.amounts import Duration, Name, Scalar
from connector.config.documents.written.document import Document, Part
from connector.model.person.consent import State
from connector.model.systems.fact import OutcomeKind


def _moment(value: Any) -> Any:
    """A moment with its offset; anything else is left to the type's own sentence."""
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return value
    return value


Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class DeedDocument(Part):
    """Something the person did."""

    kind: Name = Field(description="The kind of activity.")
    at: Moment = Field(description="When, with its offset.")
    asset: str = Field(default="", description="On what.")
    detail: dict[Name, Scalar] = Field(
        default_factory=dict, description="Its details, for conditions."
    )


class AnswerDocument(Part):
    """What sales made of it."""

    kind: OutcomeKind = Field(description="accepted, rejected, contacted, opened, won or lost.")
    at: Moment = Field(description="When, with its offset.")
    reason: str = Field(default="", description="Of a rejection or a loss.")
    stage: str = Field(default="", description="Of the opportunity.")


class RepDocument(Part):
    """Somebody who gets leads, as they are at this moment."""

    away_until: Moment | None = Field(default=None, description="Away until then.")
    left: bool = Field(default=False, description="true: has left the company.")
    open: Annotated[int, Field(ge=0)] = Field(default=0, description="Unanswered leads they have.")
    manager: Name | None = Field(default=None, description="Their manager in the CRM.")
    turns: dict[Name, Annotated[int, Field(ge=0)]] = Field(
        default_factory=dict, description="Leads they were given before, by pool."
    )


Deal = Literal["opened", "won", "lost"]


class BeforeDocument(Part):
    """Where the contact stands before, as far as it is not the beginning."""

    peak: Name | None = Field(default=None, description="The highest stage so far.")
    track: Name | None = Field(default=None, description="The track the case is about.")
    stages: dict[Name, Name] = Field(
        default_factory=dict, description="Where the contact stands in the other tracks, by track."
    )
    owner: Name | None = Field(default=None, description="Who works the lead.")
    handed_over: Moment | None = Field(
        default=None, description="When the lead was handed to the owner."
    )
    answer_due: Moment | None = Field(default=None, description="When the answer is due.")
    handovers: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="Hand-overs so far, with this one."
    )
    former_owners: tuple[Name, ...] = Field(default=(), description="Who had the lead before.")
    went_back: Moment | None = Field(
        default=None, description="When the last way back was taken: what was known then is spent."
    )
    rest_until: Moment | None = Field(default=None, description="Rests until then.")
    stream: Name | None = Field(default=None, description="The nurture stream.")
    held_out: bool | None = Field(
        default=None, description="true: drawn into the hold-out of rules/nurture.yaml."
    )


class ThenDocument(Part):
    """The case goes on: time passes, things happen, and something must have come out."""

    after: Duration | None = Field(default=None, description="Time since the step before.")
    at: Moment | None = Field(default=None, description="Or the moment itself.")
    person: dict[Name, Entry] = Field(
        default_factory=dict, description="Fields of the person that are different now."
    )
    account: dict[Name, Entry] = Field(
        default_factory=dict, description="Fields of the company that are different now."
    )
    account_deals: tuple[Deal, ...] | None = Field(
        default=None, description="How the deals with the company stand now, if otherwise."
    )
    consent: dict[Name, State] = Field(
        default_factory=dict, description="Consent that is different now, by purpose."
    )
    owners: dict[Name, RepDocument] = Field(
        default_factory=dict, description="Owners who are different now."
    )
    activities: tuple[DeedDocument, ...] = Field(default=(), description="What the person did.")
    outcomes: tuple[AnswerDocument, ...] = Field(default=(), description="What sales made of it.")
    expect: ExpectDocument = Field(
        default=ExpectDocument(), description="What must have come out by then."
    )


class CaseDocument(Part):
    """One person, what they did, and what must come out."""

    name: Name = Field(description="What the case shows, as a sentence.")
    now: Moment = Field(description="The moment of the decision, with its offset.")
    stage: Name | None = Field(
        default=None, description="Where the contact stands before; the start if not named."
    )
    since: Moment | None = Field(default=None, description="Since when.")
    person: dict[Name, Entry] = Field(description="The person's fields.")
    account: dict[Name, Entry] = Field(default_factory=dict, description="The company's fields.")
    account_owner: Name | None = Field(default=None, description="Who owns the company in the CRM.")
    account_deals: tuple[Deal, ...] = Field(
        default=(), description="How each deal with the company stands: opened, won or lost."
    )
    activities: tuple[DeedDocument, ...] = Field(default=(), description="What the person did.")
    outcomes: tuple[AnswerDocument, ...] = Field(default=(), description="What sales made of it.")
    before: BeforeDocument = Field(
        default=BeforeDocument(), description="More about where the contact stands before."
    )
    record_owner: Name | None = Field(
        default=None, description="Who owns the person's record in the CRM."
    )
    consent: dict[Name, State] = Field(
        default_factory=dict, description="Consent by purpose, whatever the fields say."
    )
    owners: dict[Name, RepDocument] = Field(
        default_factory=dict, description="Owners who are away, busy, or had their turns."
    )
    expect: ExpectDocument = Field(description="What must come out.")
    then: tuple[ThenDocument, ...] = Field(
        default=(), description="Steps that follow, each from where the one before it ended."
    )


class CasesDocument(Document):
    """rules/cases/*.yaml"""

    cases: tuple[CaseDocument, ...] = Field(min_length=1, description="The examples.")
