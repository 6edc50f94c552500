"""Lists and their members, v3 (api-contracts A.10)."""

from __future__ import annotations

from functools import partial
from typing import Any

from connector.sandbox.hubspot.records import standard
from connector.sandbox.hubspot.records.lists import Segment
from connector.sandbox.hubspot.records.refusal import Refusal, invalid, missing
from connector.sandbox.hubspot.records.values import iso
from connector.sandbox.hubspot.rest.calls import Call, Route, page, strings, text, whole
from connector.sandbox.wire import Response, answer

A_CALL = 100_000
"""Most ids of one membership call."""
_READ, _WRITE = ("crm.lists.read",), ("crm.lists.write",)


def route(method: str, rest: list[str]) -> Route | None:
    """`/crm/v3/lists...`, without `/crm/v3/lists`."""
    match method, rest:
        case "POST", []:
            return Route("create lists", create, _WRITE, writes=True)
        case "GET", []:
            return Route("get lists", several, _READ)
        case "POST", ["search"]:
            return Route("search lists", search, _READ)
        case "GET", ["object-type-id", type_id, "name", name]:
            return Route("get lists", partial(by_name, type_id, name), _READ)
        case "GET", ["records", type_id, id_, "memberships"]:
            return Route("list memberships", partial(of_record, type_id, id_), _READ)
        case "GET", [id_]:
            return Route("get lists", partial(get, id_), _READ)
        case "DELETE", [id_]:
            return Route("delete lists", partial(delete, id_), _WRITE, writes=True)
        case "GET", [id_, "memberships"] | [id_, "memberships", "join-order"]:
            return Route("list memberships", partial(members, id_), _READ)
        case "PUT", [id_, "memberships", ("add" | "remove" | "add-and-remove") as verb]:
            return Route("update memberships", partial(change, id_, verb), _WRITE, writes=True)
    return None


def _list(call: Call, id_: str) -> Segment:
    found = next((call.portal.lists.by_id.get(number) for number in whole([id_])), None)
    if found is None:
        raise missing(f"List {id_} does not exist", subCategory="ILS.LIST_NOT_FOUND")
    return found


def create(call: Call) -> Response:
    sent = call.sent()
    name, type_id, processing = (
        text(sent, "name"),
        text(sent, "objectTypeId"),
        text(sent, "processingType"),
    )
    if type_id not in standard.KINDS.values() or processing not in (
        "MANUAL",
        "DYNAMIC",
        "SNAPSHOT",
    ):
        raise invalid(f"A list of {type_id} with processing type {processing} is not possible")
    if call.portal.lists.named(name, type_id):
        raise invalid(f"A list named {name} already exists", subCategory="ILS.DUPLICATE_LIST_NAMES")
    made = call.portal.lists.add(
        name, type_id, processing, call.portal.now(), sent.get("filterBranch")
    )
    return answer(200, {"list": made.shown(filters=True)})


def several(call: Call) -> Response:
    ids = whole(call.many("listIds"))
    found = [call.portal.lists.by_id[id_] for id_ in ids if id_ in call.portal.lists.by_id]
    return answer(
        200, {"lists": [item.shown(filters=call.flag("includeFilters")) for item in found]}
    )


def get(id_: str, call: Call) -> Response:
    return answer(200, {"list": _list(call, id_).shown(filters=call.flag("includeFilters"))})


def by_name(type_id: str, name: str, call: Call) -> Response:
    found = call.portal.lists.named(name, type_id)
    if found is None:
        raise missing(f"List {name} does not exist", subCategory="ILS.LIST_NOT_FOUND")
    return answer(200, {"list": found.shown(filters=call.flag("includeFilters"))})


def delete(id_: str, call: Call) -> Response:
    del call.portal.lists.by_id[_list(call, id_).id]
    return answer(204)


def search(call: Call) -> Response:
    sent = call.sent()
    query, types = (
        str(sent.get("query") or "").lower(),
        set(strings(sent.get("processingTypes"), "processingTypes")),
    )
    offset, count = sent.get("offset") or 0, sent.get("count") or 20
    if not (
        isinstance(offset, int) and isinstance(count, int) and offset >= 0 and 0 < count <= 500
    ):
        raise invalid("Invalid offset or count")
    found = [
        item
        for item in call.portal.lists.by_id.values()
        if query in item.name.lower() and (not types or item.processing in types)
    ]
    end = offset + count
    shown = [item.sized() for item in found[offset:end]]
    return answer(
        200, {"total": len(found), "offset": end, "hasMore": end < len(found), "lists": shown}
    )


def members(id_: str, call: Call) -> Response:
    """By record id; `after` is the last record of the page before."""
    limit, after = call.limit(100, 250), next(iter(whole([call.one("after")])), -1)
    joined = sorted((id_, ms) for id_, ms in _list(call, id_).members.items() if id_ > after)
    results = [
        {"recordId": str(record), "membershipTimestamp": iso(ms)} for record, ms in joined[:limit]
    ]
    return page(results, results[-1]["recordId"] if len(joined) > limit else None)


def of_record(type_id: str, id_: str, call: Call) -> Response:
    number = next(iter(whole([id_])), -1)
    found = [
        (item, item.members[number])
        for item in call.portal.lists.by_id.values()
        if item.type_id == type_id and number in item.members
    ]
    results: list[dict[str, Any]] = [
        {
            "listId": str(item.id),
            "listVersion": 1,
            "firstAddedTimestamp": iso(ms),
            "lastAddedTimestamp": iso(ms),
        }
        for item, ms in found
    ]
    return answer(200, {"total": len(results), "results": results})


def change(id_: str, verb: str, call: Call) -> Response:
    """Idempotent: members are ignored, unknown ids are named. The odd `recordsIdsAdded` is HubSpot's spelling."""
    found = _list(call, id_)
    if found.processing == "DYNAMIC":
        raise Refusal(
            400,
            "VALIDATION_ERROR",
            "Members of a DYNAMIC list follow its filters",
            subCategory="ILS.INVALID_PROCESSING_TYPE",
        )
    add, remove = _wanted(verb, call)
    table = call.portal.tables[
        next(kind for kind, type_id in standard.KINDS.items() if type_id == found.type_id)
    ]
    known = {number: record.id for number in (*add, *remove) if (record := table.live(number))}
    added = [
        found_id
        for number in add
        if (found_id := known.get(number)) and found_id not in found.members
    ]
    removed = [
        found_id
        for number in remove
        if (found_id := known.get(number)) and found_id in found.members
    ]
    found.members |= dict.fromkeys(added, call.portal.now())
    for number in removed:
        found.members.pop(number, None)
    call.portal.tally("memberships", len(add) + len(remove), len(set(added)) + len(set(removed)))
    content = {
        "recordsIdsAdded": list(map(str, dict.fromkeys(added))),
        "recordIdsRemoved": list(map(str, dict.fromkeys(removed))),
        "recordIdsMissing": [str(number) for number in (*add, *remove) if number not in known],
    }
    return answer(200, content)


def _wanted(verb: str, call: Call) -> tuple[list[int], list[int]]:
    if verb == "add-and-remove":
        sent = call.sent()
        add, remove = (
            whole(strings(sent.get(name), name)) for name in ("recordIdsToAdd", "recordIdsToRemove")
        )
    else:
        ids = whole(strings(call.json(), "record ids"))
        add, remove = (ids, []) if verb == "add" else ([], ids)
    if len(add) + len(remove) > A_CALL:
        raise invalid(f"No more than {A_CALL} record ids are possible in one call")
    return add, remove
