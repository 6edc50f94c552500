"""Our fields, and how each platform's properties stand for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from connector.model.condition import Condition
from connector.model.identity import Identity
from connector.model.person.consent import Purpose
from connector.model.roster import Away

ItemType = Literal[
    "text",
    "email",
    "phone",
    "country",
    "language",
    "number",
    "date",
    "datetime",
    "choice",
    "yes_no",
    "owner",
]
"""What a list may hold."""
FieldType = Literal[ItemType, "money", "list", "consent"]
WinsRule = Literal[
    "newest",
    "first",
    "order",
    "any_true",
    "most_restrictive",
    "highest_stage",
    "union",
    "only_if_blank",
    "manual",
]
Unknown = Literal["keep", "ignore", "hold"]
RecordIs = Literal["contact", "account", "owner", "none"]
Leaving = Literal["freeze", "clear", "hand_back"]


@dataclass(frozen=True, slots=True)
class Form:
    """How a platform writes values: everything as text (HubSpot) or as typed JSON (Salesforce).

    `datetime` is a strftime pattern for aware UTC times (milliseconds as literal zeros); `clear` is what empties a property.
    `queues` names the properties (`Kind.Property`) that take a queue as an owner.
    """

    text: bool
    datetime: str
    clear: Any
    queues: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Field:
    """One field of ours. `order` lists platforms for `wins: order`, and breaks ties of the other rules.

    `levels` are the values that `most_restrictive` and `highest_stage` go by, the lowest first.
    """

    name: str
    type: FieldType
    wins: WinsRule
    order: tuple[str, ...] = ()
    identifies: Literal["", "person", "account"] = ""
    blank: Literal["unknown", "erase", "never"] = "unknown"
    where: str = ""
    levels: tuple[str, ...] = ()
    of: FieldType = "text"  # what a list holds
    currency: str = ""  # ISO 4217, of an amount of money that names none
    purpose: str = ""  # what a field of type consent is about
    refuses: tuple[str, ...] = ()  # purposes to which a yes in this yes_no field objects


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


@dataclass(frozen=True, slots=True)
class Record:
    """One kind of record on one platform. `create` says who gets one; None: never created."""

    kind: str
    is_: RecordIs
    read: tuple[Read, ...] = ()
    write: tuple[Write, ...] = ()
    external_id: str = ""
    create: Condition | None = None
    same_as: str = ""
    task: TaskWrite | None = None
    account: str = ""  # property that names the company's record
    where: str = ""

    def properties(self) -> tuple[str, ...]:
        """Vendor properties a source must ask for, without doubles, in order."""
        names = [read.property for read in self.read] + [write.property for write in self.write]
        if self.external_id:
            names.append(self.external_id)
        if self.account:
            names.append(self.account)
        names += [read.currency for read in self.read if read.currency]
        names += [name for read in self.read for name in read.proofs()]
        names += [write.currency for write in self.write if write.currency]
        return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class ActivityRead:
    """A vendor's kind of activity -> ours; `asset` is the member that names the asset, `detail` members are kept for conditions.

    `names` are what we call those members, in the same order; none: by their own names.
    """

    vendor_kind: str
    kind: str
    asset: str = ""
    detail: tuple[str, ...] = ()
    where: str = ""
    names: tuple[str, ...] = ()

    def kept(self) -> Iterable[tuple[str, str]]:
        """(our name, the vendor's member) of each detail."""
        return zip(self.names or self.detail, self.detail, strict=True)


@dataclass(frozen=True, slots=True)
class Scope:
    """Who is written on a platform at all, and what happens to the record of somebody who no longer is.

    `freeze` leaves everything as it stands. `clear` empties what only we write. `hand_back` does the same and gives the record
    back to whoever owned it before us.
    """

    when: Condition
    leaving: Leaving = "freeze"
    where: str = ""


@dataclass(frozen=True, slots=True)
class OwnerEntry:
    """One person of `mappings/owners.yaml`. `key` and `aliases` are lower-case addresses; `ids` the records per platform.

    `substitute` is the key of whoever answers instead while this person cannot; "" for nobody. `speaks`: primary subtags of
    languages, empty for any.
    """

    key: str
    aliases: tuple[str, ...] = ()
    ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    substitute: str = ""
    where: str = ""
    speaks: tuple[str, ...] = ()
    away: tuple[Away, ...] = ()


@dataclass(frozen=True, slots=True)
class PlatformMapping:
    platform: str
    form: Form
    records: Mapping[str, Record]
    activities: Mapping[str, ActivityRead] = field(default_factory=dict)
    streams: Mapping[str, str] = field(default_factory=dict)  # our stream -> the vendor's list name
    scope: Scope | None = None  # None: everybody is written here


@dataclass(frozen=True, slots=True)
class OutcomeRead:
    """One way in which a platform shows an outcome. Exactly one of the shapes is used:

    field: `kind.property` with equals/values; converted; task (statuses, types); event; opportunity (won, closed, through).
    """

    outcome: str
    shape: Literal["field", "converted", "task", "event", "opportunity"]
    kind: str = ""
    property: str = ""
    equals: tuple[str, ...] = ()
    reason: str = ""  # property that holds the reason
    amount: str = ""
    currency: str = ""
    stage: str = ""  # property that holds the stage of an opportunity
    status: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    is_won: bool | None = None
    is_closed: bool | None = None
    through: tuple[str, ...] = ("conversion", "contact_role")
    at: str = ""  # "history": the time comes from the record's history; or a property
    where: str = ""
    track: str = ""  # property that tells the business field
    tracks: Mapping[str, str] = field(default_factory=dict)  # its values -> our track

    def about(self) -> str:
        """The kind of record that shows it."""
        return self.kind if self.shape == "field" else _ABOUT[self.shape]


_ABOUT = {"converted": "Lead", "task": "Task", "event": "Event", "opportunity": "Opportunity"}


@dataclass(frozen=True, slots=True)
class Mappings:
    """Everything in `mappings/`; `digest` is part of what a plan pins."""

    digest: str
    fields: Mapping[str, Field]
    platforms: Mapping[str, PlatformMapping]
    outcomes: Mapping[str, tuple[OutcomeRead, ...]]  # by platform
    default_region: str = "DE"
    identity: Identity = field(default_factory=Identity)
    owners: Mapping[str, OwnerEntry] = field(default_factory=dict)  # by key
    purposes: Mapping[str, Purpose] = field(default_factory=dict)  # of consent, by name
