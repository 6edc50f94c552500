"""Custom fields through the Tooling API, as an installer creates them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sandbox.salesforce.acts import access
from connector.sandbox.salesforce.acts.history import TRACKS, store
from connector.sandbox.salesforce.org.ids import id18
from connector.sandbox.salesforce.org.refusal import Refusal, not_found
from connector.sandbox.salesforce.org.schema import Field, Kind, plain
from connector.sandbox.salesforce.org.state import Actor, Org
from connector.sandbox.salesforce.org.table import Row
from connector.sandbox.salesforce.rest import describe, queries
from connector.sandbox.salesforce.rest.calls import Call, Reply, not_allowed
from connector.sandbox.salesforce.rest.site import Site
from connector.sandbox.salesforce.soql.shape import shaper

TYPES = {
    "Text": "string", "TextArea": "textarea", "LongTextArea": "longtextarea", "Html": "longtextarea",
    "Number": "double", "Currency": "currency", "Percent": "percent", "Checkbox": "boolean", "Date": "date",
    "DateTime": "datetime", "Email": "email", "Phone": "phone", "Url": "url", "Picklist": "picklist",
    "MultiselectPicklist": "multipicklist", "Lookup": "reference",
}  # fmt: skip
_NEEDS = {
    "Text": ("length",), "LongTextArea": ("length", "visibleLines"), "Html": ("length", "visibleLines"),
    "Number": ("precision", "scale"), "Currency": ("precision", "scale"), "Percent": ("precision", "scale"),
    "Picklist": ("valueSet",), "MultiselectPicklist": ("valueSet", "visibleLines"),
    "Lookup": ("referenceTo",), "Checkbox": ("defaultValue",),
}  # fmt: skip


def serve(site: Site, call: Call) -> Reply:
    """`call.path` is what follows `tooling`."""
    match tuple(part.lower() for part in call.path):
        case ("query" | "queryall", *_):
            return queries.serve(site, call, tooling=True)
        case ("sobjects", "customfield"):
            if call.method != "POST":
                raise not_allowed(call, "POST")
            return _create(site, call)
        case ("sobjects", "customfield", "describe"):
            return describe.describe(site, call, site.org.schema.kind("CustomField", tooling=True))
        case ("sobjects", "customfield", _):
            return _one(site, call, call.path[2])
    raise not_found()


def _create(site: Site, call: Call) -> Reply:
    site.count("create CustomField", nested=call.nested)
    body = call.object()
    full, metadata = body.get("FullName"), body.get("Metadata")
    if not isinstance(full, str) or not isinstance(metadata, dict):
        raise _unfit("FullName and Metadata are required")
    kind, name = _target(site.org, full)
    made = _field(name, metadata)
    if not all(site.org.schema.find(target) for target in made.to):
        raise _unfit(
            f"referenceTo value of '{made.to[0][:80]}' does not resolve to a valid sObject type"
        )
    made.hidden = site.org.switches.fls
    key = install(site.org, kind, made, Actor(site.org.integration_user, api=True), metadata)
    if made.hidden:
        site.org.guarded.add((kind.name, name))
        access.refresh(site.org)
    return Reply(201, {"id": key, "success": True, "errors": [], "warnings": [], "infos": []})


def install(org: Org, kind: Kind, made: Field, actor: Actor, metadata: Mapping[str, Any]) -> str:
    """Add the field and its CustomField row; its changes are tracked where the kind has a history."""
    made.tracked = made.tracked or (kind.name in TRACKS and made.filterable)
    org.schema.add_field(kind, made)
    org.table(kind).index(made)
    org.changed_schema()
    short = made.name.removesuffix("__c")
    row = {
        "DeveloperName": short, "TableEnumOrId": kind.name, "FullName": f"{kind.name}.{made.name}",
        "Metadata": dict(metadata),
    }  # fmt: skip
    return str(store(org, "CustomField", row, actor)["Id"])


def uninstall(org: Org, kind: Kind, name: str) -> None:
    """Take a field and its values away; queries that name it fail from now on."""
    field = kind.fields[name.lower()]
    org.schema.remove_field(kind, field.name)
    org.table(kind).forget_field(field.name)
    org.guarded.discard((kind.name, field.name))
    org.changed_schema()


def _unfit(message: str) -> Refusal:
    return Refusal(400, "FIELD_INTEGRITY_EXCEPTION", message, [])


def _target(org: Org, full: str) -> tuple[Kind, str]:
    owner, _, name = full.partition(".")
    kind = org.schema.find("Task" if owner == "Activity" else owner)
    if kind is None or kind.tooling:
        raise Refusal(400, "INVALID_TYPE", f"Entity '{owner[:80]}' is not known", [])
    short = name.removesuffix("__c")
    plain_name = short.isascii() and short.replace("_", "").isalnum() and short[:1].isalpha()
    if not name.endswith("__c") or not plain_name or len(short) > 40 or "__" in short:
        raise _unfit(f"The Custom Field Name is not valid: {name[:80]}")
    return kind, name


def _field(name: str, metadata: Mapping[str, Any]) -> Field:
    type_ = metadata.get("type")
    if not isinstance(type_, str) or type_ not in TYPES:
        raise _unfit(f"Must specify a valid 'type' for a CustomField: {type_!r}")
    if not isinstance(metadata.get("label"), str):
        raise _unfit("Must specify 'label' for a CustomField")
    for need in _NEEDS.get(type_, ()):
        if metadata.get(need) is None:
            raise _unfit(f"Must specify '{need}' for a CustomField of type {type_}")
    values, restricted = _values(metadata.get("valueSet"))
    return plain(
        name, TYPES[type_], label=metadata["label"], length=_whole(metadata, "length"),
        external_id=metadata.get("externalId") is True, unique=metadata.get("unique") is True,
        required=metadata.get("required") is True, values=values, restricted=restricted,
        to=(str(metadata["referenceTo"]),) if type_ == "Lookup" else None,
        relationship=name.removesuffix("__c") + "__r" if type_ == "Lookup" else None,
        tracked=metadata.get("trackHistory") is True, precision=_whole(metadata, "precision"),
        scale=_whole(metadata, "scale"),
        default=str(metadata.get("defaultValue")).lower() == "true" if type_ == "Checkbox" else None,
    )  # fmt: skip


def _whole(metadata: Mapping[str, Any], name: str) -> int | None:
    value = metadata.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 131_072:
        raise _unfit(f"Value for '{name}' is out of range")
    return value


def _values(value_set: Any) -> tuple[list[str] | None, bool | None]:
    """`valueSet: {restricted, valueSetDefinition: {value: [{fullName|valueName, label, default}]}}`."""
    if value_set is None:
        return None, None
    definition = value_set.get("valueSetDefinition") if isinstance(value_set, dict) else None
    listed = definition.get("value") if isinstance(definition, dict) else None
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise _unfit("A valueSet needs a valueSetDefinition with values")
    names = [each.get("fullName") or each.get("valueName") or each.get("label") for each in listed]
    if not all(isinstance(name, str) for name in names):
        raise _unfit("A value of a valueSet needs a name")
    return [str(name) for name in names], value_set.get("restricted") is True


def _one(site: Site, call: Call, text: str) -> Reply:
    org = site.org
    table = org.table("CustomField")
    row = table.rows.get(id18(text) or "")
    if row is None or row["IsDeleted"]:
        raise not_found()
    site.count(f"{call.method.lower()} CustomField", nested=call.nested)
    match call.method:
        case "GET":
            paths = [(each.name,) for each in table.kind.visible()]
            return Reply(200, shaper(org, table.kind, paths, call.version)(row))
        case "PATCH":
            _change(org, row, call.object())
            return Reply(204)
        case "DELETE":
            kind = org.schema.kind(row["TableEnumOrId"])
            uninstall(org, kind, f"{row['DeveloperName']}__c")
            org.commit("CustomField", {**row, "IsDeleted": True, "SystemModstamp": org.stamp()})
            return Reply(204)
    raise not_allowed(call, "GET,PATCH,DELETE")


def _change(org: Org, row: Row, body: Mapping[str, Any]) -> None:
    """New metadata: label, length, the values of a picklist; the type stays."""
    metadata = body.get("Metadata")
    if not isinstance(metadata, dict):
        raise _unfit("Metadata is required")
    kind = org.schema.kind(row["TableEnumOrId"])
    old = kind.fields[f"{row['DeveloperName']}__c".lower()]
    new = _field(old.name, metadata)
    if new.type != old.type:
        raise _unfit("The type of a field cannot be changed here")
    old.label, old.length, old.values, old.restricted = (
        new.label,
        new.length,
        new.values,
        new.restricted,
    )
    org.changed_schema()
    stamped = {
        "Metadata": dict(metadata),
        "LastModifiedDate": org.stamp(),
        "SystemModstamp": org.stamp(),
    }
    org.commit("CustomField", {**row, **stamped})
