"""One property and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from connector.decide.fields.normal import ONE_ARGUMENT, money, phone
from connector.decide.fields.normal.domain import domain
from connector.decide.fields.normal.owner import owner_on
from connector.decide.fields.normal.table import translated
from connector.decide.fields.normal.union import each
from connector.model.mapping.field import Field, FieldType
from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.model.mapping.property import Read
from connector.model.mapping.record import Record

Normal = Callable[..., Any]

# Records of owners feed the roster: their fields have fixed names and types and are not in fields.yaml.
_OWNER_FIELDS: Mapping[str, FieldType] = {
    "email": "email",
    "name": "text",
    "active": "yes_no",
    "manager": "owner",
    "away_until": "date",
}


class Step(NamedTuple):
    """One property and how it is read; `kind` names the type in a problem's code.

    `memory` holds what texts became: most properties repeat a few hundred of them (a country, a role, a size).
    """

    property: str
    normal: Normal
    kind: str
    where: str
    never_blank: bool
    memory: dict[str, Any]


def step_of(read: Read, record: Record, platform: PlatformMapping, mappings: Mappings) -> Step:
    field = mappings.fields.get(read.field)
    kind: str = read.type
    if record.is_ == "owner":
        kind = _OWNER_FIELDS.get(read.field, read.type)
    elif field and field.identifies == "account" and kind == "text":
        kind = "domain"
    several = kind == "list"
    if several and field:
        kind = field.of
    usual = field.currency if field else ""
    normal = _amount(usual) if kind == "money" else _normal(kind, platform)
    if read.values is not None:
        normal = translated(read.values, read.unknown, normal)
    if several or (field and field.wins == "union"):
        normal = each(normal)
    return Step(read.property, normal, kind, read.where, _never_blank(field), {})


def _amount(usual: str) -> Normal:
    return lambda raw, named=None: money(raw, named, usual)


def _normal(kind: str, platform: PlatformMapping) -> Normal:
    if kind == "domain":
        return domain
    if kind == "phone":
        return phone
    if kind == "owner":
        return owner_on(platform.platform, kind_of(platform, "owner") or "owners")
    return ONE_ARGUMENT[kind]


def _never_blank(field: Field | None) -> bool:
    return field is not None and field.blank == "never"


def kind_of(platform: PlatformMapping, is_: str) -> str:
    """The first kind of record that is such a thing there; "" if there is none."""
    return next((r.kind for r in platform.records.values() if r.is_ == is_), "")
