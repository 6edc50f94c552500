"""Options of choice properties: custom ones have numeric internal values, so the mapping names them by label (api-contracts A.5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.errors import Refused
from connector.model.mapping.mappings import PlatformMapping
from connector.model.mapping.record import Record
from connector.platforms.hubspot import failure
from connector.platforms.hubspot.calls import Calls

CUSTOM = "custom:"


@dataclass(slots=True)
class Options:
    """Options by kind and property, read once and again when a label is not found."""

    calls: Calls
    _kept: dict[tuple[str, str], tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def value(self, kind: str, name: str, form: Any) -> str | None:
        """The internal value of `custom:Label`; None if the property has no such option."""
        label = str(form).removeprefix(CUSTOM)
        found = self._labelled(kind, name, label)
        if found is None and (kind, name) in self._kept:
            del self._kept[kind, name]
            found = self._labelled(kind, name, label)
        return found

    def rank(self, kind: str, name: str, value: str) -> int | None:
        """The place of an internal value in the order of options; None for an unknown one."""
        values = [option for option, _ in self._options(kind, name)]
        return values.index(value) if value in values else None

    def labels(self, kind: str, name: str, named: Iterable[str]) -> Mapping[str, str]:
        """Internal value -> `custom:Label`, for the labels a mapping names."""
        wanted = {label.removeprefix(CUSTOM) for label in named}
        return {
            value: CUSTOM + label for value, label in self._options(kind, name) if label in wanted
        }

    def forget(self) -> None:
        self._kept.clear()

    def _read(self, kind: str, name: str) -> Sequence[Any]:
        """A property that is not there has no options."""
        try:
            return self.calls.property(kind, name).get("options") or ()
        except Refused as refusal:
            if refusal.code in failure.MISSING:
                return ()
            raise

    def _labelled(self, kind: str, name: str, label: str) -> str | None:
        return next((value for value, own in self._options(kind, name) if own == label), None)

    def _options(self, kind: str, name: str) -> tuple[tuple[str, str], ...]:
        if (kind, name) not in self._kept:
            rows = self._read(kind, name)
            ordered = sorted(rows, key=lambda row: row.get("displayOrder") or 0)
            self._kept[kind, name] = tuple(
                (str(row["value"]), str(row["label"])) for row in ordered
            )
        return self._kept[kind, name]


def custom_names(record: Record) -> Mapping[str, frozenset[str]]:
    """Property -> the `custom:Label` forms a record's mapping uses, in either direction."""
    found: dict[str, set[str]] = {}
    for name, form in (*_written(record), *_read(record)):
        if isinstance(form, str) and form.startswith(CUSTOM):
            found.setdefault(name, set()).add(form)
    return {name: frozenset(forms) for name, forms in found.items()}


def _written(record: Record) -> Iterator[tuple[str, Any]]:
    return (
        (write.property, form) for write in record.write for form in (write.values or {}).values()
    )


def _read(record: Record) -> Iterator[tuple[str, Any]]:
    return ((read.property, form) for read in record.read for form in (read.values or {}))


def labels_of(
    options: Options, mapping: PlatformMapping, kind: str
) -> Mapping[str, Mapping[str, str]]:
    """What a source must translate: property -> internal value -> `custom:Label`."""
    names = custom_names(mapping.records[kind])
    return {name: options.labels(kind, name, forms) for name, forms in names.items()}
