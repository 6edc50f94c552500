"""What HubSpot's property definitions say of one kind of record, as a shape (api-contracts A.9).

Every property is optional to HubSpot, rules of administrators apart, which no call of the properties API shows. An archived
property is not in the answer. A hidden option is not offered to people, but taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connector.errors import Refused
from connector.model.mapping.mappings import PlatformMapping
from connector.model.systems.shape import LARGE, Place, Property, PropertyType, Shape, folded
from connector.platforms.hubspot.calls import Calls
from connector.platforms.hubspot.door import Members
from connector.platforms.hubspot.failure import MISSING, Forbidden
from connector.platforms.hubspot.options import CUSTOM
from connector.platforms.hubspot.reading.place import results

OWNED = frozenset({"owners"})  # not described as records are
_LONGEST = 65_536
_TYPES: Mapping[str, PropertyType] = {
    "string": "text",
    "phone_number": "text",
    "number": "number",
    "date": "date",
    "datetime": "datetime",
    "bool": "yes_no",
}


def shapes(mapping: PlatformMapping, calls: Calls) -> dict[Place, Shape]:
    """One call a kind; a kind whose properties we may not list is left out. Raises TryLater, Stopped."""
    found: dict[Place, Shape] = {}
    for kind in mapping.records:
        if kind not in OWNED:
            shape = _shape(mapping.platform, kind, calls)
            if shape is not None:
                found[mapping.platform, kind] = shape
    return found


def _shape(platform: str, kind: str, calls: Calls) -> Shape | None:
    try:
        return described(platform, kind, calls.properties(kind))
    except Forbidden:
        return None
    except Refused as refusal:
        return Shape(platform, kind, visible=False) if refusal.code in MISSING else None


def described(platform: str, kind: str, rows: Iterable[Members]) -> Shape:
    """The shape of a kind from its property definitions."""
    return Shape(platform, kind, folded(tuple(_property(row) for row in rows if row.get("name"))))


def _property(row: Members) -> Property:
    type_ = _type(row)
    options = [each for each in results(row, "options") if isinstance(each, dict)]
    known = type_ in ("choice", "choices") and len(options) <= LARGE
    change = row.get("modificationMetadata")
    writable = not (isinstance(change, dict) and change.get("readOnlyValue"))
    return Property(
        name=str(row["name"]),
        type=type_,
        length=_LONGEST if type_ == "text" else 0,
        values=tuple(str(each.get("value")) for each in options if not each.get("hidden"))
        if known
        else (),
        also=tuple(_spellings(options)) if known else (),
        restricted=known,
        exact=True,
        createable=writable,
        updateable=writable,
        calculated=not writable,
    )


def _type(row: Members) -> PropertyType:
    """Options of an enumeration that lie elsewhere (owners) are not told here."""
    if row.get("type") != "enumeration":
        return _TYPES.get(str(row.get("type")), "other")
    if row.get("externalOptions") or row.get("referencedObjectType") or not results(row, "options"):
        return "other"
    if row.get("fieldType") == "booleancheckbox":
        return "yes_no"
    return "choices" if row.get("fieldType") == "checkbox" else "choice"


def _spellings(options: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for each in options:
        if each.get("hidden"):
            yield str(each.get("value"))
        yield f"{CUSTOM}{each.get('label')}"
