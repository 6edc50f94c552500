"""What a describe says of one kind of record, as a shape (api-contracts B.3).

Dependent picklists: each value of the dependent one carries `validFor`, base64 of a bitmap; bit n, counted from the most
significant, stands for the n-th of the controlling field's `picklistValues`, or for false and true of a checkbox (Salesforce,
"DescribeSObjectResult", PicklistEntry).
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

from connector.model.systems.shape import LARGE, Property, PropertyType, Shape
from connector.platforms.salesforce.session import NAME

_TYPES: Mapping[str, PropertyType] = {
    "string": "text",
    "textarea": "text",
    "phone": "text",
    "url": "text",
    "encryptedstring": "text",
    "combobox": "text",
    "email": "email",
    "picklist": "choice",
    "multipicklist": "choices",
    "int": "number",
    "long": "number",
    "double": "number",
    "currency": "number",
    "percent": "number",
    "boolean": "yes_no",
    "date": "date",
    "datetime": "datetime",
    "reference": "reference",
    "id": "reference",
}
_MAILING = "mailing"


def described(name: str, body: Mapping[str, Any]) -> Shape:
    """The shape of a kind from its describe. What a Lead has plainly as its address, a Contact has as its mailing address,
    and a mapping may name it as on a Lead."""
    rows = {str(each.get("name", "")): each for each in body.get("fields") or ()}
    properties = {row.casefold(): _property(each, rows) for row, each in rows.items()}
    if name == "Contact":
        for key in [key for key in properties if key.startswith(_MAILING)]:
            properties.setdefault(key.removeprefix(_MAILING), properties[key])
    return Shape(NAME, name, properties, bool(body.get("createable")), bool(body.get("updateable")))


def _property(each: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]]) -> Property:
    type_ = _TYPES.get(str(each.get("type", "")), "other")
    number, choice = type_ == "number", type_ in ("choice", "choices")
    offered = [row for row in _listed(each) if row.get("active", True)]
    values = tuple(str(row.get("value", "")) for row in offered) if choice else ()
    known = len(values) <= LARGE
    controller = str(each.get("controllerName") or "")
    whole = str(each.get("type")) in ("int", "long")
    return Property(
        name=str(each.get("name", "")),
        type=type_,
        length=_count(each, "length") if type_ in ("text", "email", "choice", "choices") else 0,
        whole=_digits(each, whole=whole) if number else 0,
        decimals=0 if whole else None,
        values=values if known else (),
        restricted=bool(each.get("restrictedPicklist")) and known,
        exact=type_ == "choices",
        nillable=bool(each.get("nillable", True)),
        defaulted=bool(each.get("defaultedOnCreate")),
        createable=bool(each.get("createable")),
        updateable=bool(each.get("updateable")),
        calculated=bool(each.get("calculated")),
        silent=bool(each.get("calculated")),
        controller=controller if controller in rows else "",
        valid=_valid(offered, rows[controller]) if controller in rows and known else {},
    )


def _digits(each: Mapping[str, Any], *, whole: bool) -> int:
    """More decimals than `scale` are rounded by Salesforce, more digits before the point are refused."""
    if whole:
        return _count(each, "digits")
    return max(0, _count(each, "precision") - _count(each, "scale"))


def _valid(
    offered: Sequence[Mapping[str, Any]], controller: Mapping[str, Any]
) -> dict[str, tuple[str, ...]]:
    names = _controlling(controller)
    maps = [(str(row.get("value", "")), bitmap(row.get("validFor"))) for row in offered]
    return {
        name: tuple(value for value, bits in maps if place in bits)
        for place, name in enumerate(names)
    }


def _controlling(controller: Mapping[str, Any]) -> Sequence[str]:
    if controller.get("type") == "boolean":
        return ("false", "true")
    return [str(row.get("value", "")) for row in _listed(controller)]


def _listed(each: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    rows = each.get("picklistValues")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _count(each: Mapping[str, Any], name: str) -> int:
    found = each.get(name)
    return found if isinstance(found, int) and found > 0 else 0


def bitmap(text: Any) -> frozenset[int]:
    """The places of the bits that are set; none for what is no bitmap."""
    try:
        found = b64decode(str(text or ""), validate=True)
    except ValueError:
        return frozenset()
    return frozenset(
        8 * place + bit
        for place, byte in enumerate(found)
        for bit in range(8)
        if byte & (0x80 >> bit)
    )
