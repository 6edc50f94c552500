"""What a record kind reads and writes, with what it takes over through `same_as`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from connector.model.mapping.mappings import PlatformMapping
from connector.model.mapping.property import Read, TaskWrite, Write
from connector.model.mapping.record import Record

# What a Salesforce Lead has and a Contact has not, or has under another name (api-contracts B.8).
_ON_CONTACT = {
    "Company": "",
    "LeadSource": "",
    "Status": "",
    "CountryCode": "MailingCountryCode",
    "Country": "MailingCountry",
    "StateCode": "MailingStateCode",
    "State": "MailingState",
    "PostalCode": "MailingPostalCode",
    "City": "MailingCity",
    "Street": "MailingStreet",
    "Industry": "",
    "NumberOfEmployees": "",
    "Website": "",
}


def reads(platform: PlatformMapping, record: Record) -> tuple[Read, ...]:
    """The record's own reads; if it has none, those of the kind it is the same as."""
    model = platform.records.get(record.same_as)
    if record.read or model is None:
        return record.read
    return tuple(
        _read_on(replace(read, property=name), record)
        for read, name in ((read, _continued(read.property, record)) for read in model.read)
        if name
    )


def _read_on(read: Read, record: Record) -> Read:
    """What is read beside a property, under the names it has here."""
    if not read.proofs():
        return read
    return replace(
        read,
        given_at=_continued(read.given_at, record),
        confirmed=_continued(read.confirmed, record),
        evidence=tuple(filter(None, (_continued(name, record) for name in read.evidence))),
    )


def writes(platform: PlatformMapping, record: Record) -> tuple[Write, ...]:
    """The record's own writes; if it has none, those of the kind it is the same as, without the ones for creation."""
    model = platform.records.get(record.same_as)
    if record.write or model is None:
        return record.write
    return tuple(
        replace(write, property=name)
        for write, name in ((write, _continued(write.property, record)) for write in model.write)
        if name and not write.on_create_only
    )


def task(platform: PlatformMapping, record: Record) -> TaskWrite | None:
    """The follow-up task goes with the person: it hangs on whatever record continues the lead."""
    model = platform.records.get(record.same_as)
    return record.task or (model.task if model else None)


def continued_by(platform: PlatformMapping, kind: str) -> frozenset[str]:
    """Kinds a record of this kind turns into (a Lead into a Contact)."""
    return frozenset(r.kind for r in platform.records.values() if r.same_as == kind)


def home(record: Record, platforms: Iterable[PlatformMapping]) -> PlatformMapping:
    """The platform a record's mapping belongs to; raises ValueError for a record of none of them."""
    for platform in platforms:
        if any(other is record for other in platform.records.values()):
            return platform
    raise ValueError(f"record {record.kind!r} is not in these mappings")


def _continued(name: str, record: Record) -> str:
    return _ON_CONTACT.get(name, name) if record.kind == "Contact" else name
