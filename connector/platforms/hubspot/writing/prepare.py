"""From a change to a row: labels become internal values, and a stage that goes back is marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.decide.fields.forms import equal_forms
from connector.model.mapping.mappings import PlatformMapping
from connector.model.mapping.property import Write
from connector.model.systems.change import Change
from connector.platforms.hubspot.options import CUSTOM, Options
from connector.platforms.hubspot.writing.row import LIST, OPT_OUT, Row, as_text, refused


@dataclass(frozen=True, slots=True)
class Preparation:
    """Knows the mapping's writes and the portal's options."""

    mapping: PlatformMapping
    options: Options

    def row(self, change: Change) -> Row:
        """The row; refused at once if it needs what the portal does not have. Reads options on first use."""
        if change.create:
            return refused(
                change, "CREATE_UNSUPPORTED", "creating records in HubSpot is not supported"
            )
        kind = change.ref.kind
        properties: dict[str, str] = {}
        for name, form in change.fields.items():
            if name.startswith(LIST):
                continue
            value = self.internal(kind, name, form)
            if value is None:
                return refused(
                    change,
                    "NO_SUCH_LABEL",
                    f"property {name}: no option with the label the mapping names",
                )
            properties[name] = value
        optout = properties.pop(OPT_OUT, "")
        if optout not in ("", "true"):
            return refused(
                change, "CANNOT_RESUBSCRIBE", f"{OPT_OUT} is never set back from outside HubSpot"
            )
        lists = {
            name.removeprefix(LIST): bool(form)
            for name, form in change.fields.items()
            if name.startswith(LIST)
        }
        return Row(change, properties, lists, self._backward(change, properties), bool(optout))

    def internal(self, kind: str, name: str, form: Any) -> str | None:
        """The value HubSpot knows; None for a `custom:Label` without an option."""
        if isinstance(form, str) and form.startswith(CUSTOM):
            return self.options.value(kind, name, form)
        return as_text(form)

    def same(self, kind: str, name: str, one: Any, other: Any) -> bool:
        """Whether HubSpot would call two values of a property the same."""
        record = self.mapping.records.get(kind)
        found = (
            next((write for write in record.write if write.property == name), None)
            if record
            else None
        )
        return equal_forms(found or Write(name, "", "text"), self.mapping.form, one, other)

    def clearable(self, kind: str) -> frozenset[str]:
        """Properties that move forward only, and so are cleared before they go back."""
        record = self.mapping.records.get(kind)
        return (
            frozenset(
                write.property for write in record.write if write.backward == "clear_then_set"
            )
            if record
            else frozenset()
        )

    def _backward(self, change: Change, properties: Mapping[str, str]) -> frozenset[str]:
        return frozenset(
            name
            for name in self.clearable(change.ref.kind)
            if self._goes_back(change, name, properties.get(name, ""))
        )

    def _goes_back(self, change: Change, name: str, wanted: str) -> bool:
        shown = self.internal(change.ref.kind, name, change.base.get(name))
        if not wanted or not shown or shown == wanted:
            return False
        before = self.options.rank(change.ref.kind, name, shown)
        after = self.options.rank(change.ref.kind, name, wanted)
        return before is not None and after is not None and after < before
