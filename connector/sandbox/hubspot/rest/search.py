"""CRM search (api-contracts A.7): five groups of six filters, one sort, an offset, and an end at ten thousand."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.sandbox.hubspot.records import filters, standard, values
from connector.sandbox.hubspot.records.fields import Property
from connector.sandbox.hubspot.records.filters import Filter
from connector.sandbox.hubspot.records.portal import Portal
from connector.sandbox.hubspot.records.refusal import invalid
from connector.sandbox.hubspot.records.table import Document, Table
from connector.sandbox.hubspot.rest.calls import Call, page, rows, strings, whole
from connector.sandbox.hubspot.rest.shapes import shown, wanted
from connector.sandbox.wire import Response

GROUPS, IN_A_GROUP, FILTERS = 5, 6, 18
LONGEST = 3000
"""Characters of body or query."""
A_PAGE = 200
_ID = "hs_object_id"


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked, read and bounded."""

    groups: tuple[tuple[Filter, ...], ...]
    text: str
    sort: str
    descending: bool
    limit: int
    offset: int


def search(kind: str, call: Call) -> Response:
    portal, sent = call.portal, call.sent()
    query = _query(call, sent)
    table = portal.tables[kind]
    table.catch_up(portal.now())
    ids = _sorted(portal, kind, _found(portal, kind, query), query)
    names = wanted(portal, kind, strings(sent.get("properties"), "properties"))
    end = query.offset + query.limit
    results = [_row(portal, kind, table.documents[id_], names) for id_ in ids[query.offset : end]]
    return page(results, str(end) if end < len(ids) else None, total=len(ids))


def _row(portal: Portal, kind: str, document: Document, names: Iterable[str]) -> dict[str, Any]:
    return shown(portal, kind, document.id, document.values, names)


def _query(call: Call, sent: Mapping[str, Any]) -> Query:
    if len(call.request.body) > LONGEST:
        raise invalid(f"The request body is longer than {LONGEST} characters")
    raw = sent.get("filterGroups") or []
    if not raw and sent.get("filters"):
        raw = [{"filters": sent["filters"]}]
    groups = [
        tuple(filters.read(row) for row in rows(group, 1000, "filters"))
        for group in rows({"groups": raw}, 1000, "groups")
    ]
    if (
        len(groups) > GROUPS
        or sum(map(len, groups)) > FILTERS
        or any(len(group) > IN_A_GROUP for group in groups)
    ):
        raise invalid(
            f"A search takes {GROUPS} filterGroups of {IN_A_GROUP} filters, and {FILTERS} filters in all"
        )
    sort, descending = _sort(sent.get("sorts"))
    limit = _count(sent.get("limit"), "limit", 10)
    offset = _count(sent.get("after"), "after", 0)
    if not 1 <= limit <= A_PAGE:
        raise invalid(f"Invalid limit: {limit}. It must be between 1 and {A_PAGE}.")
    if offset >= call.portal.switches.search_cap:
        raise invalid(
            f"Paging beyond {call.portal.switches.search_cap} results is not possible: after={offset}"
        )
    return Query(
        tuple(groups), str(sent.get("query") or "").lower(), sort, descending, limit, offset
    )


def _count(raw: Any, name: str, default: int) -> int:
    """`limit` and `after`: an integer, or text that reads as one."""
    if raw in (None, ""):
        return default
    if isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0:
        return raw
    if not isinstance(raw, str) or not (raw.isascii() and raw.isdigit()) or len(raw) > 9:
        raise invalid(f"Invalid {name}: {raw}. It must be integer-formatted.")
    return int(raw)


def _sort(raw: Any) -> tuple[str, bool]:
    """Only the first sort is honoured; the client sends text, the documentation objects. Default: createdate ascending."""
    first = raw[0] if isinstance(raw, list) and raw else None
    if isinstance(first, dict):
        return str(first.get("propertyName") or ""), first.get("direction") == "DESCENDING"
    if isinstance(first, str):
        return first.lstrip("-"), first.startswith("-")
    return "", False


def _found(portal: Portal, kind: str, query: Query) -> list[int]:
    """Ids that meet any of the groups, ascending."""
    groups = query.groups or ((),)
    found = [_group(portal, kind, group, query.text) for group in groups]
    return found[0] if len(found) == 1 else sorted(set().union(*found))


def _group(portal: Portal, kind: str, group: tuple[Filter, ...], text: str) -> list[int]:
    """Bounds on the record id cut a slice out of what meets the rest.

    A client that pages by id asks the same rest again and again; the last answer is kept until the index changes.
    """
    table = portal.tables[kind]
    by_id = [
        item
        for item in group
        if item.name == _ID and item.operator in ("GT", "GTE", "LT", "LTE", "BETWEEN", "EQ")
    ]
    rest = tuple(item for item in group if item not in by_id)
    kept = table.answered.get((rest, text))
    if kept is None or kept[0] != table.generation:
        kept = (table.generation, sorted(_matching(portal, kind, rest, text)))
        table.answered.clear()
        table.answered[rest, text] = kept
    return _sliced(kept[1], by_id)


def _sliced(ids: list[int], by_id: Sequence[Filter]) -> list[int]:
    first, last = 0, len(ids)
    for item in by_id:
        low, high = (
            _number(item.value),
            _number(item.high) if item.operator == "BETWEEN" else _number(item.value),
        )
        if item.operator in ("GTE", "EQ", "BETWEEN"):
            first = max(first, bisect_left(ids, low))
        if item.operator == "GT":
            first = max(first, bisect_right(ids, low))
        if item.operator in ("LTE", "EQ", "BETWEEN"):
            last = min(last, bisect_right(ids, high))
        if item.operator == "LT":
            last = min(last, bisect_left(ids, high))
    return ids[first:last]


def _number(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if math.isnan(found):
        raise invalid(f"Invalid filter on {_ID}: {text} is not a number")
    return found


def _matching(portal: Portal, kind: str, group: tuple[Filter, ...], text: str) -> Iterator[int]:
    table = portal.tables[kind]
    linked = [
        _associated(portal, kind, item) for item in group if item.name.startswith("associations.")
    ]
    tests = [
        filters.test(item, _property(portal, kind, item.name))
        for item in group
        if not item.name.startswith("associations.")
    ]
    for document in _candidates(portal, kind, table, group, linked):
        near = all(document.id in ids for ids in linked)
        fits = near and all(meets(document.values) for meets in tests)
        if fits and (not text or _says(kind, document.values, text)):
            yield document.id


def _candidates(
    portal: Portal, kind: str, table: Table, group: Sequence[Filter], linked: Sequence[set[int]]
) -> Iterable[Document]:
    """The fewest documents among which all matches are, without looking at every record where an index helps."""
    if linked:
        fewest: set[int] = min(linked, key=len)
        return _documents(table, fewest)
    for item in group:
        if item.operator in ("EQ", "IN") and item.name == _ID:
            return _documents(table, whole(item.several or [item.value]))
        if item.operator in ("EQ", "IN") and (
            item.name == "email" or item.name in portal.schemas[kind].unique()
        ):
            holders = (table.holder(item.name, value) for value in item.several or [item.value])
            near = {holder.id for holder in holders if holder}
            # A lagging index may still have the value at a record that gave it away.
            return _documents(table, near | {id_ for _, id_ in table.waiting})
    prop = _property(portal, kind, standard.modified(kind))
    low, high = filters.bounds(group, prop)
    if low is None and high is None:
        return table.documents.values()
    return table.changed_between(
        values.iso_ms(low) if low else 0, values.iso_ms(high) if high else 2**62
    )


def _documents(table: Table, ids: Iterable[int]) -> list[Document]:
    return [table.documents[id_] for id_ in ids if id_ in table.documents]


def _property(portal: Portal, kind: str, name: str) -> Property:
    found = portal.schemas[kind].live(name)
    if found is None:
        raise invalid(f'There was a problem with the request: property "{name}" does not exist')
    return found


def _associated(portal: Portal, kind: str, item: Filter) -> set[int]:
    """Records associated with the named ones, by the pseudo-property `associations.{type}`."""
    other = portal.kind(item.name.removeprefix("associations."))
    if item.operator not in ("EQ", "IN"):
        raise invalid(f"Invalid filter on {item.name}: only EQ and IN are possible")
    table = portal.tables[other]
    ids = (table.resolve(id_) for id_ in whole(item.several or [item.value]))
    return {near for id_ in ids for near in portal.graph.links(other, id_, kind)}


def _says(kind: str, held: Mapping[str, str], text: str) -> bool:
    """The free-text query: every word begins some word of the searched properties."""
    looked = standard.SEARCHED.get(kind)
    whole_text = (
        " ".join(held.get(name, "") for name in looked) if looked else " ".join(held.values())
    )
    return all(word in whole_text.lower() for word in text.split())


def _sorted(portal: Portal, kind: str, ids: list[int], query: Query) -> list[int]:
    """Ids in the order asked for; records without the value come last."""
    name = query.sort or standard.system(kind)[0]
    prop = _property(portal, kind, name)
    if name == _ID:
        return ids[::-1] if query.descending else ids
    documents = portal.tables[kind].documents
    keyed = [(filters.stored(prop, documents[id_].values.get(name, "")), id_) for id_ in ids]
    with_value = sorted(
        ((key, id_) for key, id_ in keyed if key is not None),
        key=lambda pair: pair[0],
        reverse=query.descending,
    )
    return [id_ for _, id_ in with_value] + [id_ for key, id_ in keyed if key is None]
