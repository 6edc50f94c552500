"""The CRM as a target: 1,000 changed records in one API call, nobody created twice, one receipt per change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from connector.errors import Refused, Stopped, TryLater
from connector.model.mapping.mappings import Mappings
from connector.model.mapping.property import TaskWrite
from connector.model.problem import Problem
from connector.model.systems.change import LANES, Change, Lane, Receipt
from connector.model.systems.ref import Ref
from connector.model.systems.shape import Shapes
from connector.platforms.salesforce.door import Door
from connector.platforms.salesforce.schema import Schema
from connector.platforms.salesforce.session import NAME
from connector.platforms.salesforce.setup.check import missing, shapes
from connector.platforms.salesforce.writing.addresses import address_properties, taken
from connector.platforms.salesforce.writing.batch import Line, Result, once, send
from connector.platforms.salesforce.writing.bulk import ENOUGH, Bulk
from connector.platforms.salesforce.writing.conclude import (
    Conclusion,
    gone,
    lost,
    moved,
    retry,
    written,
)
from connector.platforms.salesforce.writing.find import PEOPLE, Finder, Person, emails_of
from connector.platforms.salesforce.writing.forms import all_same, same
from connector.platforms.salesforce.writing.read_back import Receipts, asked, by_id, read_back
from connector.platforms.salesforce.writing.tasks import Tasks


class SalesforceTarget:
    def __init__(
        self,
        door: Door,
        schema: Schema,
        mappings: Mappings,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        self._door, self._schema, self._mappings = door, schema, mappings
        records = mappings.platforms[NAME].records
        self._keys = {
            kind: record.external_id for kind, record in records.items() if record.external_id
        }
        self._task: TaskWrite | None = next((r.task for r in records.values() if r.task), None)
        self._finder = Finder(door, schema, next(iter(self._keys.values()), ""))
        self._addresses = address_properties(mappings)
        self._bulk = Bulk(door, sleep)
        self._kinds = list(
            dict.fromkeys([*PEOPLE, *records, *([self._task.kind] if self._task else [])])
        )

    def write(self, changes: Sequence[Change], now: datetime) -> Sequence[Receipt]:  # noqa: ARG002 - the port's argument
        lane = self._begin(changes)
        tasks = [each for each in changes if self._is_task(each)]
        people = [each for each in changes if not self._is_task(each)]
        found = self._people(people, lane) if people else {}
        begun = any(receipt.state in ("written", "unclear") for receipt in found.values())
        found |= self._tasks(tasks, found, lane, begun=begun) if tasks else {}
        return [found[id(change)] for change in changes]

    def look_up(self, changes: Sequence[Change], now: datetime) -> Sequence[Receipt]:  # noqa: ARG002 - the port's argument
        self._begin(changes)
        found: Receipts = {}
        tasks = [each for each in changes if self._is_task(each)]
        with self._as_described():
            if tasks:
                found |= by_id(tasks, self._tasks_of().look_up(tasks))
            creates = [each for each in changes if each.create and id(each) not in found]
            found |= self._created(creates)
            found |= read_back(self._finder, [each for each in changes if id(each) not in found])
        return [found[id(change)] for change in changes]

    def shapes(self) -> Shapes:
        """Asks describe anew, one call for all kinds; from then on writes go by it."""
        self._schema.forget()
        return shapes(self._schema, self._mappings)

    def _created(self, creates: Sequence[Change]) -> Receipts:
        """What became of creates: there, there and gone again, or never written."""
        if not creates:
            return {}
        people = self._finder.people(creates, emails=False)
        open_ = [c for c in creates if c.key not in people.by_key]
        binned: dict[tuple[str, str], Ref] = {}
        for kind in dict.fromkeys(c.ref.kind for c in open_):
            keys = [c.key for c in open_ if c.ref.kind == kind]
            binned |= {(kind, k): r for k, r in self._finder.deleted(kind, keys).items()}
        places = self._finder.places(binned.values()) if binned else {}
        found: Receipts = {}
        for change in creates:
            there, old = people.by_key.get(change.key), binned.get((change.ref.kind, change.key))
            into = places[old].ref if old is not None else None
            if there is not None:
                found[id(change)] = self._adopted(change, there)
            elif change.key in people.lost:
                found[id(change)] = lost(change, people.lost[change.key])
            elif into is not None:
                found[id(change)] = moved(change, into, "MERGED", "merged as soon as it was there")
            elif old is not None:
                found[id(change)] = gone(change, old, "deleted as soon as it was there")
            else:
                found[id(change)] = retry(change, "NOT_THERE", "was not written")
        return found

    def check(self) -> Sequence[Problem]:
        self._schema.forget()
        return missing(self._schema, self._mappings)

    def _begin(self, changes: Sequence[Change]) -> Lane | None:
        """Reads that precede a hot write are as urgent as the write itself."""
        self._door.lane = min((each.lane for each in changes), key=LANES.index, default=None)
        if changes:
            self._schema.load(self._kinds)
        return self._door.lane

    @contextmanager
    def _as_described(self) -> Iterator[None]:
        """A read that names a field which is gone is refused; nothing was written, and describe is asked again first."""
        try:
            yield
        except Refused as error:
            if error.code not in ("INVALID_FIELD", "INVALID_TYPE"):
                raise
            self._schema.forget()
            raise TryLater(
                f"{NAME}: fields have changed", timedelta(seconds=1), error.code
            ) from None

    def _is_task(self, change: Change) -> bool:
        return self._task is not None and change.ref.kind == self._task.kind

    def _tasks_of(self) -> Tasks:
        if self._task is None:
            raise Refused(None, "NO_TASK", "the mapping has no task")
        return Tasks(self._door, self._schema, self._finder, self._task)

    def _people(self, changes: Sequence[Change], lane: Lane | None) -> Receipts:
        with self._as_described():
            shared = [each for each in changes if not each.create and each.shared]
            found = self._base_changed(shared)
            found |= self._known_already([each for each in changes if each.create])
            found |= taken(
                self._finder, self._addresses, [e for e in changes if id(e) not in found]
            )
        found |= self._impossible([each for each in changes if id(each) not in found])
        going = [each for each in changes if id(each) not in found]
        results = self._send(going, lane)
        if any(result.code == "INVALID_FIELD" for result in results):
            self._schema.forget()
        conclusion = Conclusion(self._finder, lambda some: self._past_alerts(some, lane))
        return found | by_id(going, conclusion.receipts(going, results))

    def _send(self, changes: Sequence[Change], lane: Lane | None) -> Sequence[Result]:
        lines = [self._line(each) for each in changes]
        if len(lines) >= ENOUGH:
            return self._bulk.send(lines, lane)
        return send(self._door, lines, lane)

    def _past_alerts(self, changes: Sequence[Change], lane: Lane | None) -> Sequence[Result]:
        return send(
            self._door, [self._line(each, pass_alerts=True) for each in changes], lane, begun=True
        )

    def _base_changed(self, changes: Sequence[Change]) -> Receipts:
        """Properties that both sides edit are read again just before the write; an edit in between stops that row."""
        rows = self._finder.now(asked(changes, lambda change: change.shared)) if changes else {}
        edited = [
            each for each in changes if each.ref in rows and not self._still(each, rows[each.ref])
        ]
        said = "somebody edited the record meanwhile"
        return {id(each): retry(each, "BASE_CHANGED", said) for each in edited}

    def _still(self, change: Change, row: Mapping[str, Any]) -> bool:
        shown = self._finder.shown(change.ref.kind, row, change.shared)
        return all(same(change.base[p], shown[p]) for p in change.shared if p in change.base)

    def _known_already(self, changes: Sequence[Change]) -> Receipts:
        """Nobody is created who is there: by key or by e-mail, as Lead or as Contact. And nobody twice in one batch."""
        if not changes:
            return {}
        people = self._finder.people(changes)
        found: Receipts = {}
        taken: set[str] = set()
        for change in changes:
            there, names = people.of(change), {*emails_of(change), change.key} - {""}
            if there is not None:
                found[id(change)] = self._adopted(change, there)
            elif change.key in people.lost:
                found[id(change)] = lost(change, people.lost[change.key])
            elif names & taken:
                found[id(change)] = retry(
                    change, "SAME_PERSON", "another change of this batch creates this person"
                )
            taken |= names
        return found

    def _adopted(self, change: Change, there: Person) -> Receipt:
        kind, row = there.ref.kind, there.row
        prop = self._keys.get(change.ref.kind, "")
        ours = row is not None and kind == change.ref.kind and row.get(prop) == change.key
        if ours and row and all_same(change.fields, self._finder.shown(kind, row, change.fields)):
            return written(change, there.ref)
        return moved(change, there.ref, "ALREADY_THERE", f"this person is a {kind} already")

    def _impossible(self, changes: Iterable[Change]) -> Receipts:
        """Rows that name fields we cannot see would spoil their whole collection, so they are not sent."""
        found: Receipts = {}
        for change in changes:
            lacking = self._lacking(change)
            if lacking:
                said = f"{change.ref.kind} has no {', '.join(lacking)}, or we may not see it"
                hint = "run: leadcycle install salesforce"
                found[id(change)] = Receipt(
                    change, "refused", code="INVALID_FIELD", message=said, hint=hint
                )
        return found

    def _lacking(self, change: Change) -> list[str]:
        known = self._schema.kind(change.ref.kind)
        if known is None:
            return ["such records"]
        needed = [
            *change.fields,
            *([self._keys.get(change.ref.kind, "an external id field")] if change.create else []),
        ]
        return [prop for prop in needed if known.actual(prop) is None]

    def _line(self, change: Change, *, pass_alerts: bool = False) -> Line:
        kind = change.ref.kind
        known = self._schema.kind(kind)
        body = {
            (known.actual(prop) if known else None) or prop: value
            for prop, value in change.fields.items()
        }
        if not change.create:
            return Line(kind, "update", {"Id": change.ref.id, **body}, pass_alerts=True)
        key = self._keys[kind]
        verb = once(known, key)
        return Line(kind, verb, {**body, key: change.key}, key, pass_alerts)

    def _tasks(
        self, tasks: Sequence[Change], people: Receipts, lane: Lane | None, *, begun: bool
    ) -> Receipts:
        made = {
            r.change.key: r.ref
            for r in people.values()
            if r.change.key and r.ref and r.state in ("written", "moved")
        }
        try:
            return by_id(tasks, self._tasks_of().write(tasks, made, lane, begun=begun))
        except (TryLater, Stopped, Refused) as error:
            if not begun and not isinstance(error, Refused):
                raise
            return {
                id(task): retry(task, type(error).__name__.upper(), str(error)) for task in tasks
            }
