"""An e-mail address is put on one record of one person only: before it is written to one, everybody else is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from connector.decide.fields.inherit import writes
from connector.model.mapping.mappings import Mappings
from connector.model.systems.change import Change
from connector.platforms.salesforce.session import NAME
from connector.platforms.salesforce.writing.conclude import retry
from connector.platforms.salesforce.writing.looking.find import Finder
from connector.platforms.salesforce.writing.looking.read_back import Receipts


def address_properties(mappings: Mappings) -> Mapping[str, str]:
    """Per kind: the property that holds the address by which a person is known."""
    platform, found = mappings.platforms[NAME], {}
    for record in platform.records.values():
        for write in writes(platform, record):
            field = mappings.fields.get(write.source)
            if field is not None and field.type == "email" and field.identifies == "person":
                found[record.kind] = write.property
    return found


def taken(finder: Finder, properties: Mapping[str, str], changes: Sequence[Change]) -> Receipts:
    """Updates that would give an address to one record while another one, not read yet, shows it: decided again after the
    next reading. One call, and only where an address is written."""
    seekers: dict[int, Change] = {}
    for change in changes:
        address = change.fields.get(properties.get(change.ref.kind, ""))
        if address and not change.create:
            seekers[id(change)] = replace(change, key="", lookup={"email": str(address)})
    people = finder.people(list(seekers.values())) if seekers else None
    found: Receipts = {}
    for change in changes if people is not None else ():
        seeker = seekers.get(id(change))
        there = None if seeker is None or people is None else people.of(seeker)
        if there is not None and there.ref != change.ref:
            found[id(change)] = retry(change, "TAKEN", f"{there.ref} shows this address by now")
    return found
