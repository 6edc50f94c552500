"""Field histories of the rows that show an outcome: when it happened and who did it (api-contracts B.6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from connector.errors import Refused
from connector.model.mapping.outcome import OutcomeRead
from connector.model.systems.ref import Ref
from connector.platforms.salesforce.door import Door
from connector.platforms.salesforce.parts import URI_ROOM, Row, soql
from connector.platforms.salesforce.reading.cursor import moment
from connector.platforms.salesforce.reading.facts import ref
from connector.platforms.salesforce.schema import Schema

CONVERTED = "leadConverted"
_TRACKS = {"Lead": ("LeadHistory", "LeadId"), "Contact": ("ContactHistory", "ContactId")}
_LOOKED_AT = ("field", "converted")


class Step(NamedTuple):
    at: datetime
    value: Any
    by: Ref | None


class Histories:
    """Steps per (record, field), oldest first."""

    def __init__(self) -> None:
        self._steps: dict[tuple[str, str], list[Step]] = defaultdict(list)

    def add(self, key: str, field: str, step: Step) -> None:
        self._steps[key, field].append(step)

    def of(self, key: str, field: str, value: Any) -> Step | None:
        """The step that brought the value the record still has: the first of the last unbroken run of it."""
        steps = self._steps.get((key, field), [])
        if field == CONVERTED:
            return steps[-1] if steps else None
        found = None
        for step in reversed(steps):
            if step.value != value:
                break
            found = step
        return found


def wants(lines: Sequence[OutcomeRead]) -> bool:
    """Whether any of these lines takes its time from a history."""
    return any(
        (line.shape in _LOOKED_AT and line.at in ("", "history"))
        or (
            line.shape == "opportunity" and line.at == "history" and (line.is_won or line.is_closed)
        )
        for line in lines
    )


def look(
    door: Door, schema: Schema, kind: str, keys: Sequence[tuple[str, Sequence[OutcomeRead]]]
) -> Histories:
    """The histories of these records, five queries a call; none for a kind without a readable history."""
    found = Histories()
    jobs = list(_jobs(schema, kind, keys))
    try:
        answers = door.rows([text for _, text in jobs])
    except Refused:
        return found  # no history right after all: the outcome keeps the time of its sighting
    for (parent, _), rows in zip(jobs, answers, strict=True):
        _keep(parent, rows, found)
    return found


def _jobs(
    schema: Schema, kind: str, keys: Sequence[tuple[str, Sequence[OutcomeRead]]]
) -> Iterable[tuple[str, str]]:
    if kind == "Opportunity":
        table, parent, columns, more = (
            "OpportunityHistory",
            "OpportunityId",
            "StageName, CreatedDate",
            "",
        )
    elif kind in _TRACKS:
        table, parent = _TRACKS[kind]
        names = {
            CONVERTED if line.shape == "converted" else line.property
            for _, lines in keys
            for line in lines
        }
        columns, more = (
            "Field, NewValue, CreatedById, CreatedDate",
            soql("Field IN {} AND ", sorted(names)),
        )
    else:
        return
    if schema.kind(table) is None:
        return
    template = "SELECT {:literal}, {:literal} FROM {:literal} WHERE {:literal}{:literal} IN {} ORDER BY CreatedDate, Id"
    for some in chunks([key for key, _ in keys]):
        yield parent, soql(template, parent, columns, table, more, parent, some)


def _keep(parent: str, rows: Iterable[Row], found: Histories) -> None:
    for row in rows:
        by = row.get("CreatedById")
        value = row.get("NewValue") if "Field" in row else row.get("StageName")
        step = Step(moment(row["CreatedDate"]), value, ref("User", by) if by else None)
        found.add(row[parent], str(row.get("Field", "StageName")), step)


def chunks(values: Sequence[str], room: int = URI_ROOM) -> list[list[str]]:
    """Values for IN lists that fit into a URI."""
    found: list[list[str]] = []
    used = room
    for value in values:
        size = len(quote(soql("{},", value), safe=""))
        if used + size > room:
            found.append([])
            used = 0
        found[-1].append(value)
        used += size
    return found
