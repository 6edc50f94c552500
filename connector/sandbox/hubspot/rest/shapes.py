"""Records as JSON (api-contracts A.5): every value a string or null, ids as strings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connector.sandbox.hubspot.records import standard
from connector.sandbox.hubspot.records.graph import PRIMARY
from connector.sandbox.hubspot.records.portal import Portal
from connector.sandbox.hubspot.records.table import Record
from connector.sandbox.hubspot.records.values import iso


def wanted(portal: Portal, kind: str, asked: Sequence[str]) -> list[str]:
    """The properties to answer: those asked for that exist, or the usual ones, and always the record's own."""
    known = portal.schemas[kind].known(asked) if asked else standard.SHOWN.get(kind, ())
    return list(dict.fromkeys((*known, *standard.system(kind))))


def shown(
    portal: Portal, kind: str, id_: int, values: Mapping[str, str], names: Iterable[str]
) -> dict[str, Any]:
    """A record from its values, as the table or the search index has them."""
    born, modified, _ = standard.system(kind)
    held = values.get
    return {
        "id": str(id_),
        "properties": {name: held(name) for name in names},
        "createdAt": values[born],
        "updatedAt": values[modified],
        "archived": False,
        "url": f"https://app-eu1.hubspot.com/contacts/{portal.switches.portal_id}/record/{standard.KINDS[kind]}/{id_}",
    }


def whole(
    portal: Portal,
    kind: str,
    record: Record,
    names: Iterable[str],
    *,
    history: Sequence[str] = (),
    linked: Sequence[str] = (),
) -> dict[str, Any]:
    """A record with all that was asked for beyond its values."""
    found = shown(portal, kind, record.id, record.values, names)
    if record.archived_at is not None:
        found["archived"] = True
        found["archivedAt"] = iso(record.archived_at)
    if history:
        found["propertiesWithHistory"] = {name: versions(record, name) for name in history}
    associations = {
        to_kind: links for to_kind in linked if (links := _linked(portal, kind, record.id, to_kind))
    }
    if associations:
        found["associations"] = associations
    return found


def versions(record: Record, name: str) -> list[dict[str, str]]:
    """All values a property ever had, the newest first."""
    return [
        {
            "value": edit.values[name],
            "timestamp": iso(edit.stamp.ms),
            "sourceType": edit.stamp.source,
            "sourceId": edit.stamp.source_id,
        }
        for edit in reversed(record.edits)
        if name in edit.values
    ]


def _linked(portal: Portal, kind: str, id_: int, to_kind: str) -> dict[str, Any] | None:
    pair = f"{standard.SINGULAR[kind]}_to_{standard.SINGULAR[to_kind]}"
    primary = PRIMARY.get((kind, to_kind))
    results: list[dict[str, str]] = []
    for to_id, types in portal.graph.links(kind, id_, to_kind).items():
        if portal.tables[to_kind].live(to_id) is None:
            continue
        if primary in types:
            results.append({"id": str(to_id), "type": pair})
        results.append({"id": str(to_id), "type": pair if primary is None else f"{pair}_unlabeled"})
    return {"results": results} if results else None
