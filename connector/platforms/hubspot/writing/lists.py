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
        add = [row.id for row in rows if row.lists[name]]
        remove = [row.id for row in rows if not row.lists[name]]
        try:
            found = self.calls.change_members(self._id(name), add, remove, rows[0].change.lane)
        except Refused as refusal:
            return self._refuse(name, rows, refusal)
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

    def _refuse(self, name: str, rows: Sequence[Row], refusal: Refused) -> Sequence[Row]:
        self._ids.pop(name, None)
        code = "NO_SUCH_LIST" if refusal.code in failure.MISSING else "NOT_A_MANUAL_LIST"
        for row in rows:
            row.close(
                "refused",
                code,
                f"the members of the list {name!r} cannot be changed: {refusal.code}",
            )
        return ()

    def _id(self, name: str) -> str:
        """Raises Refused where there is no such list."""
        if name not in self._ids:
            self._ids[name] = str(self.calls.list_named(name).get("listId") or "")
        return self._ids[name]


def _ids(found: Mapping[str, object]) -> frozenset[str]:
    absent = found.get("recordIdsMissing")
    return frozenset(str(id_) for id_ in absent) if isinstance(absent, list) else frozenset()
