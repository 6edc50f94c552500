"""What a write must pass before it is committed (api-contracts B.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connector.sandbox.salesforce.org.refusal import Refusal, no_column
from connector.sandbox.salesforce.org.schema import Field, Kind
from connector.sandbox.salesforce.org.state import Actor, Org
from connector.sandbox.salesforce.org.table import Row
from connector.sandbox.salesforce.org.values import coerce


def accept(org: Org, kind: Kind, given: Mapping[str, Any], actor: Actor, *, new: bool) -> Row:
    """The writable fields with checked values; a parent named by its external id becomes its id."""
    found: Row = {}
    closed: list[str] = []
    for name, value in given.items():
        if name == "attributes":
            continue
        field = kind.find(name) if actor.api else kind.fields.get(name.lower())
        if field is None:
            field, value = _parent(org, kind, name, value)
        if not (field.createable if new else field.updateable) or (actor.api and field.locked):
            closed.append(field.name)
        else:
            found[field.name] = coerce(field, value)
    if closed:
        raise Refusal(
            400, "INVALID_FIELD_FOR_INSERT_UPDATE",
            f"Unable to create/update fields: {', '.join(closed)}. Please check the security settings of this "
            "field and verify that it is read/write for your profile or permission set.", closed,
        )  # fmt: skip
    return found


def _parent(org: Org, kind: Kind, name: str, value: Any) -> tuple[Field, Any]:
    """`{"Account": {"Number__c": "7"}}` -> AccountId (foreign keys by external id)."""
    field = kind.by_relationship(name)
    if field is None or not isinstance(value, dict) or not field.to:
        raise no_column(name, kind.name)
    keys = {key: each for key, each in value.items() if key != "attributes"}
    for target in field.to:
        table = org.table(target)
        for key, each in keys.items():
            by = table.kind.find(key)
            if by is None or not by.external_id or len(keys) != 1:
                continue
            if isinstance(each, str | int | float):
                ids = [i for i in table.ids_with(by.name, each) if not table.rows[i]["IsDeleted"]]
                if len(ids) == 1:
                    return field, ids[0]
                shown = str(each)[:80]
                raise Refusal(
                    400, "INVALID_FIELD",
                    f"Foreign key external ID: {shown} not found for field {by.name} in entity {target}",
                )  # fmt: skip
    raise no_column(name, kind.name)


def require(kind: Kind, row: Mapping[str, Any], names: Iterable[str] | None = None) -> None:
    """Required fields hold something; `names` narrows the look to fields that are being written."""
    looked = kind.fields.values() if names is None else (kind.fields[n.lower()] for n in names)
    missing = [each.name for each in looked if each.required and row.get(each.name) is None]
    if missing:
        raise Refusal(
            400,
            "REQUIRED_FIELD_MISSING",
            f"Required fields are missing: [{', '.join(missing)}]",
            missing,
        )


def references(org: Org, kind: Kind, changed: Mapping[str, Any]) -> None:
    """Every id names a living record of a kind that the field allows."""
    for name, value in changed.items():
        field = kind.fields[name.lower()]
        if field.type == "reference" and value is not None and field.to:
            _reference(org, field, value)


def _reference(org: Org, field: Field, value: str) -> None:
    target = org.schema.of_id(value)
    if target is None or target.name not in field.to:
        raise Refusal(
            400, "MALFORMED_ID", f"{field.label}: id value of incorrect type: {value}", [field.name]
        )
    row = org.find(value)
    if row is None:
        raise Refusal(
            400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [field.name]
        )
    if row["IsDeleted"]:
        raise Refusal(400, "ENTITY_IS_DELETED", "entity is deleted", [field.name])
    if target.name == "Lead" and row["IsConverted"]:
        raise Refusal(400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", [])


def owner(org: Org, kind: Kind, value: str | None) -> None:
    """An owner is an active user, or a queue where the kind allows one (api-contracts B.8)."""
    row = org.find(value)
    if row is None:
        raise Refusal(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ["OwnerId"])
    if row["Id"].startswith("00G"):
        if row.get("Type") != "Queue":
            raise Refusal(
                400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ["OwnerId"]
            )
    elif not row["IsActive"]:
        raise Refusal(
            400, org.switches.inactive_owner_code,
            f"operation performed with inactive user [{row['Id'][:15]}] as owner of {kind.name.lower()}",
            ["OwnerId"],
        )  # fmt: skip


def rules(org: Org, kind: Kind, row: Mapping[str, Any]) -> None:
    """Validation rules: the first one whose predicate holds refuses, with the administrator's own words."""
    for predicate, message in org.validations.get(kind.name, ()):
        if predicate(row):
            raise Refusal(400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", message, [])


def unique(org: Org, kind: Kind, row: Mapping[str, Any], names: Iterable[str]) -> None:
    """DUPLICATE_VALUE names the other record by its 15-character id (api-contracts B.4)."""
    table = org.table(kind)
    for name in names:
        field = kind.fields[name.lower()]
        if not field.unique or row.get(name) is None:
            continue
        for key in table.ids_with(name, row[name]):
            if key != row.get("Id") and not table.rows[key]["IsDeleted"]:
                raise Refusal(
                    400, "DUPLICATE_VALUE",
                    f"duplicate value found: {name} duplicates value on record with id: {key[:15]}", [],
                )  # fmt: skip


def lock(org: Org, actor: Actor, key: str | None) -> None:
    """The fault `salesforce.lock`: somebody else holds the row or its parent (api-contracts B.4)."""
    if actor.api and org.faults.strikes("salesforce.lock"):
        about = f": {key[:15]}" if key else ""
        raise Refusal(
            400, "UNABLE_TO_LOCK_ROW",
            f"unable to obtain exclusive access to this record or 1 records{about}", [],
        )  # fmt: skip


def frozen(kind: Kind, row: Mapping[str, Any]) -> None:
    if kind.name == "Lead" and row["IsConverted"]:
        raise Refusal(400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", [])
