"""A hundred records in one call, and what became of each (api-contracts A.5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from connector.errors import Refused
from connector.model.systems.change import Lane
from connector.platforms.hubspot import failure
from connector.platforms.hubspot.calls import Calls
from connector.platforms.hubspot.door import Members
from connector.platforms.hubspot.reading.place import results
from connector.platforms.hubspot.writing.row import Row

BATCH = 100
_CLEAR_ANSWERS = frozenset({"VALIDATION_ERROR", "CONFLICT"})


@dataclass(frozen=True, slots=True)
class Result:
    """`shown` are the properties HubSpot answered with, `id` those of which record. `open`: it may or may not have happened."""

    state: Literal["ok", "refused", "missing", "open"]
    code: str = ""
    message: str = ""
    shown: Mapping[str, Any] | None = None
    id: str = ""


Pairs = Sequence[tuple[Row, Mapping[str, str]]]


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows of one kind, at most a hundred, no record twice: HubSpot refuses a batch with twins."""
    waiting = list(rows)
    while waiting:
        taken: dict[str, Row] = {}
        rest: list[Row] = []
        for row in waiting:
            fits = (
                len(taken) < BATCH
                and row.id not in taken
                and row.change.ref.kind == waiting[0].change.ref.kind
            )
            if fits:
                taken[row.id] = row
            else:
                rest.append(row)
        yield list(taken.values())
        waiting = rest


def send(calls: Calls, kind: str, pairs: Pairs, lane: Lane | None) -> Iterator[tuple[Row, Result]]:
    """Writes the given properties of each row. Every input carries a trace id, so that one bad row fails alone; where HubSpot
    refuses the whole batch all the same, the halves are tried. Raises TryLater, Stopped, Unclear."""
    inputs = [
        {"id": row.id, "properties": dict(given), "objectWriteTraceId": str(place)}
        for place, (row, given) in enumerate(pairs)
    ]
    try:
        found = calls.update(kind, inputs, lane)
    except Refused as refusal:
        if len(pairs) == 1:
            state: Literal["missing", "refused"] = (
                "missing" if refusal.code in failure.MISSING else "refused"
            )
            yield pairs[0][0], Result(state, refusal.code, refusal.message)
            return
        half = len(pairs) // 2
        yield from send(calls, kind, pairs[:half], lane)
        yield from send(calls, kind, pairs[half:], lane)
        return
    answered = {**_done(found, pairs), **_failed(found, pairs)}
    lost = Result(
        "open",
        "NOT_ANSWERED",
        "HubSpot's answer names this record neither as written nor as failed",
    )
    yield from ((row, answered.get(place, lost)) for place, (row, _) in enumerate(pairs))


def _done(found: Members, pairs: Pairs) -> dict[int, Result]:
    """By trace id, or by record id where the answer carries none."""
    place_of = {row.id: place for place, (row, _) in enumerate(pairs)}
    rows = [row for row in results(found) if isinstance(row, dict)]
    placed = (
        (_trace(row.get("objectWriteTraceId"), len(pairs), place_of.get(str(row.get("id")))), row)
        for row in rows
    )
    return {
        place: Result("ok", shown=row.get("properties") or {}, id=str(row.get("id") or ""))
        for place, row in placed
        if place is not None
    }


def _failed(found: Members, pairs: Pairs) -> dict[int, Result]:
    place_of = {row.id: place for place, (row, _) in enumerate(pairs)}
    answered: dict[int, Result] = {}
    for error in results(found, "errors"):
        if not isinstance(error, dict):
            continue
        context = error.get("context") if isinstance(error.get("context"), dict) else {}
        for trace in _named(context, "objectWriteTraceId") or [None]:
            for id_ in _named(context, "ids") or [None]:
                place = _trace(trace, len(pairs), place_of.get(str(id_)))
                if place is not None:
                    answered[place] = _judged(error)
    return answered


def _judged(error: Members) -> Result:
    """One failed input: HubSpot's own failure leaves open what happened, a refusal does not."""
    category, code = str(error.get("category") or ""), failure.code_of(400, error)
    if category in failure.MISSING:
        return Result("missing", category, "the record is not there")
    if category in _CLEAR_ANSWERS or failure.property_faults(error):
        return Result("refused", code, failure.described(error))
    return Result("open", code, f"HubSpot answered {code} for this record")


def _trace(found: Any, size: int, otherwise: int | None) -> int | None:
    text = str(found)
    return int(text) if text.isdigit() and int(text) < size else otherwise


def _named(context: Any, name: str) -> list[Any]:
    found = context.get(name)
    if isinstance(found, list):
        return found
    return [] if found is None else [found]
