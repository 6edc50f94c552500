"""A property of a vendor that shows one of our fields, or that we write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from connector.model.mapping.field import FieldType

Unknown = Literal["keep", "ignore", "hold"]


@dataclass(frozen=True, slots=True)
class Read:
    """A property that shows one of our fields. `values` translates (vendor -> hub); `unknown` says what a value absent there means.

    `currency` is the property of the same record that names an amount's currency.
    """

    field: str
    property: str
    type: FieldType
    values: Mapping[str, Any] | None = None
    unknown: Unknown = "keep"
    where: str = ""
    currency: str = ""
    given_at: str = ""  # of consent: the property with the time at which it was given
    confirmed: str = ""  # of consent: the property that shows its confirmation
    evidence: tuple[str, ...] = ()  # of consent: properties kept as its proof

    def proofs(self) -> tuple[str, ...]:
        """The properties beside a consent that show when and how it was given."""
        return tuple(name for name in (self.given_at, self.confirmed, *self.evidence) if name)


@dataclass(frozen=True, slots=True)
class Write:
    """A property we write. `source` is a hub field, or stage, owner, stream, score.grade, score.band, score.profile,
    score.activity, score.explanation, score.as_of, follow_up.answer_due, follow_up.overdue, handover.at, handover.number,
    handover.answer (only ever emptied: an answer from before a new hand-over), key; classification, targeted, origin, channel,
    interest.explanation, interest.topic, interest.phase, interest.as_of."""

    property: str
    source: str
    type: FieldType
    values: Mapping[str, Any] | None = None  # hub -> vendor
    if_missing: Any = None
    max_length: int | None = None
    too_long: Literal["cut", "refuse"] = "refuse"
    backward: Literal["plain", "clear_then_set"] = "plain"
    on_create_only: bool = False
    shared: bool = False  # both sides may edit it: the property is read into a field as well
    where: str = ""
    unknown: Unknown = (
        "hold"  # a value that the table lacks: written as it is, left out, or put on the shelf
    )
    of: FieldType = "text"  # what a list holds
    decimals: int | None = None  # places after the point; more are rounded
    currency: str = ""  # the property that is written with an amount, always both
    unit: str = ""  # the currency (ISO 4217) of every amount in a property without one
    grants: bool = False  # of consent: a yes is passed on, too; else only what takes it back
    purpose: str = ""  # written only while the person agrees to this
    track: str = ""  # the business field it shows; "": the one that leads


@dataclass(frozen=True, slots=True)
class TaskWrite:
    """A follow-up task in the CRM for each hand-over, found again by its key."""

    kind: str  # Task
    key: str  # the property that holds our key
    subject: str
    where: str = ""
