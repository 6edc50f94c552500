"""Rows into Salesforce: up to five collections of 200 in one call, answers row by row (api-contracts B.3)."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from connector.errors import LeadcycleError, Refused, Stopped, TryLater, Unclear
from connector.model.systems.change import Lane
from connector.platforms.salesforce.door import Door
from connector.platforms.salesforce.parts import HEAVY, Answer, Part
from connector.platforms.salesforce.schema import Kind
from connector.platforms.salesforce.session import HEED_ALERTS, NO_ASSIGNMENT, PASS_ALERTS
from connector.platforms.salesforce.verdict import code_of, failed_call, first_error, plain

COLLECTION = 200
Verb = Literal["insert", "update", "upsert"]
_STALE = frozenset({"INVALID_FIELD", "INVALID_TYPE"})
_METHODS: Mapping[Verb, str] = {"insert": "POST", "update": "PATCH", "upsert": "PATCH"}


@dataclass(frozen=True, slots=True)
class Line:
    """One record to be written. `key` is the field with our key, of a record that is created; `body` holds it or the id."""

    kind: str
    verb: Verb
    body: Mapping[str, Any]
    key: str = ""
    pass_alerts: bool = False

    @property
    def group(self) -> tuple[str, str, str, bool]:
        return (self.kind, self.verb, self.key, self.pass_alerts)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one line. `error` is Salesforce's own, for `no`."""

    state: Literal["yes", "no", "retry", "unclear"]
    id: str = ""
    error: Mapping[str, Any] | None = None
    code: str = ""
    message: str = ""


Chunk = list[int]


def once(kind: Kind | None, key: str) -> Literal["insert", "upsert"]:
    """How a record with our key is created once, however often and however late it is sent.

    An upsert that Salesforce commits after its answer was lost, and after a second try made the record, writes over what
    somebody has typed there since. A second insert is refused (DUPLICATE_VALUE), if only the key is unique.
    """
    column = None if kind is None else kind.columns.get(key.lower())
    return "insert" if column is not None and column.unique else "upsert"


def send(
    door: Door, lines: Sequence[Line], lane: Lane | None, *, begun: bool = False
) -> list[Result]:
    """One result per line, in order. Raises TryLater or Stopped only while nothing has been written (and `begun` is False)."""
    found: dict[int, Result] = {}
    queue = deque(_chunks(lines))
    while queue:
        some = [queue.popleft() for _ in range(min(HEAVY, len(queue)))]
        try:
            answers = door.composite(
                [_part([lines[n] for n in chunk]) for chunk in some], write=True, lane=lane
            )
        except (TryLater, Stopped, Refused) as error:
            if not begun and not found and not isinstance(error, Refused):
                raise
            _all(found, [*some, *queue], "retry", error)
            break
        except Unclear as error:
            _all(found, some, "unclear", error)
            _all(found, list(queue), "retry", error)
            break
        for chunk, answer in zip(some, answers, strict=True):
            queue.extendleft(reversed(_take(chunk, answer, found)))
    return [found[number] for number in range(len(lines))]


def _chunks(lines: Sequence[Line]) -> list[Chunk]:
    """Lines of one kind and verb together, kinds in their first order."""
    groups: dict[tuple[str, str, str, bool], Chunk] = {}
    for number, line in enumerate(lines):
        groups.setdefault(line.group, []).append(number)
    return [
        numbers[start : start + COLLECTION]
        for numbers in groups.values()
        for start in range(0, len(numbers), COLLECTION)
    ]


def _part(lines: Sequence[Line]) -> Part:
    first = lines[0]
    records = [{"attributes": {"type": line.kind}, **line.body} for line in lines]
    path = (
        f"composite/sobjects/{first.kind}/{first.key}"
        if first.verb == "upsert"
        else "composite/sobjects"
    )
    alerts = PASS_ALERTS if first.pass_alerts else HEED_ALERTS
    # Subrequests do not inherit the headers of the call, so each carries its own.
    return Part(
        _METHODS[first.verb],
        path,
        {"allOrNone": False, "records": records},
        {**NO_ASSIGNMENT, **alerts},
    )


def _take(chunk: Chunk, answer: Answer, found: dict[int, Result]) -> list[Chunk]:
    """Notes what became of a collection; returns halves to be sent again if one row spoiled the whole of it."""
    rows = answer.body
    if answer.good and isinstance(rows, list) and len(rows) == len(chunk):
        for number, row in zip(chunk, rows, strict=True):
            found[number] = _result(row)
        return []
    error = failed_call(answer.status, answer.body, write=True)
    if not isinstance(error, Refused):
        _all(found, [chunk], "unclear" if isinstance(error, Unclear) else "retry", error)
        return []
    if error.code in _STALE and len(chunk) > 1:
        # The fields have changed since describe was asked; every row would fail the same way.
        _all(found, [chunk], "retry", error)
        return []
    if len(chunk) == 1:
        found[chunk[0]] = _no(first_error(answer.body))
        return []
    middle = len(chunk) // 2
    return [chunk[:middle], chunk[middle:]]


def _result(row: Any) -> Result:
    if isinstance(row, dict) and row.get("success"):
        return Result("yes", str(row.get("id", "")))
    return _no(first_error(row))


def _no(error: Mapping[str, Any]) -> Result:
    return Result("no", error=error, code=code_of(error), message=plain(error))


def _all(
    found: dict[int, Result],
    chunks: Sequence[Chunk],
    state: Literal["retry", "unclear"],
    error: LeadcycleError,
) -> None:
    code = getattr(error, "code", "") or type(error).__name__.upper()
    for chunk in chunks:
        for number in chunk:
            found[number] = Result(state, code=code, message=str(error))
