"""Follow-up tasks: found again by their key, hung on the person wherever that person is by now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
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
from connector.platforms.salesforce.writing.passing import Passing

NEW = "new:"
_GONE = "the lead or contact it belongs to was deleted"


class Tasks:
    def __init__(self, door: Door, schema: Schema, finder: Finder, task: TaskWrite) -> None:
        self._door, self._schema, self._finder, self._task = door, schema, finder, task
        self.kind = task.kind

    def write(
        self, changes: Sequence[Change], made: Mapping[str, Ref], lane: Lane | None, *, begun: bool
    ) -> list[Receipt]:
        """`made` are the people this batch has just created or found, by key. Tasks that exist already are left alone, but for
        those that are passed on to another owner.
        """
        there = self._there([change for change in changes if change.create])
        passing = self._passing([change for change in changes if change.key not in there])
        ready: list[tuple[Change, Line]] = []
        found: dict[int, Receipt] = {}
        fresh: list[Change] = []
        for change in changes:
            if change.create and (change.key in there or not passing.may(change)):
                fresh += [] if change.key in there else [change]
            elif not change.create and (kept := passing.settled(change)) is not None:
                found[id(change)] = kept
            else:
                ready.append((change, Line(self._task.kind, "update", passing.body(change))))
        people = self._people(fresh, made)
        for change in fresh:
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
        made = [change for change in changes if change.create]
        there = self._there(made)
        passed = [change for change in changes if not change.create]
        found = dict(zip(map(id, passed), self._passing(passed).looked_up(passed), strict=True))
        for c in made:
            known = c.key in there
            found[id(c)] = (
                written(c, Ref(NAME, self._task.kind, there[c.key]))
                if known
                else retry(c, "NOT_THERE", "was not written")
            )
        return [found[id(change)] for change in changes]

    def _passing(self, changes: Sequence[Change]) -> Passing:
        known = self._schema.kind(self._task.kind)
        key = (known.actual(self._task.key) if known else None) or self._task.key
        return Passing(self._finder, self._task.kind, key, changes)

    def _there(self, changes: Sequence[Change]) -> Mapping[str, str]:
        known = self._schema.kind(self._task.kind)
        prop = known.actual(self._task.key) if known else None
        if not prop:
            return {}
        keys = {change.key: (change.key, *_aliases(change)) for change in changes}
        found = self._finder.by_key(self._task.kind, prop, chain.from_iterable(keys.values()))
        places = ((key, next((k for k in tried if k in found), "")) for key, tried in keys.items())
        return {key: found[place] for key, place in places if place}

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


def _aliases(change: Change) -> list[str]:
    """Keys under which it may be there, too."""
    return change.lookup.get("aliases", "").split()


def _ref(change: Change) -> Ref:
    who = change.fields.get("WhoId")
    if isinstance(who, Mapping):
        return Ref.parse(str(who["ref"]))
    return person(who if isinstance(who, str) else None) or change.ref
