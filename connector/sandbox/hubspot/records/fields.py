"""Property definitions: what a kind of record may hold, and what a written value becomes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.sandbox.hubspot.records import values
from connector.sandbox.hubspot.records.values import Invalid

TYPES = frozenset({"string", "number", "date", "datetime", "enumeration", "bool", "phone_number"})
FIELD_TYPES = frozenset(
    [
        "textarea",
        "text",
        "date",
        "file",
        "number",
        "select",
        "radio",
        "checkbox",
        "booleancheckbox",
        "calculation_equation",
        "html",
        "phonenumber",
    ]
)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
_PLAIN = {
    "number": values.number,
    "bool": values.boolean,
    "date": values.date,
    "datetime": values.datetime_text,
}


@dataclass(slots=True)
class Property:
    """One property of one kind; `options` maps internal values to labels, in display order."""

    name: str
    label: str
    type: str = "string"
    field_type: str = "text"
    group: str = ""
    options: dict[str, str] = field(default_factory=dict)
    unique: bool = False
    read_only: bool = False
    hubspot_defined: bool = True
    description: str = ""
    created: int = 0
    archived_at: int | None = None

    def accept(self, raw: object, before: str, owners: Collection[str]) -> str:
        """The stored form of a written value; Invalid if HubSpot would refuse it. `""` clears."""
        text = values.as_text(raw)
        if self.read_only:
            raise Invalid(
                "READ_ONLY_VALUE",
                f'"{self.name}" is a read only property; its value cannot be set.',
            )
        if not text.strip():
            return ""
        if self.name == "email":
            return values.email(text)
        if self.name == "hubspot_owner_id":
            return _owner(text, owners)
        if self.type == "enumeration":
            if self.field_type == "checkbox":
                return values.several(text, self.options, before)
            return values.chosen(text, self.options)
        return _PLAIN.get(self.type, values.plain)(text)

    def shown(self) -> dict[str, Any]:
        """The definition as the properties API shows it (api-contracts A.9)."""
        found: dict[str, Any] = {
            "name": self.name,
            "label": self.label,
            "type": self.type,
            "fieldType": self.field_type,
            "description": self.description,
            "groupName": self.group,
            "options": [
                {"label": label, "value": value, "displayOrder": place, "hidden": False}
                for place, (value, label) in enumerate(self.options.items())
            ],
            "createdAt": values.iso(self.created),
            "updatedAt": values.iso(self.created),
            "displayOrder": -1,
            "calculated": False,
            "externalOptions": self.name == "hubspot_owner_id",
            "archived": self.archived_at is not None,
            "hasUniqueValue": self.unique,
            "hidden": False,
            "hubspotDefined": self.hubspot_defined,
            "formField": not self.read_only,
            "modificationMetadata": {
                "archivable": not self.hubspot_defined,
                "readOnlyDefinition": self.hubspot_defined,
                "readOnlyValue": self.read_only,
            },
        }
        if self.archived_at is not None:
            found["archivedAt"] = values.iso(self.archived_at)
        return found


def _owner(text: str, owners: Collection[str]) -> str:
    # The owner's id is wanted, not the id of the user behind it (api-contracts A.9).
    if text not in owners:
        raise Invalid("INVALID_OWNER_ID", f"{text} is not the id of an owner")
    return text


def problem(code: str, name: str, message: str, portal_id: int) -> dict[str, Any]:
    """One member of the JSON array that HubSpot hides in the message of a 400 (api-contracts A.4)."""
    return {
        "isValid": False,
        "message": message,
        "error": code,
        "name": name,
        "localizedErrorMessage": message,
        "portalId": portal_id,
    }


@dataclass(slots=True)
class Schema:
    """The properties and groups of one kind."""

    properties: dict[str, Property]
    groups: dict[str, str] = field(default_factory=dict)

    def live(self, name: str) -> Property | None:
        found = self.properties.get(name)
        return found if found and found.archived_at is None else None

    def known(self, names: Iterable[str]) -> list[str]:
        """Those of the names that exist: an undefined property is left out of an answer without an error."""
        return [name for name in names if self.live(name)]

    def unique(self) -> list[str]:
        return [prop.name for prop in self.properties.values() if prop.unique]

    def add(self, prop: Property) -> None:
        """A new property; ValueError for a name, type or field type HubSpot does not take, KeyError for a taken name."""
        if not _NAME.fullmatch(prop.name):
            raise ValueError(
                f"{prop.name!r} is not a property name: lower case, digits and _, a letter first"
            )
        if prop.type not in TYPES or prop.field_type not in FIELD_TYPES:
            raise ValueError(f"{prop.type}/{prop.field_type} is not a type of property")
        if self.live(prop.name):
            raise KeyError(prop.name)
        self.properties[prop.name] = prop

    def accept(
        self,
        given: Mapping[str, object],
        before: Mapping[str, str],
        owners: Collection[str],
        portal_id: int,
    ) -> tuple[dict[str, str], list[dict[str, Any]]]:
        """The values to store, and every problem at once."""
        stored: dict[str, str] = {}
        problems: list[dict[str, Any]] = []
        for name, raw in given.items():
            prop = self.live(name)
            if prop is None:
                message = f'Property "{name}" does not exist'
                problems.append(problem("PROPERTY_DOESNT_EXIST", name, message, portal_id))
                continue
            try:
                stored[name] = prop.accept(raw, before.get(name, ""), owners)
            except Invalid as refusal:
                problems.append(problem(refusal.code, name, str(refusal), portal_id))
        return stored, problems
