"""One person across all systems, and the company behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from connector.model.person.consent import State
from connector.model.person.touch import Touch
from connector.model.systems.fact import Outcome
from connector.model.systems.ref import Ref


class Value(NamedTuple):
    """A field's value, the ref that showed it and the time at which its change was first seen there (aware UTC)."""

    value: Any
    source: Ref
    at: datetime


class Consent(NamedTuple):
    """Where a person stands on one purpose; `said` is the statement that decides, None where nobody has made any."""

    state: State
    said: Value | None = None
    field: str = ""  # in which it was said


class Observed(NamedTuple):
    """What we last saw or wrote in one property of one record, and the hub value it stood for."""

    form: Any  # the vendor's form
    value: Any  # the hub value
    at: datetime  # when this change was first seen, or written
    ours: bool = False  # we wrote it, and nobody has edited it since
    sent: tuple[Any, ...] = ()  # what we sent, where the system shows it in a spelling of its own

    @property
    def forms(self) -> tuple[Any, ...]:
        """Every form that says what the record says now: the one shown, and the one sent."""
        return (self.form, *self.sent)


@dataclass(frozen=True, slots=True)
class Account:
    """A company: `key` is ours; `owner` is the CRM user who owns it, if any system names one.

    `deals` are the outcomes of its opportunities, whoever of its people takes part in them, oldest first.
    """

    key: str
    refs: tuple[Ref, ...]
    fields: Mapping[str, Any]
    owner: Ref | None = None
    deals: tuple[Outcome, ...] = ()


class Late(NamedTuple):
    """An activity that was learned late; `row` is the one of the ledgers with which it was learned."""

    kind: str
    at: datetime
    asset: str
    detail: Mapping[str, Any] | None
    row: int


class HandedOver(NamedTuple):
    """A hand-over that a record shows although we have not written it there; `key` is ours on the record."""

    at: datetime
    answer_due: datetime | None
    key: str
    where: Ref
    track: str = "main"


@dataclass(frozen=True, slots=True)
class Contact:
    """A person. `key` is random, minted with the contact, and is the external id in a CRM; `id` is this store's integer.

    `fields` holds the winning value of each known hub field; an unknown field is absent. `outcomes` are those still
    standing, oldest first. `observed` is the base of every comparison, per ref and vendor property.
    """

    id: int
    key: str
    refs: tuple[Ref, ...]
    fields: Mapping[str, Value]
    account: Account | None = None
    outcomes: tuple[Outcome, ...] = ()
    recorded: Mapping[str, datetime] = field(
        default_factory=dict
    )  # outcome key -> when we learned it
    observed: Mapping[Ref, Mapping[str, Observed]] = field(default_factory=dict)
    done: frozenset[str] = frozenset()  # keys of tasks already created for this contact
    tasks: Mapping[str, Ref] = field(default_factory=dict)  # of these the living ones, by key
    owned_before: Mapping[Ref, Ref] = field(
        default_factory=dict
    )  # record -> its last owner that we did not name, where a scope hands back
    contested: frozenset[str] = (
        frozenset()
    )  # fields that wait for a person to choose (`wins: manual`)

    consents: Mapping[str, Consent] = field(default_factory=dict)  # by purpose, every one of them
    handed: HandedOver | None = None  # a hand-over that the store may have lost
    first_activity: Touch | None = None  # the earliest on any record they ever had
    first_seen: datetime | None = None  # when we first saw a record of theirs
    known: int = 0  # the last row of the ledgers that this was loaded from
    late: tuple[Late, ...] = ()  # learned after a way back although they happened before it

    def value(self, name: str) -> Any:
        """The value of a hub field, or None while it is unknown."""
        found = self.fields.get(name)
        return None if found is None else found.value
