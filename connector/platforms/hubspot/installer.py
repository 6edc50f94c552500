"""Puts into a portal what the mappings write: a property group, properties, a custom stage, lists. Reads first, creates what is
missing (api-contracts A.9, A.10), changes nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from connector.errors import Refused
from connector.model.mapping.mappings import Mappings
from connector.model.mapping.property import Write
from connector.model.mapping.record import Record
from connector.platforms.budget import Unmetered
from connector.platforms.connection import Connection
from connector.platforms.hubspot import failure
from connector.platforms.hubspot.calls import CONTACTS, Calls
from connector.platforms.hubspot.check import missing_labels
from connector.platforms.hubspot.door import Members
from connector.platforms.hubspot.options import CUSTOM
from connector.platforms.hubspot.source import mapping_of

GROUP, GROUP_LABEL = "leadcycle", "Leadcycle"
_TYPES: Mapping[str, tuple[str, str]] = {
    "number": ("number", "number"),
    "date": ("date", "date"),
    "datetime": ("datetime", "date"),
    "yes_no": ("bool", "booleancheckbox"),
    "phone": ("string", "phonenumber"),
}
_LONG = frozenset({"score.explanation"})
_YES_NO = [
    {"label": "Yes", "value": "true", "displayOrder": 0, "hidden": False},
    {"label": "No", "value": "false", "displayOrder": 1, "hidden": False},
]
Step = tuple[str, Callable[[], object]]


class HubSpotInstaller:
    """`plan` and `install` read the portal anew each time, so a second install has nothing to do."""

    def __init__(self, connection: Connection, mappings: Mappings) -> None:
        self._calls = Calls(connection, Unmetered())
        self._mapping = mapping_of(connection, mappings)

    def plan(self) -> Sequence[str]:
        return [line for line, _ in self._steps()]

    def install(self) -> Sequence[str]:
        """Raises Refused, TryLater, Stopped or Unclear at the first step that fails; running it again goes on from there."""
        done: list[str] = []
        for line, act in list(self._steps()):
            act()
            done.append(line)
        return done

    def _steps(self) -> Iterator[Step]:
        for kind, record in self._mapping.records.items():
            if record.write:
                known = {str(row.get("name")): row for row in self._calls.properties(kind)}
                yield from self._properties(kind, record, known)
                yield from self._labels(kind, record, known)
        for name in dict.fromkeys(self._mapping.streams.values()):
            if not self._has_list(name):
                yield f"list of contacts {name!r} (manual)", self._list(name)

    def _properties(
        self, kind: str, record: Record, known: Mapping[str, Members]
    ) -> Iterator[Step]:
        missing = [write for write in record.write if write.property not in known]
        if missing and not any(group.get("name") == GROUP for group in self._calls.groups(kind)):
            yield (
                f"property group {GROUP} of {kind}",
                lambda: self._calls.create_group(
                    kind, {"name": GROUP, "label": GROUP_LABEL, "displayOrder": -1}
                ),
            )
        for write in {write.property: write for write in missing}.values():
            yield f"property {write.property} of {kind}", self._property(kind, definition(write))

    def _labels(self, kind: str, record: Record, known: Mapping[str, Members]) -> Iterator[Step]:
        for name, labels in missing_labels(record, known).items():
            options = list(known[name].get("options") or ())
            for label in labels:
                options = inserted(options, label, _before(record, name, label))
            yield f"option {', '.join(labels)} of {kind}.{name}", self._options(kind, name, options)

    def _property(self, kind: str, found: Members) -> Callable[[], object]:
        return lambda: self._calls.create_property(kind, found)

    def _options(self, kind: str, name: str, options: Sequence[Members]) -> Callable[[], object]:
        return lambda: self._calls.change_property(kind, name, {"options": list(options)})

    def _list(self, name: str) -> Callable[[], object]:
        return lambda: self._calls.create_list(
            {"name": name, "objectTypeId": CONTACTS, "processingType": "MANUAL"}
        )

    def _has_list(self, name: str) -> bool:
        try:
            self._calls.list_named(name)
        except Refused as refusal:
            if refusal.code in failure.MISSING:
                return False
            raise
        return True


def definition(write: Write) -> Members:
    """The property as HubSpot wants it described."""
    type_, field_type = _TYPES.get(
        write.type, ("string", "textarea" if write.source in _LONG else "text")
    )
    found: Members = {
        "name": write.property,
        "label": write.property.replace("_", " ").capitalize(),
        "type": type_,
        "fieldType": field_type,
        "groupName": GROUP,
        "description": f"Written by leadcycle from {write.source}",
    }
    return {**found, "options": _YES_NO} if type_ == "bool" else found


def inserted(options: Sequence[Members], label: str, after: Any) -> list[Members]:
    """The options with one more, behind the value `after` (at the end if that is unknown): the order of stages counts."""
    value = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")
    kept = [option for option in options if option.get("value") != value]
    place = next(
        (index + 1 for index, option in enumerate(kept) if option.get("value") == after), len(kept)
    )
    rows = [*kept[:place], {"label": label, "value": value, "hidden": False}, *kept[place:]]
    return [{**option, "displayOrder": index} for index, option in enumerate(rows)]


def _before(record: Record, name: str, label: str) -> Any:
    """What the mapping names just before this label."""
    forms = [
        form
        for write in record.write
        if write.property == name
        for form in (write.values or {}).values()
    ]
    place = forms.index(CUSTOM + label) if CUSTOM + label in forms else 0
    return forms[place - 1] if place else None
