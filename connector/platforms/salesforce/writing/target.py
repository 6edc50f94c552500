"""The CRM as a target: 1,000 changed records in one API call, nobody created twice, one receipt per change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from connector.errors import Refused, Stopped, TryLater
from connector.model.mapping.mappings import Mappings
from connector.model.problem import Problem
from connector.model.systems.change import LANES, Change, Lane, Receipt
from connector.model.systems.shape import Shapes
from connector.platforms.salesforce.door import Door
from connector.platforms.salesforce.schema import Schema
from connector.platforms.salesforce.session import NAME
from connector.platforms.salesforce.setup.check import missing, shapes
from connector.platforms.salesforce.writing.batch import Result, send
from connector.platforms.salesforce.writing.bulk import ENOUGH, Bulk
from connector.platforms.salesforce.writing.conclude import (
    Conclusion,
    retry,
)
from connector.platforms.salesforce.writing.forms import same
from connector.platforms.salesforce.writing.looking.addresses import address_properties, taken
from connector.platforms.salesforce.writing.looking.find import PEOPLE, Finder
from connector.platforms.salesforce.writing.looking.present import Present
from connector.platforms.salesforce.writing.looking.read_back import (
    Receipts,
    asked,
    by_id,
    read_back,
)
from connector.platforms.salesforce.writing.rows import Rows
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
        task = next((r.task for r in records.values() if r.task), None)
        self._finder = Finder(door, schema, next(iter(self._keys.values()), ""))
        self._present, self._rows = Present(self._finder, self._keys), Rows(schema, self._keys)
        self._addresses = address_properties(mappings)
        self._bulk = Bulk(door, sleep)
        self._tasks = None if task is None else Tasks(door, schema, self._finder, task)
        self._kinds = list(dict.fromkeys([*PEOPLE, *records, *([task.kind] if task else [])]))

    def write(self, changes: Sequence[Change], now: datetime) -> Sequence[Receipt]:  # noqa: ARG002 - the port's argument
        lane = self._begin(changes)
        tasks = [each for each in changes if self._is_task(each)]
        people = [each for each in changes if not self._is_task(each)]
        found = self._people(people, lane) if people else {}
        begun = any(receipt.state in ("written", "unclear") for receipt in found.values())
        found |= self._tasks_made(tasks, found, lane, begun=begun)
        return [found[id(change)] for change in changes]

    def look_up(self, changes: Sequence[Change], now: datetime) -> Sequence[Receipt]:  # noqa: ARG002 - the port's argument
        self._begin(changes)
        found: Receipts = {}
        tasks = [each for each in changes if self._is_task(each)]
        with self._as_described():
            if self._tasks is not None and tasks:
                found |= by_id(tasks, self._tasks.look_up(tasks))
            creates = [each for each in changes if each.create and id(each) not in found]
            found |= self._present.after(creates)
            found |= read_back(self._finder, [each for each in changes if id(each) not in found])
        return [found[id(change)] for change in changes]

    def shapes(self) -> Shapes:
        """Asks describe anew, one call for all kinds; from then on writes go by it."""
        self._schema.forget()
        return shapes(self._schema, self._mappings)

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
        return self._tasks is not None and change.ref.kind == self._tasks.kind

    def _people(self, changes: Sequence[Change], lane: Lane | None) -> Receipts:
        with self._as_described():
            shared = [each for each in changes if not each.create and each.shared]
            found = self._base_changed(shared)
            found |= self._present.before([each for each in changes if each.create])
            found |= taken(
                self._finder, self._addresses, [e for e in changes if id(e) not in found]
            )
        found |= self._rows.impossible([each for each in changes if id(each) not in found])
        going = [each for each in changes if id(each) not in found]
        results = self._send(going, lane)
        if any(result.code == "INVALID_FIELD" for result in results):
            self._schema.forget()
        conclusion = Conclusion(self._finder, lambda some: self._past_alerts(some, lane))
        return found | by_id(going, conclusion.receipts(going, results))

    def _send(self, changes: Sequence[Change], lane: Lane | None) -> Sequence[Result]:
        lines = [self._rows.line(each) for each in changes]
        if len(lines) >= ENOUGH:
            return self._bulk.send(lines, lane)
        return send(self._door, lines, lane)

    def _past_alerts(self, changes: Sequence[Change], lane: Lane | None) -> Sequence[Result]:
        return send(
            self._door,
            [self._rows.line(each, pass_alerts=True) for each in changes],
            lane,
            begun=True,
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

    def _tasks_made(
        self, tasks: Sequence[Change], people: Receipts, lane: Lane | None, *, begun: bool
    ) -> Receipts:
        if self._tasks is None or not tasks:
            return {}
        made = {
            r.change.key: r.ref
            for r in people.values()
            if r.change.key and r.ref and r.state in ("written", "moved")
        }
        try:
            return by_id(tasks, self._tasks.write(tasks, made, lane, begun=begun))
        except (TryLater, Stopped, Refused) as error:
            if not begun and not isinstance(error, Refused):
                raise
            return {
                id(task): retry(task, type(error).__name__.upper(), str(error)) for task in tasks
            }
