"""The custom fields that the mappings name, as Salesforce's metadata describes fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from connector.decide.fields.sources import ANSWER
from connector.model.mapping.field import FieldType
from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.platforms.salesforce.reading.kinds import bare
from connector.platforms.salesforce.session import NAME

REASONS = ("No budget", "Bad timing", "Not reachable", "Too early", "Wrong person", "Too small", "Competitor", "Duplicate")  # fmt: skip
_ANSWERS = ("Accepted", "Rejected")
_TEXT: dict[str, Any] = {"type": "Text", "length": 255}
_BY_TYPE: dict[FieldType, dict[str, Any]] = {
    "number": {"type": "Number", "precision": 18, "scale": 2},
    "money": {"type": "Currency", "precision": 18, "scale": 2},
    "date": {"type": "Date"},
    "datetime": {"type": "DateTime"},
    "yes_no": {"type": "Checkbox", "defaultValue": False},
    "email": {"type": "Email"},
    "phone": {"type": "Phone"},
}


_KEY_MARKS = ("externalId", "unique", "caseSensitive")
_ACTIVITY = frozenset({"Task", "Event"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """One custom field. `metadata` is what the Tooling API takes; `optional` members are left out where Salesforce refuses
    them (history that is not switched on, external ids on activities)."""

    kind: str
    name: str
    metadata: dict[str, Any]
    optional: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        return f"{self.kind}.{self.name}"

    @property
    def home(self) -> str:
        """Custom fields of tasks and events live on Activity; their permissions are Task's."""
        return "Activity" if self.kind in _ACTIVITY else self.kind

    def plainer(self) -> dict[str, Any]:
        return {name: value for name, value in self.metadata.items() if name not in self.optional}

    def __str__(self) -> str:
        return f"create field {self.full_name} ({self.metadata['type']})"


def wanted(mappings: Mappings, reasons: Sequence[str] = REASONS) -> tuple[Wanted, ...]:
    """Every custom field (`…__c`) of ours, each once; the CRM's own custom fields are never touched."""
    found: dict[str, Wanted] = {}
    written, read = _written(mappings.platforms[NAME]), _read(mappings.platforms[NAME])
    for each in (*written, *read, *_answered(mappings, reasons)):
        if each.name.endswith("__c"):
            found.setdefault(each.full_name, each)
    return tuple(found.values())


def _written(mapping: PlatformMapping) -> Iterator[Wanted]:
    for name, record in mapping.records.items():
        same = mapping.records.get(record.same_as)
        key = record.external_id or (same.external_id if same else "")
        if key:
            yield Wanted(name, key, _key(key))
        for write in (*record.write, *(same.write if same else ())):
            if write.property.startswith("Leadcycle_") and write.source != ANSWER:
                yield Wanted(
                    name, write.property, _of(write.property, write.type, write.max_length)
                )
        if record.task:
            yield Wanted(record.task.kind, record.task.key, _key(record.task.key), _KEY_MARKS)


def _read(mapping: PlatformMapping) -> Iterator[Wanted]:
    """What people fill in for us: why and until when a clock stands still."""
    for name, record in mapping.records.items():
        same = mapping.records.get(record.same_as)
        for read in (*record.read, *(same.read if same else ())):
            if read.property.startswith("Leadcycle_"):
                yield Wanted(name, read.property, _of(read.property, read.type, None))


def _answered(mappings: Mappings, reasons: Sequence[str]) -> Iterator[Wanted]:
    """What reps fill in: acceptance, the reason of a rejection, the reason of a loss."""
    for line in mappings.outcomes.get(NAME, ()):
        kinds = [
            line.about(),
            *(k for k, r in mappings.platforms[NAME].records.items() if r.same_as == line.about()),
        ]
        for kind in kinds:
            if line.shape == "field" and line.property.startswith("Leadcycle_"):
                yield Wanted(
                    kind,
                    line.property,
                    _choice(line.property, _ANSWERS, tracked=True),
                    ("trackHistory",),
                )
            if line.reason and bare(line.reason).endswith("__c"):
                yield Wanted(kind, bare(line.reason), _choice(bare(line.reason), reasons))


def _label(name: str) -> str:
    return name.removesuffix("__c").replace("_", " ")


def _key(name: str) -> dict[str, Any]:
    return {
        "type": "Text",
        "label": _label(name),
        "length": 64,
        "externalId": True,
        "unique": True,
        "caseSensitive": True,
    }


def _of(name: str, kind: FieldType, length: int | None) -> dict[str, Any]:
    if kind in _BY_TYPE:
        return {"label": _label(name), **_BY_TYPE[kind]}
    if length and length > 255:
        return {
            "label": _label(name),
            "type": "LongTextArea",
            "length": max(length, 256),
            "visibleLines": 6,
        }
    return {"label": _label(name), **_TEXT}


def _choice(name: str, values: Iterable[str], *, tracked: bool = False) -> dict[str, Any]:
    """Acceptance is tracked, so that its time is known to the second (api-contracts B.6)."""
    listed = [{"fullName": value, "label": value, "default": False} for value in values]
    definition = {"sorted": False, "value": listed}
    made = {
        "type": "Picklist",
        "label": _label(name),
        "valueSet": {"restricted": True, "valueSetDefinition": definition},
    }
    return {**made, "trackHistory": True} if tracked else made
