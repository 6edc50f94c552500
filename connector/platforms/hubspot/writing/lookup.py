"""What became of records: where they are now, and what they show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connector.errors import Refused
from connector.model.systems.ref import Ref
from connector.platforms.hubspot import failure
from connector.platforms.hubspot.calls import Calls
from connector.platforms.hubspot.writing.batch import batches
from connector.platforms.hubspot.writing.prepare import Preparation
from connector.platforms.hubspot.writing.row import Row


def shown(
    calls: Calls, kind: str, ids: Sequence[str], names: Iterable[str]
) -> Mapping[str, Mapping[str, Any]]:
    """Properties of up to a hundred records by id; those that are not there, or are elsewhere since a merge, are left out."""
    asked = set(ids)
    rows = calls.records(kind, ids, sorted(names))
    return {
        str(row["id"]): row.get("properties") or {} for row in rows if str(row.get("id")) in asked
    }


def trace(calls: Calls, row: Row) -> None:
    """Closes a row whose record is not there under its id: merged into another, or gone."""
    kind, platform = row.change.ref.kind, row.change.ref.platform
    try:
        found = str(calls.record(kind, row.id, ("hs_object_id",))["id"])
    except Refused as refusal:
        if refusal.code in failure.MISSING:
            row.close("gone", "OBJECT_NOT_FOUND", "the record was deleted in HubSpot")
        else:
            row.close("refused", refusal.code, refusal.message)
        return
    if found == row.id:
        row.close("retry", "OBJECT_NOT_FOUND", "the record is there after all")
    else:
        row.close(
            "moved", "MERGED", "the record was merged into another", ref=Ref(platform, kind, found)
        )


def compare(calls: Calls, prepare: Preparation, rows: Sequence[Row]) -> None:
    """Closes every open row: `written` if its record shows all it wants, else `retry`.

    A record is written whole (api-contracts A.5): one that shows some of it, where something else was before, has been written, and
    somebody has edited the rest since. Else what we wrote would look like an edit of theirs, and win over an edit elsewhere.
    A list membership is written again rather than looked up: adding and removing are harmless when repeated.
    """
    for batch in batches(row for row in rows if row.receipt is None):
        kind = batch[0].change.ref.kind
        names = {name for row in batch for name in row.wanted}
        found = shown(calls, kind, [row.id for row in batch], names)
        for row in batch:
            held = found.get(row.id)
            if held is None:
                trace(calls, row)
            elif row.lists or not (_shows(prepare, row, held) or _showed(prepare, row, held)):
                row.close("retry", "NOT_WRITTEN", "HubSpot does not show these values")
            else:
                row.written()
                row.close("written", ref=row.change.ref)


def _shows(prepare: Preparation, row: Row, held: Mapping[str, Any]) -> bool:
    """Whether the record shows all of it."""
    kind = row.change.ref.kind
    return all(
        prepare.same(kind, name, held.get(name), value) for name, value in row.wanted.items()
    )


def _showed(prepare: Preparation, row: Row, held: Mapping[str, Any]) -> bool:
    """Whether it shows some of it that it did not show before."""
    kind, base = row.change.ref.kind, row.change.base
    return any(
        prepare.same(kind, name, held.get(name), value)
        and not prepare.same(kind, name, prepare.internal(kind, name, base[name]), value)
        for name, value in row.wanted.items()
        if name in base
    )
