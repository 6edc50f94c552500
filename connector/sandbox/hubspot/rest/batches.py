"""CRM records a hundred at a time (api-contracts A.5): all or nothing, unless every input carries a trace id of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from connector.sandbox.hubspot.records.refusal import Refusal, invalid, missing
from connector.sandbox.hubspot.records.table import Record
from connector.sandbox.hubspot.rest import writing
from connector.sandbox.hubspot.rest.calls import (
    Call,
    Route,
    completed,
    mapping,
    rows,
    strings,
    text,
    whole,
)
from connector.sandbox.hubspot.rest.shapes import wanted
from connector.sandbox.hubspot.rest.shapes import whole as shown_whole
from connector.sandbox.wire import Response, answer

A_BATCH = 100
"""Most inputs of one batch."""
WITH_HISTORY = 50
"""Most records of one read with their history."""
Row = dict[str, Any]
Act = Callable[[Row], Row]


def route(kind: str, verb: str) -> Route | None:
    acts: Mapping[str, Callable[[str, Call], Response]] = {
        "read": read, "create": create, "update": update, "upsert": upsert, "archive": archive,
    }  # fmt: skip
    if verb not in acts:
        return None
    right = "read" if verb == "read" else "write"
    return Route(
        f"batch {verb} {kind}",
        partial(acts[verb], kind),
        (f"crm.objects.{kind}.{right}",),
        writes=verb != "read",
    )


def read(kind: str, call: Call) -> Response:
    """Missing ids are named in a 207; the order is that of the inputs."""
    sent = call.sent()
    by = str(sent.get("idProperty") or "")
    history = call.portal.schemas[kind].known(
        strings(sent.get("propertiesWithHistory"), "propertiesWithHistory")
    )
    names = wanted(call.portal, kind, strings(sent.get("properties"), "properties"))
    found: dict[int, Record] = {}
    lost: list[str] = []
    for row in rows(sent, WITH_HISTORY if history else A_BATCH):
        id_ = text(row, "id")
        try:
            record = call.portal.record(kind, id_, by)
        except Refusal as refusal:
            if refusal.status != 404:
                raise
            lost.append(id_)
        else:
            found[record.id] = record
    results = [
        shown_whole(call.portal, kind, record, names, history=history) for record in found.values()
    ]
    return completed(call.portal, results, [_lost(lost)] if lost else None)


def _lost(ids: Sequence[str]) -> Row:
    message = (
        "Could not get some objects, they may be deleted or not exist. Check that ids are valid."
    )
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": message,
        "context": {"ids": list(ids)},
    }


def create(kind: str, call: Call) -> Response:
    stamp = call.stamp()

    def act(row: Row) -> Row:
        record = writing.created(call, kind, row, stamp)
        return writing.as_written(call.portal, kind, record, record.values)

    inputs = rows(call.sent(), A_BATCH)
    _no_twins(inputs)
    return _each(call, inputs, act, partial(_would_create, call, kind), 201)


def update(kind: str, call: Call) -> Response:
    inputs = rows(call.sent(), A_BATCH)
    _once_each([(str(row.get("idProperty") or ""), text(row, "id")) for row in inputs])
    stamp = call.stamp()

    def act(row: Row) -> Row:
        record = _exactly(call, kind, row)
        given = mapping(row.get("properties"), "properties")
        writing.obey(call, kind, {**record.values, **given})
        call.portal.update(kind, record, given, stamp)
        return writing.as_written(call.portal, kind, record, given)

    return _each(call, inputs, act, partial(_would_update, call, kind))


def upsert(kind: str, call: Call) -> Response:
    inputs = rows(call.sent(), A_BATCH)
    _once_each([(text(row, "idProperty"), text(row, "id").lower()) for row in inputs])
    stamp = call.stamp()

    def act(row: Row) -> Row:
        record = _holder(call, kind, row)
        given = _upserted(row)
        if record is None:
            writing.obey(call, kind, given)
            record, new = call.portal.create(kind, given, stamp), True
        else:
            writing.obey(call, kind, {**record.values, **given})
            call.portal.update(kind, record, given, stamp)
            new = False
        return {**writing.as_written(call.portal, kind, record, given), "new": new}

    def would(row: Row) -> None:
        record = _holder(call, kind, row)
        call.portal.check(kind, _upserted(row), record)

    return _each(call, inputs, act, would)


def archive(kind: str, call: Call) -> Response:
    """204 whatever the ids: those that are not there are left out."""
    stamp = call.stamp()
    inputs = [text(row, "id") for row in rows(call.sent(), A_BATCH)]
    for number in dict.fromkeys(whole(inputs)):
        record = call.portal.tables[kind].live(number)
        if record is not None:
            call.portal.archive(kind, record, stamp)
    return answer(204)


def _exactly(call: Call, kind: str, row: Mapping[str, Any]) -> Record:
    """The record of an input; a merged id is not accepted here."""
    id_, by = text(row, "id"), str(row.get("idProperty") or "")
    record = call.portal.record(kind, id_, by)
    if not by and str(record.id) != id_:
        raise missing(f"{id_} was merged into another record")
    return record


def _holder(call: Call, kind: str, row: Mapping[str, Any]) -> Record | None:
    try:
        return call.portal.record(kind, text(row, "id"), text(row, "idProperty"))
    except Refusal as refusal:
        if refusal.status != 404:
            raise
        return None


def _upserted(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        text(row, "idProperty"): text(row, "id"),
        **mapping(row.get("properties"), "properties"),
    }


def _would_create(call: Call, kind: str, row: Row) -> None:
    given, _ = writing.prepared(call, kind, row)
    call.portal.check(kind, given, None)


def _would_update(call: Call, kind: str, row: Row) -> None:
    call.portal.check(kind, mapping(row.get("properties"), "properties"), _exactly(call, kind, row))


def _once_each(ids: Sequence[tuple[str, str]]) -> None:
    twice = (
        sorted({id_ for _, id_ in ids if sum(id_ == other for _, other in ids) > 1})
        if len(set(ids)) < len(ids)
        else []
    )
    if twice:
        raise invalid(f"Duplicate IDs found in batch input: {twice}. IDs must be unique")


def _no_twins(inputs: list[Row]) -> None:
    """One address cannot become two contacts, so a batch that tries is refused as a whole."""
    emails = [
        str(email).strip().lower()
        for row in inputs
        if (email := mapping(row.get("properties"), "properties").get("email"))
    ]
    twice = sorted(email for email, times in Counter(emails).items() if times > 1)
    if twice:
        raise Refusal(409, "CONFLICT", f"Duplicate values found in batch input for email: {twice}")


def _each(
    call: Call, inputs: list[Row], act: Act, would: Callable[[Row], None], status: int = 200
) -> Response:
    """Do every input; one that is refused fails all of them, or only itself where the inputs are traced."""
    traces = [row.get("objectWriteTraceId") for row in inputs]
    traced = all(isinstance(trace, str) and trace for trace in traces) and len(set(traces)) == len(
        traces
    )
    if not traced:
        for row in inputs:
            _or_whole_batch(would, row)
    results: list[Row] = []
    errors: list[Row] = []
    for row in _ordered(call, inputs):
        try:
            if traced and call.portal.faults.strikes("hubspot.batch_partial"):
                raise Refusal(500, "INTERNAL_ERROR", "internal error")
            done = act(row)
            results.append(
                {**done, "objectWriteTraceId": row["objectWriteTraceId"]} if traced else done
            )
        except Refusal as refusal:
            errors.append(_failed(refusal, row))
    return completed(call.portal, results, errors, status)


def _or_whole_batch(would: Callable[[Row], None], row: Row) -> None:
    try:
        would(row)
    except Refusal as refusal:
        if refusal.status == 404:
            raise invalid(refusal.message) from None
        raise


def _ordered(call: Call, inputs: list[Row]) -> list[Row]:
    if not call.portal.faults.strikes("hubspot.batch_shuffled"):
        return inputs
    return call.portal.faults.stream("hubspot.batch_order").sample(inputs, len(inputs))


def _failed(refusal: Refusal, row: Row) -> Row:
    """A failed input inside a 207 answer."""
    context: dict[str, Any] = {}
    if trace := row.get("objectWriteTraceId"):
        context["objectWriteTraceId"] = [trace]
    if id_ := row.get("id"):
        context["ids"] = [str(id_)]
    return {
        "status": "error",
        "category": refusal.category,
        "message": refusal.message,
        "context": context,
    }
