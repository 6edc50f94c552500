"""Two records become one, and a person is erased (api-contracts A.15)."""

from __future__ import annotations

from connector.sandbox.hubspot.records import derived, standard, values
from connector.sandbox.hubspot.records.portal import API, Portal
from connector.sandbox.hubspot.records.refusal import Refusal, invalid
from connector.sandbox.hubspot.records.table import Edit, Record, Stamp

MOST_MERGED = 250
"""Identities one record may carry."""


def merge(portal: Portal, kind: str, primary: Record, other: Record, stamp: Stamp) -> Record:
    """The survivor: since 2025 a third record whose id is new; both old ids lead to it."""
    if primary.id == other.id:
        raise invalid("Cannot merge a record with itself")
    renewed = portal.switches.merged_id == "new"
    ids = derived.merged_ids(primary, other, renewed=renewed)
    if len(ids) > MOST_MERGED:
        raise Refusal(
            414, "VALIDATION_ERROR", f"Cannot have more than {MOST_MERGED} identities on a profile"
        )
    if stamp.source == API:
        portal.tally(kind, 1, 1)
    stamp = Stamp(stamp.ms, "MERGE_OBJECTS", stamp.source_id)
    found = derived.merged_values(kind, portal.schemas[kind], primary, other, ids, stamp.ms)
    portal.archive(kind, other, stamp)
    survivor = _renewed(portal, kind, primary, stamp) if renewed else primary
    gone = [other, primary] if renewed else [other]
    for record in gone:
        _lead_on(portal, kind, record.id, survivor.id)
    moved = {name: value for name, value in found.items() if survivor.values.get(name) != value}
    moved.pop("hs_object_id", None)
    survivor.created = min(primary.created, other.created)
    portal.apply(kind, survivor, moved, stamp)
    portal.notices.tell(
        "merge", kind, survivor.id, stamp, primaryObjectId=primary.id, mergedObjectIds=[other.id],
        newObjectId=survivor.id, numberOfPropertiesMoved=len(moved),
    )  # fmt: skip
    return survivor


def _renewed(portal: Portal, kind: str, primary: Record, stamp: Stamp) -> Record:
    table = portal.tables[kind]
    portal.archive(kind, primary, stamp)
    number = table.new_id()
    held = {**primary.values, "hs_object_id": str(number)}
    held[standard.modified(kind)] = values.iso(stamp.ms)
    record = Record(
        number,
        held,
        primary.created,
        stamp.ms,
        [*primary.edits, Edit(stamp, {"hs_object_id": str(number)})],
    )
    table.add(record)
    portal.keep(kind, record, held)
    return record


def _lead_on(portal: Portal, kind: str, old: int, new: int) -> None:
    """Whatever knew the old id knows the survivor."""
    aliases = portal.tables[kind].aliases
    for id_ in [id_ for id_, target in aliases.items() if target == old]:
        aliases[id_] = new
    aliases[old] = new
    portal.graph.move(kind, old, new)
    portal.lists.move(standard.KINDS[kind], old, new)
    portal.occurrences.move(kind, old, new)


def erase(portal: Portal, record: Record | None, email: str, stamp: Stamp) -> None:
    """Remove a contact for good; an unknown address is kept out for ever instead."""
    if record is None:
        portal.blocked.add(email.lower())
        return
    for address in derived.addresses(record.values):
        portal.forms.erased[address] = stamp.ms
    portal.notices.tell("privacyDeletion", "contacts", record.id, stamp, changeFlag="DELETED")
    portal.archive("contacts", record, stamp)
    portal.tables["contacts"].forget(record.id)
    portal.occurrences.of.pop(("contacts", record.id), None)
    for to_kind, to_id, _ in portal.graph.around("contacts", record.id):
        portal.graph.cut("contacts", record.id, to_kind, to_id)
