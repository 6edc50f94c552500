"""A contact export of a real portal becomes the sandbox's contacts: headers may be labels or internal names."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from connector.sandbox.hubspot.records import derived, values
from connector.sandbox.hubspot.records.fields import Property, Schema
from connector.sandbox.hubspot.records.portal import Portal
from connector.sandbox.hubspot.records.refusal import Refusal
from connector.sandbox.hubspot.records.table import Stamp

_FORMATS = (
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%m/%d/%Y",
)
_PERSON = re.compile(r"\s*([^(]*?)\s*(?:\(([^)]*@[^)]*)\))?\s*")


class ExportError(ValueError):
    """An export that cannot be read: file, line, what is wrong."""


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: dict[str, str]


def load_contacts(portal: Portal, path: Path) -> int:
    """Read all, then create all: after an `ExportError` the portal is as it was, but for properties and owners."""
    schema = portal.schemas["contacts"]
    ready = []
    seen: dict[str, int] = {}
    for line in _lines(path, schema, portal.now()):
        try:
            id_, given, created = _contact(portal, schema, line)
            portal.check("contacts", given, None)
        except ValueError as problem:
            reason = problem.message if isinstance(problem, Refusal) else str(problem)
            raise ExportError(f"{path.name}:{line.number}: {reason}") from None
        for address in derived.addresses(
            {name: str(value).lower() for name, value in given.items()}
        ):
            _once(path, line.number, "e-mail address", address, seen)
        if id_:
            _once(path, line.number, "Record ID", str(id_), seen)
            if id_ in portal.tables["contacts"].records:
                raise ExportError(
                    f"{path.name}:{line.number}: a contact with the Record ID {id_} exists already"
                )
        ready.append((id_, given, created))
    for id_, given, created in ready:
        portal.create(
            "contacts", given, Stamp(created, "IMPORT", path.name), id_=id_, checked=False
        )
    return len(ready)


def _once(path: Path, line: int, what: str, key: str, seen: dict[str, int]) -> None:
    if key in seen:
        raise ExportError(f"{path.name}:{line}: the {what} {key} is in line {seen[key]} already")
    seen[key] = line


def _lines(path: Path, schema: Schema, now: int) -> Iterator[_Line]:
    """The rows under the header; a column that is no property becomes one of type string."""
    reader = csv.reader(_text(path).splitlines(keepends=True), strict=True)
    try:
        header = next(reader, [])
        if len(set(header)) < len(header) or not any(header):
            raise ExportError(
                f"{path.name}:1: a header with different names is expected, not {header}"
            )
        names = [_named(schema, title, now) for title in header]
        for row in reader:
            if len(row) != len(names):
                raise ExportError(
                    f"{path.name}:{reader.line_num}: {len(row)} values under {len(names)} headers"
                )
            yield _Line(
                reader.line_num, {name: cell.strip() for name, cell in zip(names, row, strict=True)}
            )
    except csv.Error as problem:
        raise ExportError(f"{path.name}:{reader.line_num}: {problem}") from None


def _text(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        raise ExportError(f"{path.name}:{line}: this is not UTF-8 text") from None


def _named(schema: Schema, title: str, now: int) -> str:
    """The internal name behind a header."""
    plain = title.strip()
    if plain in schema.properties:
        return plain
    for prop in schema.properties.values():
        if prop.label.lower() == plain.lower():
            return prop.name
    slug = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_") or "column"
    name = slug if slug[0].isalpha() else f"column_{slug}"
    if not schema.live(name):
        schema.add(
            Property(
                name[:100],
                plain or name,
                group=next(iter(schema.groups)),
                hubspot_defined=False,
                created=now,
            )
        )
    return name[:100]


def _contact(portal: Portal, schema: Schema, line: _Line) -> tuple[int, dict[str, object], int]:
    """Record id (0 for none), values and time of creation of one row; ValueError for what makes no sense."""
    cells = {name: cell for name, cell in line.cells.items() if cell}
    id_ = cells.pop("hs_object_id", "0")
    if not (id_.isascii() and id_.isdigit()) or len(id_) > 18:
        raise ValueError(f"{id_} is not a Record ID")
    born = cells.pop("createdate", "") or cells.pop("hs_createdate", "")
    created = _time(born, portal.switches.timezone) if born else portal.now()
    given = {name: _value(portal, schema.properties[name], cell) for name, cell in cells.items()}
    # What only HubSpot writes (such as the time of the last change) is not taken over.
    return (
        int(id_),
        {name: value for name, value in given.items() if not schema.properties[name].read_only},
        created,
    )


def _value(portal: Portal, prop: Property, cell: str) -> str:
    if prop.name == "hubspot_owner_id":
        return _owner(portal, cell)
    if prop.type == "datetime":
        return values.iso(_time(cell, portal.switches.timezone))
    if prop.type == "bool":
        return {"yes": "true", "no": "false", "ja": "true", "nein": "false"}.get(cell.lower(), cell)
    if prop.type == "enumeration":
        parts = cell.split(";") if prop.field_type == "checkbox" else [cell]
        return ";".join(_option(prop, part.strip()) for part in parts if part.strip())
    return cell


def _option(prop: Property, label: str) -> str:
    """The internal value behind a label; a portal's own options become options here, too."""
    if label in prop.options:
        return label
    for value, shown in prop.options.items():
        if shown.lower() == label.lower():
            return value
    prop.options[label] = label
    return label


def _owner(portal: Portal, cell: str) -> str:
    """An id, or `Name`, or `Name (e-mail)`, as exports have it; an unknown person becomes an owner."""
    if cell in portal.owners.active:
        return cell
    found = _PERSON.fullmatch(cell)
    name, email = (found[1], found[2] or "") if found else (cell, "")
    first, _, last = name.partition(" ")
    address = (
        email or f"{re.sub(r'[^a-z0-9]+', '.', name.lower()).strip('.') or 'owner'}@owners.example"
    )
    for owner in portal.owners.by_id.values():
        if owner.email == address or (not email and f"{owner.first} {owner.last}".strip() == name):
            return str(owner.id)
    return str(portal.owners.add(address, first, last, portal.now()).id)


def _time(text: str, timezone: str) -> int:
    """Exports have local times of the account; API-like ISO times pass as well."""
    try:
        return (
            values.instant(text)
            if "T" in text or text.isdigit()
            else values.to_ms(_local(text, _FORMATS, timezone))
        )
    except (ValueError, OverflowError):
        raise ValueError(f"{text} is not a date and time") from None


def _local(text: str, formats: Sequence[str], timezone: str) -> datetime:
    zone = ZoneInfo(timezone)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        pass
    for pattern in formats:
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=zone)
        except ValueError:
            continue
    raise ValueError(text)
