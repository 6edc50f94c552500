"""Follow-up tasks: found again by their key, hung on the person wherever that person is by now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connector.model.mapping.property import TaskWrite
from connector.model.systems.change import Change, Lane, Receipt
from connector.model.systems.ref import Ref
from connector.platforms.salesforce.door import Door
from connector.platforms.salesforce.reading.facts import person
from connector.platforms.salesforce.schema import Schema
from connector.platforms.salesforce.session import NAME
from connector.platforms.salesforce.verdict import verdict
from connector.platforms.salesforce.writing.batch import Line, Result, once, send
from connector.platforms.salesforce.writing.conclude import gone, plainly, refused, retry, written
from connector.platforms.salesforce.writing.looking.find import Finder

NEW = "new:"
_GONE = "the lead or contact it belongs to was deleted"


class Tasks:
    def __init__(self, door: Door, schema: Schema, finder: Finder, task: TaskWrite) -> None:
        self._door, self._schema, self._finder, self._task = door, schema, finder, task

    def write(
        self, changes: Sequence[Change], made: Mapping[str, Ref], lane: Lane | None, *, begun: bool
    ) -> list[Receipt]:
        """`made` are the people this batch has just created or found, by key. Tasks that exist already are left alone."""
        there = self._there(changes)
        new = [change for change in changes if change.key not in there]
        people = self._people(new, made)
        ready: list[tuple[Change, Line]] = []
        found: dict[int, Receipt] = {}
        for change in new:
            who = people.get(id(change))
            line = self._line(change, who) if who is not None or not _who(change) else None
            if line is not None:
                ready.append((change, line))
            elif _ref(change).id.startswith(NEW):
                found[id(change)] = retry(
                    change, "WAITS_FOR_PERSON", "the lead it belongs to is not there yet"
                )
            else:
                found[id(change)] = gone(change, _ref(change), _GONE)
        results = send(self._door, [line for _, line in ready], lane, begun=begun)
        for (change, _), result in zip(ready, results, strict=True):
            found[id(change)] = self._receipt(change, result)
        return [
            found.get(id(c)) or written(c, Ref(NAME, self._task.kind, there[c.key]))
            for c in changes
        ]

    def look_up(self, changes: Sequence[Change]) -> list[Receipt]:
        there = self._there(changes)
        return [
            written(c, Ref(NAME, self._task.kind, there[c.key]))
            if c.key in there
            else retry(c, "NOT_THERE", "was not written")
            for c in changes
        ]

    def _there(self, changes: Sequence[Change]) -> Mapping[str, str]:
        known = self._schema.kind(self._task.kind)
        prop = known.actual(self._task.key) if known else None
        return self._finder.by_key(self._task.kind, prop, (c.key for c in changes)) if prop else {}

    def _people(self, changes: Sequence[Change], made: Mapping[str, Ref]) -> dict[int, str]:
        """Ids of the people the tasks hang on: as just created, by key, or where a known record has moved to."""
        asked = {id(c): _ref(c) for c in changes if _who(c)}
        asked = {
            n: made.get(ref.id.removeprefix(NEW), ref) if ref.id.startswith(NEW) else ref
            for n, ref in asked.items()
        }
        open_ = [r for r in asked.values() if r.id.startswith(NEW)]
        seekers = [Change(r, {}, {}, "hot", 0, 0, key=r.id.removeprefix(NEW)) for r in open_]
        by_key = self._finder.people(seekers, emails=False).by_key if seekers else {}
        places = self._finder.places(r for r in asked.values() if not r.id.startswith(NEW))
        found: dict[int, str] = {}
        for number, ref in asked.items():
            known = by_key.get(ref.id.removeprefix(NEW)) if ref.id.startswith(NEW) else places[ref]
            if known is not None and known.ref is not None:
                found[number] = known.ref.id
        return found

    def _line(self, change: Change, who: str | None) -> Line:
        known = self._schema.kind(self._task.kind)
        column = known.columns.get(self._task.key.lower()) if known else None
        body: dict[str, Any] = {**change.fields, self._task.key: change.key}
        if who is not None:
            body["WhoId"] = who
        if column is not None and column.external_id:
            return Line(self._task.kind, once(known, column.name), body, column.name)
        return Line(self._task.kind, "insert", body)

    def _receipt(self, change: Change, result: Result) -> Receipt:
        plain = plainly(change, self._task.kind, result)
        if plain is not None:
            return plain
        if verdict(result.code).action == "whereabouts":
            return retry(
                change, result.code, result.message
            )  # the person moved between look and write
        if result.code == "DUPLICATE_VALUE":
            return retry(
                change, result.code, result.message
            )  # made by another hand meanwhile: found by its key next time
        return refused(change, result)


def _who(change: Change) -> bool:
    return isinstance(change.fields.get("WhoId"), Mapping)


def _ref(change: Change) -> Ref:
    who = change.fields.get("WhoId")
    if isinstance(who, Mapping):
        return Ref.parse(str(who["ref"]))
    return person(who if isinstance(who, str) else None) or change.ref
