"""Associations in the v4 shapes: record ids are integers here, strings everywhere else (api-contracts A.8)."""

from __future__ import annotations

from bisect import bisect_left
from functools import partial
from typing import Any

from connector.sandbox.hubspot.records import standard
from connector.sandbox.hubspot.records.graph import PRIMARY, default_type
from connector.sandbox.hubspot.records.portal import Portal
from connector.sandbox.hubspot.records.refusal import Refusal, invalid
from connector.sandbox.hubspot.rest.calls import (
    Call,
    Route,
    completed,
    mapping,
    page,
    rows,
    text,
    whole,
)
from connector.sandbox.wire import Response, answer

A_PAGE = 500
A_BATCH = 1000
Row = dict[str, Any]


def of_record(method: str, rest: list[str]) -> Route | None:
    """`/crm/v4/objects/{kind}/{id}/associations...`, without `/crm/v4/objects`."""
    match method, rest:
        case "GET", [kind, id_, "associations", to_kind]:
            return Route("list associations", partial(listed, kind, id_, to_kind))
        case "PUT", [kind, id_, "associations", "default", to_kind, to_id]:
            return Route(
                "create associations", partial(put_default, kind, id_, to_kind, to_id), writes=True
            )
        case "PUT", [kind, id_, "associations", to_kind, to_id]:
            return Route(
                "create associations", partial(put, kind, id_, to_kind, to_id), writes=True
            )
        case "DELETE", [kind, id_, "associations", to_kind, to_id]:
            return Route(
                "delete associations", partial(cut, kind, id_, to_kind, to_id), writes=True
            )
    return None


def batches(method: str, rest: list[str]) -> Route | None:
    """`/crm/v4/associations/{from}/{to}...`, without `/crm/v4/associations`."""
    match method, rest:
        case "POST", [kind, to_kind, "batch", "read"]:
            return Route("batch read associations", partial(batch_read, kind, to_kind))
        case "POST", [kind, to_kind, "batch", "create"]:
            return Route(
                "batch create associations", partial(batch_create, kind, to_kind), writes=True
            )
        case "POST", [kind, to_kind, "batch", "associate", "default"]:
            return Route(
                "batch create associations", partial(batch_default, kind, to_kind), writes=True
            )
        case "POST", [kind, to_kind, "batch", "archive"] | [
            kind,
            to_kind,
            "batch",
            "labels",
            "archive",
        ]:
            return Route(
                "batch delete associations", partial(batch_archive, kind, to_kind), writes=True
            )
        case "GET", [kind, to_kind, "labels"]:
            return Route("list association labels", partial(labels, kind, to_kind))
    return None


def _types(kind: str, to_kind: str) -> list[Row]:
    found: list[Row] = [
        {"category": "HUBSPOT_DEFINED", "typeId": default_type(kind, to_kind), "label": None}
    ]
    if primary := PRIMARY.get((kind, to_kind)):
        found.insert(0, {"category": "HUBSPOT_DEFINED", "typeId": primary, "label": "Primary"})
    return found


def labels(kind: str, to_kind: str, call: Call) -> Response:
    return answer(200, {"results": _types(call.portal.kind(kind), call.portal.kind(to_kind))})


def _links(portal: Portal, kind: str, id_: int, to_kind: str) -> list[Row]:
    known = {row["typeId"]: row for row in _types(kind, to_kind)}
    return [
        {
            "toObjectId": to_id,
            "associationTypes": [
                known.get(
                    type_id,
                    {"category": "USER_DEFINED", "typeId": type_id, "label": f"Label {type_id}"},
                )
                for type_id in sorted(types)
            ],
        }
        for to_id, types in sorted(portal.graph.links(kind, id_, to_kind).items())
        if portal.tables[to_kind].live(to_id)
    ]


def _slice(links: list[Row], after: str, limit: int) -> tuple[list[Row], str | None]:
    first = bisect_left([row["toObjectId"] for row in links], next(iter(whole([after])), 0))
    rest = links[first + limit :]
    return links[first : first + limit], str(rest[0]["toObjectId"]) if rest else None


def listed(kind: str, id_: str, to_kind: str, call: Call) -> Response:
    portal = call.portal
    from_kind, other = portal.kind(kind), portal.kind(to_kind)
    links = _links(portal, from_kind, portal.record(from_kind, id_).id, other)
    return page(*_slice(links, call.one("after"), call.limit(A_PAGE, A_PAGE)))


def batch_read(kind: str, to_kind: str, call: Call) -> Response:
    """Records without associations are not in the answer but among the errors, as the real one does it."""
    portal = call.portal
    from_kind, other = portal.kind(kind), portal.kind(to_kind)
    results: list[Row] = []
    errors: list[Row] = []
    for row in rows(call.sent(), A_BATCH):
        id_ = text(row, "id")
        record = next((portal.tables[from_kind].live(number) for number in whole([id_])), None)
        links, after = _slice(
            _links(portal, from_kind, record.id, other) if record else [],
            str(row.get("after") or ""),
            A_PAGE,
        )
        if not links:
            errors.append(_unlinked(from_kind, other, id_))
            continue
        found: Row = {"from": {"id": id_}, "to": links}
        if after:
            found["paging"] = {"next": {"after": after, "link": f"?after={after}"}}
        results.append(found)
    return completed(portal, results, errors)


def _unlinked(kind: str, to_kind: str, id_: str) -> Row:
    message = f"No {standard.SINGULAR[to_kind]} is associated with {standard.SINGULAR[kind]} {id_}."
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": message,
        "context": {"fromObjectId": [id_], "fromObjectType": [kind], "toObjectType": [to_kind]},
    }


def _spec_types(sent: Any) -> set[int]:
    specs = rows({"types": sent}, 50, "types")
    found = [row.get("associationTypeId") for row in specs]
    if not found or not all(isinstance(type_id, int) and 0 < type_id < 2**31 for type_id in found):
        raise invalid("associationTypeId must be an integer")
    return {type_id for type_id in found if isinstance(type_id, int)}


def _put(
    portal: Portal, kind: str, id_: str, to_kind: str, to_id: str, types: set[int]
) -> tuple[int, int]:
    first, second = portal.record(kind, id_), portal.record(to_kind, to_id)
    before = set(portal.graph.links(kind, first.id, to_kind).get(second.id, ()))
    portal.associate(kind, first.id, to_kind, second.id, types)
    portal.tally(
        "associations", 1, int(before != portal.graph.links(kind, first.id, to_kind)[second.id])
    )
    return first.id, second.id


def _labelled(kind: str, to_kind: str, ids: tuple[int, int], types: set[int]) -> Row:
    primary = PRIMARY.get((kind, to_kind))
    return {
        "fromObjectTypeId": standard.KINDS[kind],
        "fromObjectId": ids[0],
        "toObjectTypeId": standard.KINDS[to_kind],
        "toObjectId": ids[1],
        "labels": ["Primary"] if primary in types else [],
    }


def put(kind: str, id_: str, to_kind: str, to_id: str, call: Call) -> Response:
    portal = call.portal
    from_kind, other = portal.kind(kind), portal.kind(to_kind)
    types = _spec_types(call.json())
    return answer(
        201, _labelled(from_kind, other, _put(portal, from_kind, id_, other, to_id, types), types)
    )


def _default(kind: str, to_kind: str, ids: tuple[int, int]) -> Row:
    spec = {
        "associationCategory": "HUBSPOT_DEFINED",
        "associationTypeId": default_type(kind, to_kind),
    }
    return {"from": {"id": str(ids[0])}, "to": {"id": str(ids[1])}, "associationSpec": spec}


def put_default(kind: str, id_: str, to_kind: str, to_id: str, call: Call) -> Response:
    portal = call.portal
    from_kind, other = portal.kind(kind), portal.kind(to_kind)
    return completed(
        portal, [_default(from_kind, other, _put(portal, from_kind, id_, other, to_id, set()))]
    )


def _each(call: Call, kind: str, to_kind: str, *, labelled: bool) -> tuple[list[Row], list[Row]]:
    results: list[Row] = []
    errors: list[Row] = []
    for row in rows(call.sent(), A_BATCH):
        pair = (
            text(mapping(row.get("from"), "from"), "id"),
            text(mapping(row.get("to"), "to"), "id"),
        )
        types = _spec_types(row.get("types")) if labelled else set()
        try:
            ids = _put(call.portal, kind, pair[0], to_kind, pair[1], types)
        except Refusal as refusal:
            errors.append(_refused(refusal, pair))
            continue
        results.append(
            _labelled(kind, to_kind, ids, types) if labelled else _default(kind, to_kind, ids)
        )
    return results, errors


def _refused(refusal: Refusal, pair: tuple[str, str]) -> Row:
    context = {"fromObjectId": [pair[0]], "toObjectId": [pair[1]]}
    return {
        "status": "error",
        "category": refusal.category,
        "message": refusal.message,
        "context": context,
    }


def batch_create(kind: str, to_kind: str, call: Call) -> Response:
    pair = call.portal.kind(kind), call.portal.kind(to_kind)
    return completed(call.portal, *_each(call, *pair, labelled=True), status=201)


def batch_default(kind: str, to_kind: str, call: Call) -> Response:
    pair = call.portal.kind(kind), call.portal.kind(to_kind)
    return completed(call.portal, *_each(call, *pair, labelled=False))


def _cut(call: Call, kind: str, id_: int, to_kind: str, to_id: int) -> None:
    portal = call.portal
    ends = {kind: portal.tables[kind].resolve(id_), to_kind: portal.tables[to_kind].resolve(to_id)}
    there = portal.graph.cut(kind, portal.tables[kind].resolve(id_), to_kind, ends[to_kind])
    portal.tally("associations", 1, int(there))
    lead = (
        portal.tables["leads"].live(ends["leads"]) if set(ends) == {"leads", "contacts"} else None
    )
    # A lead without its last contact is deleted (api-contracts A.6).
    if there and lead and not portal.graph.links("leads", lead.id, "contacts"):
        portal.archive("leads", lead, call.stamp())


def cut(kind: str, id_: str, to_kind: str, to_id: str, call: Call) -> Response:
    """204 whether there was an association or not; all labels of the pair go."""
    from_kind, other = call.portal.kind(kind), call.portal.kind(to_kind)
    for first, second in zip(whole([id_]), whole([to_id]), strict=False):
        _cut(call, from_kind, first, other, second)
    return answer(204)


def batch_archive(kind: str, to_kind: str, call: Call) -> Response:
    """204 on the v4 path, 200 on the date paths."""
    from_kind, other = call.portal.kind(kind), call.portal.kind(to_kind)
    for row in rows(call.sent(), A_BATCH):
        ends = row.get("to")
        for end in rows({"to": ends if isinstance(ends, list) else [ends]}, A_BATCH, "to"):
            for first, second in zip(
                whole([text(mapping(row.get("from"), "from"), "id")]),
                whole([text(end, "id")]),
                strict=False,
            ):
                _cut(call, from_kind, first, other, second)
    return answer(204) if call.version == "v4" else completed(call.portal, [])
