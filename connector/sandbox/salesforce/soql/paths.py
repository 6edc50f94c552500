"""A dotted name in a query: which field it is, and how to get its value from a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connector.sandbox.salesforce.org.refusal import Refusal
from connector.sandbox.salesforce.org.schema import Field, Kind
from connector.sandbox.salesforce.org.state import Org
from connector.sandbox.salesforce.org.table import Row
from connector.sandbox.salesforce.soql.tree import Path

Getter = Callable[[Row], Any]
_TYPE = Field("Type", "string", "Type")


def field_of(org: Org, kind: Kind, path: Path) -> tuple[Field, Getter]:
    """The last field of the path and its getter; raises INVALID_FIELD."""
    if len(path) == 1:
        field = _find(kind, path[0])
        name = field.name
        return field, lambda row: row.get(name)
    link, targets = step(org, kind, path[0])
    if len(targets) > 1 and len(path) == 2:
        return _polymorphic(org, link, targets, path[1])
    inner, get = field_of(org, targets[0], path[1:])
    key = link.name

    def follow(row: Row) -> Any:
        parent = org.find(row.get(key))
        return None if parent is None else get(parent)

    return inner, follow


def step(org: Org, kind: Kind, name: str) -> tuple[Field, list[Kind]]:
    """The reference field behind a relationship name, and the kinds it may lead to."""
    link = kind.by_relationship(name)
    if link is None:
        raise Refusal(
            400, "INVALID_FIELD",
            f"Didn't understand relationship '{name}' in field path. If you are attempting to use a custom "
            "relationship, be sure to append the '__r' after the custom relationship name.",
        )  # fmt: skip
    return link, [org.table(target).kind for target in link.to]


def _find(kind: Kind, name: str) -> Field:
    field = kind.find(name)
    if field is None:
        raise Refusal(
            400, "INVALID_FIELD", f"No such column '{name}' on entity '{kind.name}'. If you are attempting to use "
            "a custom field, be sure to append the '__c' after the custom field name.",
        )  # fmt: skip
    return field


def _polymorphic(org: Org, link: Field, targets: list[Kind], name: str) -> tuple[Field, Getter]:
    """Owner, Who and What lead to a `Name`, which has the common fields and `Type`, the kind itself."""
    key = link.name
    if name.lower() == "type":
        return _TYPE, lambda row: kind_name(org, row.get(key))
    field = next((f for f in (target.find(name) for target in targets) if f is not None), None)
    if field is None:
        raise Refusal(400, "INVALID_FIELD", f"No such column '{name}' on entity 'Name'.")
    canonical = field.name

    def follow(row: Row) -> Any:
        parent = org.find(row.get(key))
        return None if parent is None else parent.get(canonical)

    return field, follow


def kind_name(org: Org, key: str | None) -> str | None:
    """`User`, `Queue`, `Lead` ... for the record of an id."""
    row = org.find(key)
    kind = org.schema.of_id(key) if key else None
    if row is None or kind is None:
        return None
    return "Queue" if kind.name == "Group" and row.get("Type") == "Queue" else kind.name
