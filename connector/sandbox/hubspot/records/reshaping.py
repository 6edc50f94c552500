"""What an administrator does to properties that are in use. Times of change do not move by it."""

from __future__ import annotations

from dataclasses import replace

from connector.sandbox.hubspot.records.portal import Portal


def rename(portal: Portal, kind: str, name: str, new: str) -> None:
    """A new property beside the old one, which is archived; the values are copied."""
    schema, table = portal.schemas[kind], portal.tables[kind]
    old = schema.properties[name]
    schema.add(replace(old, name=new, label=new, created=portal.now(), hubspot_defined=False))
    old.archived_at = portal.now()
    for id_ in table.ids:
        record = table.records[id_]
        if name in record.values:
            record.values = {**record.values, new: record.values[name]}
            table.index(record)


def retype(portal: Portal, kind: str, name: str, type_: str, field_type: str) -> None:
    """Values that are none of the new type stay in the records as they were."""
    prop = portal.schemas[kind].properties[name]
    prop.type, prop.field_type = type_, field_type
    if type_ != "enumeration":
        prop.options = {}
