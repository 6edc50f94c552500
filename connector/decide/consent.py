"""Where a person stands on each purpose, from everything that was said about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from connector.decide.fields.normal.moment import day, moment
from connector.model.mapping.field import Field
from connector.model.mapping.mappings import Mappings
from connector.model.mapping.property import Write
from connector.model.person.consent import FACT, STATES, Purpose
from connector.model.person.contact import Consent, Observed, Value


def consents(mappings: Mappings, fields: Mapping[str, Value]) -> Mapping[str, Consent]:
    """Every purpose. Of several statements the most restrictive decides, of equal ones the latest; without any, the default."""
    return {
        purpose.name: _consent(purpose, mappings, fields) for purpose in mappings.purposes.values()
    }


def agrees(consents: Mapping[str, Consent], purpose: str) -> bool:
    """Whether something may be done for this purpose; "" asks for nothing."""
    found = consents.get(purpose)
    return not purpose or (found is not None and found.state == "granted")


def fact(consents: Mapping[str, Consent], name: str) -> str | None:
    """What a condition sees as `consent.<purpose>`; None for a name that is none."""
    found = consents.get(name.removeprefix(FACT))
    return None if found is None else found.state


def withheld(
    field: Field | None,
    write: Write,
    value: Any,
    seen: Observed | None,
    stands: Mapping[str, Consent],
) -> bool:
    """Whether consent keeps us from writing this.

    A property with a purpose is written only while the person agrees. A no goes everywhere; that somebody has not objected, or
    agrees, is passed on only where the mapping says `grants`. But where we ourselves wrote the no, its end is written, too.
    """
    if not agrees(stands, write.purpose):
        return True
    if field is None or not (field.type == "consent" or field.refuses):
        return False
    if write.values is not None and value not in write.values:
        return True
    objects = value is True or value == STATES[-1]
    return not objects and not write.grants and not (seen is not None and seen.ours)


def confirmed_state(state: str, given_at: Any, confirmation: Any) -> str:
    """A yes under double opt-in: pending until it is confirmed, and again when it was given anew after the confirmation.

    `confirmation` is what the property shows: a time, or a flag. A time that cannot be read confirms nothing.
    """
    if state != "granted":
        return state
    if confirmation in (None, "", False, "false"):
        return "pending"
    if confirmation in (True, "true"):
        return "granted"
    confirmed, given = _time(confirmation), _time(given_at)
    if confirmed is None:
        return "pending"
    return "pending" if given is not None and confirmed < given else "granted"


def _consent(purpose: Purpose, mappings: Mappings, fields: Mapping[str, Value]) -> Consent:
    said = max(_said(purpose, mappings, fields), default=None)
    if said is None:
        return Consent(purpose.unknown)
    rank, _, name = said
    return Consent(STATES[rank], fields[name], name)


def _said(
    purpose: Purpose, mappings: Mappings, fields: Mapping[str, Value]
) -> Iterator[tuple[int, datetime, str]]:
    """How strict, since when, in which field."""
    for name, value in fields.items():
        field = mappings.fields.get(name)
        if field is None:
            continue
        if field.purpose == purpose.name and value.value in STATES:
            yield STATES.index(value.value), value.at, name
        elif purpose.name in field.refuses and value.value is True:
            yield len(STATES) - 1, value.at, name


def _time(raw: Any) -> datetime | None:
    """A day counts from its beginning."""
    try:
        return moment(raw)
    except ValueError:
        pass
    try:
        found = day(raw)
    except ValueError:
        return None
    return None if found is None else moment(f"{found.isoformat()}T00:00:00Z")
