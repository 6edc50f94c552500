"""What an administrator does to fields that are in use. Neither values nor stamps of records move by it, unless it says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from connector.sandbox.salesforce.org.refusal import Refusal
from connector.sandbox.salesforce.org.schema import Field, Kind, label_of, plain
from connector.sandbox.salesforce.org.state import Org
from connector.sandbox.salesforce.org.values import coerce


def rename(org: Org, kind: Kind, name: str, new: str) -> None:
    """The API name changes and the values stay: whoever asks by the old name is refused."""
    old = kind.fields[name.lower()]
    org.schema.remove_field(kind, old.name)
    org.schema.add_field(kind, replace(old, name=new, label=label_of(new)))
    _refill(org, kind, old, kind.fields[new.lower()], lambda value: value)


def retype(org: Org, kind: Kind, name: str, type_: str, **words: Any) -> None:
    """What the new type cannot hold is lost, and no stamp moves: nobody sees it by polling."""
    old = kind.fields[name.lower()]
    new = plain(old.name, type_, **words)
    org.schema.remove_field(kind, old.name)
    org.schema.add_field(kind, new)
    _refill(org, kind, old, new, lambda value: _converted(new, value))


def resize(org: Org, kind: Kind, name: str, length: int) -> None:
    """Values that are longer are cut."""
    field = kind.fields[name.lower()]
    field.length = length
    _refill(org, kind, field, field, lambda value: value and str(value)[:length])


def lock(org: Org, kind: Kind, name: str, *, locked: bool) -> None:
    """Field-level edit access of the integration user is revoked, or given back."""
    kind.fields[name.lower()].locked = locked
    org.changed_schema()


def compute(org: Org, kind: Kind, name: str, formula: Callable[[Mapping[str, Any]], Any]) -> None:
    """The field becomes a formula. Its value is worked out anew now; a formula never moves SystemModstamp (api-contracts F.7)."""
    field = kind.fields[name.lower()]
    field.calculated, field.createable, field.updateable = True, False, False
    table = org.table(kind)
    for key, row in list(table.rows.items()):
        table.rows[key] = {**row, field.name: formula(row)}
    org.changed_schema()


def depend(
    org: Org,
    kind: Kind,
    name: str,
    controller: str,
    valid: Mapping[str, Sequence[str]],
    *,
    enforced: bool,
) -> None:
    """The field's values depend on the controller's. Salesforce enforces that in its pages, and in the API only for countries
    and their states; `enforced` makes it so for this one."""
    field = kind.fields[name.lower()]
    field.controller = kind.fields[controller.lower()].name
    field.valid = {value: tuple(allowed) for value, allowed in valid.items()}
    field.enforced = enforced
    org.changed_schema()


def dependent(kind: Kind, row: Mapping[str, Any], names: Sequence[str]) -> None:
    """Refuses a value that its controlling value does not let through, as for states and countries."""
    for name in names:
        field = kind.fields[name.lower()]
        if not field.enforced or row.get(field.name) is None:
            continue
        if row[field.name] not in field.valid.get(_controlling(row.get(field.controller)), ()):
            raise Refusal(
                400,
                "FIELD_INTEGRITY_EXCEPTION",
                f"There's a problem with this {field.label}, even though it may appear correct. "
                f"Please choose one of the valid values.: {field.label}",
                [field.name],
            )


def bitmap(places: Sequence[int], size: int) -> bytes:
    """`validFor` before base64: bit n from the most significant on; whole groups of three bytes, as Salesforce pads them."""
    found = bytearray(max(3, -(-size // 24) * 3))
    for place in places:
        found[place >> 3] |= 0x80 >> (place % 8)
    return bytes(found)


def _controlling(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _converted(field: Field, value: Any) -> Any:
    try:
        return coerce(field, value)
    except Refusal:
        return None


def _refill(org: Org, kind: Kind, old: Field, new: Field, change: Callable[[Any], Any]) -> None:
    table = org.table(kind)
    for key, row in list(table.rows.items()):
        kept = {name: value for name, value in row.items() if name != old.name}
        table.rows[key] = {**kept, new.name: change(row.get(old.name))}
    table.forget_hash(old.name)
    table.index(new)
    org.changed_schema()
