"""Changes as rows of a call, by what describe says of their kinds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from connector.model.systems.change import Change, Receipt
from connector.platforms.salesforce.schema import Schema
from connector.platforms.salesforce.writing.batch import Line, once
from connector.platforms.salesforce.writing.looking.read_back import Receipts


class Rows:
    """`keys` gives each kind's property that holds our key."""

    def __init__(self, schema: Schema, keys: Mapping[str, str]) -> None:
        self._schema, self._keys = schema, keys

    def impossible(self, changes: Iterable[Change]) -> Receipts:
        """Rows that name fields we cannot see would spoil their whole collection, so they are not sent."""
        found: Receipts = {}
        for change in changes:
            lacking = self._lacking(change)
            if lacking:
                said = f"{change.ref.kind} has no {', '.join(lacking)}, or we may not see it"
                hint = "run: leadcycle install salesforce"
                found[id(change)] = Receipt(
                    change, "refused", code="INVALID_FIELD", message=said, hint=hint
                )
        return found

    def _lacking(self, change: Change) -> list[str]:
        known = self._schema.kind(change.ref.kind)
        if known is None:
            return ["such records"]
        needed = [
            *change.fields,
            *([self._keys.get(change.ref.kind, "an external id field")] if change.create else []),
        ]
        return [prop for prop in needed if known.actual(prop) is None]

    def line(self, change: Change, *, pass_alerts: bool = False) -> Line:
        kind = change.ref.kind
        known = self._schema.kind(kind)
        body = {
            (known.actual(prop) if known else None) or prop: value
            for prop, value in change.fields.items()
        }
        if not change.create:
            return Line(kind, "update", {"Id": change.ref.id, **body}, pass_alerts=True)
        key = self._keys[kind]
        verb = once(known, key)
        return Line(kind, verb, {**body, key: change.key}, key, pass_alerts)
