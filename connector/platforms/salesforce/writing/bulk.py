"""Bulk API 2.0 for very many rows: about eight calls however many (api-contracts B.10)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from connector.errors import LeadcycleError, Refused, Stopped, TryLater, Unclear
from connector.model.systems.change import Lane
from connector.platforms.salesforce.door import Door
from connector.platforms.salesforce.verdict import plain
from connector.platforms.salesforce.writing.batch import Line, Result

ENOUGH = 7000
"""Rows from which a job is cheaper than composites of 1,000."""
_POLLS = 60
_WAIT = 5.0
_NULL = "#N/A"
_ENDS = frozenset({"JobComplete", "Failed", "Aborted"})


class Bulk:
    """`sleep` spends the time between polls; without it they follow each other, and a job that is not ready is unclear."""

    def __init__(self, door: Door, sleep: Callable[[float], None] | None) -> None:
        self._door, self._sleep = door, sleep

    def send(self, lines: Sequence[Line], lane: Lane | None) -> list[Result]:
        """One result per line, in order; jobs per kind and verb. Raises TryLater or Stopped while nothing was handed in."""
        groups: dict[tuple[str, str, str, bool], list[int]] = {}
        for number, line in enumerate(lines):
            groups.setdefault(line.group, []).append(number)
        found: dict[int, Result] = {}
        for numbers in groups.values():
            some = [lines[number] for number in numbers]
            try:
                results = self._job(some, lane)
            except (TryLater, Stopped) as error:
                if not found:
                    raise
                results = _alike(some, "retry", error)
            found |= dict(zip(numbers, results, strict=True))
        return [found[number] for number in range(len(lines))]

    def _job(self, lines: Sequence[Line], lane: Lane | None) -> list[Result]:
        job = self._open(lines[0], lane)
        path = f"jobs/ingest/{job}"
        try:
            self._door.send("PUT", f"{path}/batches", _csv(lines), lane)
        except (Unclear, TryLater, Stopped, Refused) as error:
            return _alike(lines, "retry", error)  # a job that is never closed is never run
        try:
            self._door.send("PATCH", path, {"state": "UploadComplete"}, lane)
            state = self._wait(path)
        except (Unclear, TryLater, Stopped, Refused) as error:
            return _alike(lines, "unclear", error)
        if state not in _ENDS:
            return _alike(
                lines,
                "unclear",
                TryLater("salesforce: the bulk job is still running", None, "BULK_RUNNING"),
            )
        return self._results(path, lines)

    def _open(self, first: Line, lane: Lane | None) -> str:
        body: dict[str, Any] = {
            "object": first.kind,
            "operation": first.verb,
            "contentType": "CSV",
            "lineEnding": "LF",
        }
        if first.verb == "upsert":
            body["externalIdFieldName"] = first.key
        try:
            return str(self._door.send("POST", "jobs/ingest", body, lane)["id"])
        except Unclear as error:  # an open job without rows changes nothing
            raise TryLater(str(error), None, "BULK") from None

    def _wait(self, path: str) -> str:
        state = ""
        for _ in range(_POLLS):
            state = str(self._door.get(path).get("state", ""))
            if state in _ENDS:
                break
            if self._sleep is not None:
                self._sleep(_WAIT)
        return state

    def _results(self, path: str, lines: Sequence[Line]) -> list[Result]:
        """Results come in any order and are found again by key or id (B.10)."""
        name = lines[0].key or "Id"
        try:
            good = {row[name]: row for row in self._rows(f"{path}/successfulResults")}
            bad = {row[name]: row for row in self._rows(f"{path}/failedResults")}
        except (TryLater, Stopped, Refused) as error:
            return _alike(lines, "unclear", error)
        return [_result(str(line.body[name]), good, bad) for line in lines]

    def _rows(self, path: str) -> list[Mapping[str, str]]:
        content = self._door.get(path) or b""
        return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))


def _result(
    key: str, good: Mapping[str, Mapping[str, str]], bad: Mapping[str, Mapping[str, str]]
) -> Result:
    if key in good:
        return Result("yes", good[key]["sf__Id"])
    if key not in bad:
        return Result("retry", code="UNPROCESSED", message="the bulk job ended before this row")
    code, _, rest = bad[key]["sf__Error"].partition(":")  # `CODE:message:fields --`
    message, _, fields = rest.rpartition(":")
    names = [name.strip() for name in fields.removesuffix("--").split(",") if name.strip()]
    error = {"statusCode": code, "message": message, "fields": names}
    return Result("no", error=error, code=code, message=plain(error))


def _csv(lines: Sequence[Line]) -> bytes:
    """An empty cell leaves a field as it is; `#N/A` empties it (B.10)."""
    names = list(dict.fromkeys(name for line in lines for name in line.body))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for line in lines:
        writer.writerow([_cell(line.body[name]) if name in line.body else "" for name in names])
    return text.getvalue().encode("utf-8")


def _cell(value: Any) -> str:
    if value is None or value == "":
        return _NULL
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _alike(lines: Sequence[Line], state: Any, error: LeadcycleError) -> list[Result]:
    code = getattr(error, "code", "") or type(error).__name__.upper()
    return [Result(state, code=code, message=str(error))] * len(lines)
