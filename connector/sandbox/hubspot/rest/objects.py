"""CRM records one at a time: list, read, create, change, archive, merge, erase (api-contracts A.5, A.15)."""

from __future__ import annotations

from bisect import bisect_left
from functools import partial

from connector.sandbox.hubspot.records import merging, standard
from connector.sandbox.hubspot.records.portal import Portal
from connector.sandbox.hubspot.records.refusal import Refusal, invalid, missing
from connector.sandbox.hubspot.records.table import Record
from connector.sandbox.hubspot.rest import batches, search, writing
from connector.sandbox.hubspot.rest.calls import Call, Route, mapping, page, text, whole
from connector.sandbox.hubspot.rest.shapes import wanted
from connector.sandbox.hubspot.rest.shapes import whole as shown_whole
from connector.sandbox.wire import Response, answer

A_PAGE = 100
A_PAGE_WITH_HISTORY = 50


def route(method: str, rest: list[str]) -> Route | None:
    """`/crm/v3/objects/{kind}...` and `/crm/objects/{date}/{kind}...`."""
    kind = standard.kind_of(rest[0]) if rest else None
    if kind is None:
        return None
    read, write = (f"crm.objects.{kind}.read",), (f"crm.objects.{kind}.write",)
    match method, rest[1:]:
        case "GET", []:
            return Route(f"list {kind}", partial(listed, kind), read)
        case "POST", []:
            return Route(f"create {kind}", partial(create, kind), write, writes=True)
        case "POST", ["search"]:
            return Route(f"search {kind}", partial(search.search, kind), read, search=True)
        case "POST", ["merge"]:
            return Route(f"merge {kind}", partial(merge, kind), write, writes=True)
        case "POST", ["gdpr-delete"] if kind == "contacts":
            return Route("erase contacts", erase, write, writes=True)
        case "POST", ["batch", verb]:
            return batches.route(kind, verb)
        case "GET", [id_]:
            return Route(f"get {kind}", partial(get, kind, id_), read)
        case "PATCH", [id_]:
            return Route(f"update {kind}", partial(update, kind, id_), write, writes=True)
        case "DELETE", [id_]:
            return Route(f"delete {kind}", partial(archive, kind, id_), write, writes=True)
    return None


def _history(call: Call, kind: str) -> list[str]:
    return call.portal.schemas[kind].known(call.many("propertiesWithHistory"))


def _linked(call: Call) -> list[str]:
    return [kind for name in call.many("associations") if (kind := standard.kind_of(name))]


def listed(kind: str, call: Call) -> Response:
    """A page in the order of ids; `after` is the id of the next record."""
    table = call.portal.tables[kind]
    history = _history(call, kind)
    limit = call.limit(10, A_PAGE_WITH_HISTORY if history else A_PAGE)
    ids = table.archived if call.flag("archived") else table.ids
    after = call.one("after")
    if after and not whole([after]):
        raise invalid(f"Invalid paging cursor: {after}")
    first = bisect_left(ids, int(after)) if after else 0
    names, linked = wanted(call.portal, kind, call.many("properties")), _linked(call)
    results = [
        shown_whole(call.portal, kind, table.records[id_], names, history=history, linked=linked)
        for id_ in ids[first : first + limit]
    ]
    return page(results, str(ids[first + limit]) if first + limit < len(ids) else None)


def get(kind: str, id_: str, call: Call) -> Response:
    record = (
        _archived(call.portal, kind, id_)
        if call.flag("archived")
        else call.portal.record(kind, id_, call.one("idProperty"))
    )
    names = wanted(call.portal, kind, call.many("properties"))
    history, linked = _history(call, kind), _linked(call)
    return answer(
        200, shown_whole(call.portal, kind, record, names, history=history, linked=linked)
    )


def _archived(portal: Portal, kind: str, id_: str) -> Record:
    record = next((portal.tables[kind].records.get(number) for number in whole([id_])), None)
    if record is None or record.archived_at is None:
        raise missing()
    return record


def create(kind: str, call: Call) -> Response:
    record = writing.created(call, kind, call.sent(), call.stamp())
    return answer(201, writing.as_written(call.portal, kind, record, record.values))


def update(kind: str, id_: str, call: Call) -> Response:
    record = call.portal.record(kind, id_, call.one("idProperty"))
    given = mapping(call.sent().get("properties"), "properties")
    writing.obey(call, kind, {**record.values, **given})
    call.portal.update(kind, record, given, call.stamp())
    return answer(200, writing.as_written(call.portal, kind, record, given))


def archive(kind: str, id_: str, call: Call) -> Response:
    # The real API answers 204 for an id it does not know, too.
    try:
        record = call.portal.record(kind, id_)
    except Refusal:
        return answer(204)
    call.portal.archive(kind, record, call.stamp())
    return answer(204)


def merge(kind: str, call: Call) -> Response:
    sent = call.sent()
    primary = call.portal.record(kind, text(sent, "primaryObjectId"))
    other = call.portal.record(kind, text(sent, "objectIdToMerge"))
    survivor = merging.merge(call.portal, kind, primary, other, call.stamp())
    return answer(200, writing.as_written(call.portal, kind, survivor, survivor.values))


def erase(call: Call) -> Response:
    sent = call.sent()
    wanted_id, by = text(sent, "objectId"), sent.get("idProperty")
    try:
        record = call.portal.record("contacts", wanted_id, "email" if by == "email" else "")
    except Refusal:
        if by != "email":
            raise
        record = None
    merging.erase(call.portal, record, wanted_id, call.stamp())
    return answer(204)
