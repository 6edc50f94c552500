"""A task of ours that goes to whoever has the lead now: only as long as nobody has put a hand to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from connector.model.systems.change import Change, Receipt
from connector.model.systems.ref import Ref
from connector.platforms.salesforce.parts import Row
from connector.platforms.salesforce.session import NAME
from connector.platforms.salesforce.writing.conclude import retry, written
from connector.platforms.salesforce.writing.looking.find import Finder

BEFORE = "task"
"""What a new task looks up: the id of the one for the hand-over before, which is passed on instead if it may be."""
OWNER = "OwnerId"
_LOOK = ("IsDeleted", "IsClosed", "CreatedById", "LastModifiedById", OWNER)
_KEEP = ("WhoId",)  # it hangs where it hangs: Salesforce moves it along with the person


class Passing:
    """The tasks that these changes pass on, as they are now."""

    def __init__(self, finder: Finder, kind: str, key: str, changes: Iterable[Change]) -> None:
        self._kind, self._key = kind, key
        ids = sorted({number for one in changes if (number := _number(one))})
        props = (*_LOOK, key)
        self._rows: Mapping[Ref, Row] = finder.now({kind: (ids, props)}) if ids else {}

    def row(self, change: Change) -> Row | None:
        """The task as it is now; None where it is gone."""
        number = _number(change)
        return self._rows.get(Ref(NAME, self._kind, number)) if number else None

    def may(self, change: Change) -> bool:
        """Whether it is open, and as we made it: nobody but its maker has ever changed it (api-contracts B.8)."""
        row = self.row(change)
        return (
            row is not None
            and not row.get("IsDeleted")
            and not row.get("IsClosed")
            and bool(row.get(self._key))
            and row.get("LastModifiedById") == row.get("CreatedById")
        )

    def body(self, change: Change) -> dict[str, Any]:
        """What is written to it. One that is passed on to the next hand-over gets that one's key, so that it is found by it."""
        fields = {name: value for name, value in change.fields.items() if name not in _KEEP}
        key = {self._key: change.key} if change.create else {}
        return {"Id": _number(change), **fields, **key}

    def settled(self, change: Change) -> Receipt | None:
        """An update that need not or must not be sent: whoever has the task keeps it."""
        row = self.row(change)
        owner = None if row is None else row.get(OWNER)
        if owner != change.fields.get(OWNER) and self.may(change):
            return None
        shown = owner if owner is not None else change.base.get(OWNER)
        return replace(written(change, change.ref), shown={OWNER: shown})

    def looked_up(self, changes: Sequence[Change]) -> list[Receipt]:
        """What became of updates of which nobody knows."""
        return [
            self.settled(one) or retry(one, "NOT_WRITTEN", "was not written") for one in changes
        ]


def _number(change: Change) -> str:
    """The id of the task that is passed on; "" if none is."""
    return change.lookup.get(BEFORE, "") if change.create else change.ref.id
