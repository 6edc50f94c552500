"""HubSpot as a target: contacts by record id, a hundred a call, stages that go back in two calls, streams as lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from connector.errors import Refused, Stopped, TryLater, Unclear
from connector.model.mapping.mappings import Mappings
from connector.model.problem import Problem
from connector.model.systems.change import Change, Receipt
from connector.model.systems.ref import Ref
from connector.model.systems.shape import Shapes
from connector.platforms.budget import Meter
from connector.platforms.connection import Connection
from connector.platforms.hubspot.calls import Calls
from connector.platforms.hubspot.check import check
from connector.platforms.hubspot.options import Options
from connector.platforms.hubspot.shapes import shapes
from connector.platforms.hubspot.source import mapping_of
from connector.platforms.hubspot.writing.batch import Result, batches, send
from connector.platforms.hubspot.writing.lists import Lists
from connector.platforms.hubspot.writing.lookup import compare, shown, trace
from connector.platforms.hubspot.writing.optout import unsubscribe
from connector.platforms.hubspot.writing.prepare import Preparation
from connector.platforms.hubspot.writing.row import Row

_SOON = timedelta(seconds=5)


class HubSpotTarget:
    """Writes in this order: shared properties are read again, properties are set, stages that go back are cleared, set and
    read back, list memberships follow. A crash between two of these leaves a change that is simply written again."""

    def __init__(self, connection: Connection, mappings: Mappings, meter: Meter) -> None:
        self._connection, self._mappings = connection, mappings
        self._calls = Calls(
            connection, meter, "hot"
        )  # what a write needs to read is as urgent as the write
        self._options = Options(self._calls)
        self._prepare = Preparation(mapping_of(connection, mappings), self._options)
        self._lists = Lists(self._calls)

    def write(self, changes: Sequence[Change], now: datetime) -> Sequence[Receipt]:  # noqa: ARG002 - nothing here has a time
        """One receipt per change, in order. Raises TryLater, Stopped only where surely nothing was written."""
        rows: list[Row] = [self._prepare.row(change) for change in changes]
        self._reread(rows)
        try:
            unsubscribe(self._calls, _open(rows))
            for batch in batches(row for row in rows if row.receipt is None and row.properties):
                self._batch(batch)
            for row in self._lists.write(_open(rows)):
                trace(self._calls, row)
        except (TryLater, Stopped) as error:
            if not any(row.touched or row.receipt for row in rows):
                raise
            _close(_unfinished(rows), "retry", _code(error), str(error), error.after or _SOON)
        except Unclear as error:
            _close(_unfinished(rows), "retry", "UNCLEAR", str(error), _SOON)
        for row in rows:
            row.close("written", ref=row.change.ref)
        return [row.receipt for row in rows if row.receipt is not None]

    def look_up(self, changes: Sequence[Change], now: datetime) -> Sequence[Receipt]:  # noqa: ARG002
        """`written` if the record shows it all, `retry` if not, `moved` or `gone` if the record is elsewhere or nowhere."""
        rows = [self._prepare.row(change) for change in changes]
        compare(self._calls, self._prepare, rows)
        return [row.receipt for row in rows if row.receipt is not None]

    def shapes(self) -> Shapes:
        """One call a kind."""
        self._options.forget()
        return shapes(self._prepare.mapping, self._calls)

    def check(self) -> Sequence[Problem]:
        return check(self._connection, self._mappings, self._calls)

    def _reread(self, rows: Sequence[Row]) -> None:
        """Properties both sides may edit, once more just before the write: an edit since is decided about again."""
        for batch in batches(row for row in rows if row.receipt is None and row.change.shared):
            names = {name for row in batch for name in row.change.shared}
            found = shown(self._calls, batch[0].change.ref.kind, [row.id for row in batch], names)
            for row in batch:
                held = found.get(row.id)
                if held is None:
                    trace(self._calls, row)
                elif not held.keys() >= set(
                    row.change.shared
                ):  # HubSpot leaves out what is archived
                    row.close(
                        "refused", "PROPERTY_DOESNT_EXIST", "a property is not there any more"
                    )
                elif not all(
                    self._same(row, name, held.get(name), self._base(row, name))
                    for name in row.change.shared
                ):
                    row.close(
                        "retry", "BASE_CHANGED", "somebody edited the record since it was read"
                    )

    def _same(self, row: Row, name: str, one: object, other: object) -> bool:
        return self._prepare.same(row.change.ref.kind, name, one, other)

    def _base(self, row: Row, name: str) -> str | None:
        return self._prepare.internal(row.change.ref.kind, name, row.change.base.get(name))

    def _batch(self, batch: Sequence[Row]) -> None:
        back = [row for row in batch if row.backward]
        back += self._set([row for row in batch if not row.backward])
        if back:
            self._set_back(back)

    def _set(self, rows: Sequence[Row]) -> list[Row]:
        """Sets and returns the rows whose stage HubSpot did not let go back (nobody had seen that it stands further on)."""
        kept: list[Row] = []

        def settle(row: Row, result: Result) -> None:
            names = self._unkept(row, result)
            if names:
                row.backward = frozenset(names)
                kept.append(row)
            else:
                self._settle(row, result)

        self._send(rows, lambda row: row.properties, settle)
        return kept

    def _set_back(self, rows: Sequence[Row]) -> None:
        """HubSpot carries a batch out in any order, so clearing and setting are two calls; the record itself has the last word."""
        self._send(rows, lambda row: dict.fromkeys(row.backward, ""), self._settle_cleared)
        rows = _open(rows)
        self._send(rows, lambda row: row.properties, self._settle)
        rows = _open(rows)
        if not rows:
            return
        names = {name for row in rows for name in row.backward}
        try:
            found = shown(self._calls, rows[0].change.ref.kind, [row.id for row in rows], names)
        except (TryLater, Refused, Stopped) as error:
            _close(rows, "unclear", "NOT_READ_BACK", str(error), None)
            return
        for row in rows:
            held = found.get(row.id, {})
            if not all(
                self._same(row, name, held.get(name), row.properties[name]) for name in row.backward
            ):
                row.done.clear()
                row.close(
                    "retry",
                    "STAGE_NOT_KEPT",
                    "HubSpot shows another stage than was written",
                    after=_SOON,
                )

    def _send(
        self,
        rows: Sequence[Row],
        given: Callable[[Row], Mapping[str, str]],
        settle: Callable[[Row, Result], None],
    ) -> None:
        """Unclear closes these rows; raises it on, so that nothing more is sent to a system that does not answer."""
        if not rows:
            return
        try:
            for row, result in send(
                self._calls,
                rows[0].change.ref.kind,
                [(row, given(row)) for row in rows],
                rows[0].change.lane,
            ):
                settle(row, result)
        except Unclear as error:
            _close([row for row in rows if not row.done], "unclear", "UNCLEAR", str(error), None)
            raise

    def _settle(self, row: Row, result: Result) -> None:
        if result.state == "ok" and result.id not in ("", row.id):
            # A merged-away id is taken, too: the survivor was written, which shows things of its own (api-contracts A.15).
            ref = Ref(row.change.ref.platform, row.change.ref.kind, result.id)
            row.close("moved", "MERGED", "the record was merged into another", ref=ref)
        elif result.state == "ok":
            row.written(result.shown)
        else:
            self._settle_cleared(row, result)

    def _settle_cleared(self, row: Row, result: Result) -> None:
        row.touched = row.touched or result.state == "ok"
        if result.state == "missing":
            trace(self._calls, row)
        elif result.state == "refused":
            row.close("refused", result.code, result.message)
        elif result.state == "open":
            row.close("unclear", result.code, result.message)

    def _unkept(self, row: Row, result: Result) -> list[str]:
        names = [
            name
            for name in self._prepare.clearable(row.change.ref.kind)
            if row.properties.get(name)
        ]
        if result.state == "refused":
            return names if result.code == "INVALID_LIFECYCLE_STAGE" else []
        held = result.shown or {}
        return [
            name
            for name in names
            if held.get(name) and not self._same(row, name, held[name], row.properties[name])
        ]


def _open(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row.receipt is None]


def _unfinished(rows: Iterable[Row]) -> list[Row]:
    """Rows of which something is still to be written."""
    return [row for row in _open(rows) if row.done.keys() != row.change.fields.keys()]


def _close(
    rows: Iterable[Row],
    state: Literal["retry", "unclear"],
    code: str,
    message: str,
    after: timedelta | None,
) -> None:
    for row in rows:
        row.close(state, code, message, after=after)


def _code(error: TryLater | Stopped) -> str:
    return error.code if isinstance(error, TryLater) else "STOPPED"
