"""Nurture streams are manual lists: one add-and-remove call a list (api-contracts A.10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connector.errors import Refused, Unclear
from connector.platforms.hubspot import failure
from connector.platforms.hubspot.calls import Calls
from connector.platforms.hubspot.writing.row import LIST, Row


@dataclass(slots=True)
class Lists:
    """Lists by name; a name is looked up once."""

    calls: Calls
    _ids: dict[str, str] = field(default_factory=dict)

    def write(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Membership of every row still open. Returns rows whose record HubSpot does not know. Raises TryLater, Stopped."""
        missing: dict[int, Row] = {}
        for name in sorted({name for row in rows for name in row.lists}):
            asked = [row for row in rows if name in row.lists and row.receipt is None]
            for row in self._one(name, asked) if asked else ():
                missing[id(row)] = row
        return list(missing.values())

    def _one(self, name: str, rows: Sequence[Row]) -> Sequence[Row]:
        list_id = self._id(name)
        if list_id is None:
            return _refuse(rows, "NO_SUCH_LIST", f"there is no list of contacts named {name!r}")
        add = [row.id for row in rows if row.lists[name]]
        remove = [row.id for row in rows if not row.lists[name]]
        try:
            found = self.calls.change_members(list_id, add, remove, rows[0].change.lane)
        except Refused as refusal:
            self._ids.pop(name, None)
            code = "NO_SUCH_LIST" if refusal.code in failure.MISSING else "NOT_A_MANUAL_LIST"
            return _refuse(
                rows, code, f"the members of the list {name!r} cannot be changed: {refusal.code}"
            )
        except Unclear as error:
            for row in rows:
                row.close("unclear", "UNCLEAR", str(error))
            return ()
        absent = _ids(found)
        for row in rows:
            if row.id not in absent:
                row.touched = True
                row.done[LIST + name] = row.change.fields[LIST + name]
        return [row for row in rows if row.id in absent]

    def _id(self, name: str) -> str | None:
        if name not in self._ids:
            try:
                self._ids[name] = str(self.calls.list_named(name)["listId"])
            except Refused as refusal:
                if refusal.code not in failure.MISSING:
                    raise
                return None
        return self._ids[name]


def _ids(found: Mapping[str, object]) -> frozenset[str]:
    absent = found.get("recordIdsMissing")
    return frozenset(str(id_) for id_ in absent) if isinstance(absent, list) else frozenset()


def _refuse(rows: Sequence[Row], code: str, message: str) -> Sequence[Row]:
    for row in rows:
        row.close("refused", code, message)
    return ()
