"""Kinds of records and their fields, as an administrator may change them at run time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from connector.sandbox.salesforce.org.refusal import Refusal, no_kind

SYSTEM = """
Id id ro
IsDeleted boolean ro
CreatedDate datetime ro
CreatedById reference ro to=User:CreatedBy
LastModifiedDate datetime ro
LastModifiedById reference ro to=User:LastModifiedBy
SystemModstamp datetime ro
"""
_DEFAULT_LENGTH = {"string": 255, "textarea": 255, "email": 80, "phone": 40, "url": 255, "picklist": 255,
                   "multipicklist": 4099, "id": 18, "reference": 18, "longtextarea": 32768}  # fmt: skip
TYPES = {*_DEFAULT_LENGTH, "boolean", "int", "double", "currency", "percent", "date", "datetime", "anytype"}  # fmt: skip


@dataclass(slots=True)
class Field:
    """One field. `type` is describe's word, but a long text area is `longtextarea` (it cannot be filtered)."""

    name: str
    type: str
    label: str
    length: int = 0
    createable: bool = True
    updateable: bool = True
    required: bool = False
    external_id: bool = False
    unique: bool = False
    restricted: bool = False
    values: list[str] = field(default_factory=list)
    default: Any = None
    to: tuple[str, ...] = ()
    relationship: str | None = None
    tracked: bool = False
    hidden: bool = False  # no field-level access for the integration user
    locked: bool = False  # the integration user may read it, not edit it
    calculated: bool = False
    inactive: list[str] = field(
        default_factory=list
    )  # values that records may hold and nobody may choose
    controller: str = ""
    valid: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # the controller's value -> values
    enforced: bool = False  # by the API, too
    precision: int = 18
    scale: int = 2

    @property
    def custom(self) -> bool:
        return self.name.endswith("__c")

    @property
    def filterable(self) -> bool:
        return self.type not in ("longtextarea", "anytype")

    @property
    def indexed(self) -> bool:
        """Whether a query by equal values must not scan."""
        return self.external_id or self.unique or self.type in ("reference", "email")


def label_of(name: str) -> str:
    """`OwnerId` -> `Owner ID`, `Leadcycle_Key__c` -> `Leadcycle Key`."""
    plain = name.removesuffix("__c").replace("_", " ")
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain)
    return re.sub(r"\bId$", "ID", spaced)


def read_field(line: str) -> Field:
    """One line of the standard tables: `Name type[(length)] [words]`; see `standard.py`."""
    name, kind, *words = line.split()
    found = re.fullmatch(r"(\w+)(?:\((\d+)\))?", kind)
    if not found:
        raise ValueError(f"no field type: {line!r}")
    type_ = found[1]
    made = Field(name, type_, label_of(name), int(found[2] or _DEFAULT_LENGTH.get(type_, 0)))
    for word in words:
        _apply(made, word)
    return made


def _apply(made: Field, word: str) -> None:
    key, _, value = word.partition("=")
    match key:
        case "required":
            made.required = True
        case "ro":
            made.createable = made.updateable = False
        case "fixed":
            made.updateable = False
        case "track":
            made.tracked = True
        case "ext":
            made.external_id = True
        case "unique":
            made.unique = True
        case "of" | "only":
            made.values = value.replace("_", " ").split("|")
            made.restricted = key == "only"
        case "default":
            made.default = {"true": True, "false": False}.get(value, value.replace("_", " "))
        case "to":
            targets, _, made.relationship = value.partition(":")
            made.to = tuple(targets.split("|"))
        case _:
            raise ValueError(f"no field word: {word!r}")


class Kind:
    """One sObject type: its key prefix and its fields, found without regard to case."""

    def __init__(
        self, name: str, prefix: str, fields: Iterable[Field], words: Iterable[str]
    ) -> None:
        self.name = name
        self.prefix = prefix
        flags = set(words)
        self.tooling = "tooling" in flags
        self.writable = "ro" not in flags
        self.hidden = False  # no access for the API user
        self.merges = "merges" in flags
        self.fields: dict[str, Field] = {}
        for each in fields:
            each.hidden = f"-{each.name}" in flags  # not every object has every system field
            self.add(each)

    def add(self, made: Field) -> None:
        self.fields[made.name.lower()] = made

    def find(self, name: str) -> Field | None:
        """The field of this name (any case), or None if there is none or the API user may not see it."""
        found = self.fields.get(name.lower())
        return None if found is None or found.hidden else found

    def by_relationship(self, name: str) -> Field | None:
        wanted = name.lower()
        for each in self.fields.values():
            if each.relationship is not None and each.relationship.lower() == wanted:
                return None if each.hidden else each
        return None

    def visible(self) -> Iterator[Field]:
        return (each for each in self.fields.values() if not each.hidden)


class Schema:
    """All kinds, by name in lower case and by key prefix; `version` counts the administrator's changes."""

    def __init__(self) -> None:
        self.kinds: dict[str, Kind] = {}
        self.by_prefix: dict[str, Kind] = {}
        self.version = 0

    def define(self, name: str, prefix: str, lines: str, *words: str) -> None:
        """Add a kind whose fields are the system fields and those of `lines`."""
        texts = [line for line in (SYSTEM + lines).splitlines() if line.strip()]
        made = Kind(name, prefix, (read_field(line) for line in texts), words)
        self.kinds[name.lower()] = self.by_prefix[prefix] = made

    def find(self, name: str, *, tooling: bool = False) -> Kind | None:
        found = self.kinds.get(name.lower())
        if found is None or found.hidden or found.tooling != tooling:
            return None
        return found

    def kind(self, name: str, *, tooling: bool = False) -> Kind:
        """The kind of this name (any case); raises INVALID_TYPE."""
        found = self.find(name, tooling=tooling)
        if found is None:
            raise no_kind(name)
        return found

    def of_id(self, text: str) -> Kind | None:
        """The kind that an id's key prefix names."""
        return self.by_prefix.get(text[:3])

    def add_field(self, kind: Kind, made: Field) -> None:
        """A new field; a second one of the name is refused as the Tooling API does."""
        if made.name.lower() in kind.fields:
            raise Refusal(
                400, "DUPLICATE_DEVELOPER_NAME",
                f"There is already a field named {made.name.removesuffix('__c')} on {kind.name}.", [],
            )  # fmt: skip
        kind.add(made)
        self.version += 1

    def remove_field(self, kind: Kind, name: str) -> None:
        del kind.fields[name.lower()]
        self.version += 1


def plain(name: str, type_: str, **words: Any) -> Field:
    """A field as hands and the Tooling API add it; an unset length is the type's usual one.

    A text area of more than 255 characters is a long one. An unknown type is a ValueError.
    """
    if type_ == "textarea" and (words.get("length") or 0) > _DEFAULT_LENGTH["textarea"]:
        type_ = "longtextarea"
    if type_ not in TYPES:
        raise ValueError(f"{type_} is no field type; known are {', '.join(sorted(TYPES))}")
    made = Field(name, type_, label_of(name), _DEFAULT_LENGTH.get(type_, 0))
    return replace(made, **{key: value for key, value in words.items() if value is not None})
