"""The organisation's state: clock, schema, tables, the journal of one transaction, and its switches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from connector.sandbox.automation import Later, Rewrite
from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.salesforce.org.ids import Minter
from connector.sandbox.salesforce.org.refusal import Refusal, deleted, not_found
from connector.sandbox.salesforce.org.schema import Kind
from connector.sandbox.salesforce.org.standard import standard
from connector.sandbox.salesforce.org.table import Row, Table
from connector.sandbox.salesforce.org.times import stamp

Flow = Rewrite
Predicate = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who writes, and under which headers. People are not bound by assignment and duplicate rules here."""

    user: str
    api: bool = False
    auto_assign: bool = False
    allow_save: bool = False


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A flow that runs some time after a record was written, as a user of its own."""

    rewrite: Rewrite
    after: timedelta
    user: str


@dataclass(slots=True)
class Switches:
    """What an administrator may have set up; every one may be changed while the sandbox runs."""

    assignment_rule_owner: str | None = None
    duplicate_rules: Literal["off", "alert", "block"] = "off"
    fls: bool = False
    late_s: float = 300.0
    late_for: Literal["people", "all"] = "people"
    delay_s: float = 60.0
    inactive_owner_code: str = "INACTIVE_OWNER_OR_USER"
    updated_cap: int = 600_000
    api_disabled: bool = False


class Org:
    """Tables and what belongs to all of them. Rows are replaced, never changed, so that a journal can put them back."""

    def __init__(self, clock: Clock, faults: Faults) -> None:
        self.clock = clock
        self.faults = faults
        self.minter = Minter()
        self.schema = standard()
        self.tables = {kind.name: Table(kind) for kind in self.schema.kinds.values()}
        self.switches = Switches()
        self.flows: list[Flow] = []
        self.triggers: list[Rewrite] = []
        self.scheduled: list[Scheduled] = []
        self.later = Later()
        self.validations: dict[str, list[tuple[Predicate, str]]] = {}
        self.read_only: set[str] = set()
        self.guarded: set[tuple[str, str]] = (
            set()
        )  # fields that need a permission set (switch `fls`)
        self.schema_changed = stamp(clock.now())
        self.writes: Counter[str] = Counter()
        self.rows_changed = 0
        self.integration_user = ""
        self.business_user = ""
        self._journal: list[tuple[Table, str, Row | None]] | None = None

    def now(self) -> datetime:
        return self.clock.now()

    def stamp(self) -> str:
        return stamp(self.clock.now())

    def table(self, kind: str | Kind) -> Table:
        return self.tables[kind if isinstance(kind, str) else kind.name]

    def find(self, key: str | None) -> Row | None:
        """The row of an id, deleted or not; None for no id or an unknown one."""
        kind = self.schema.of_id(key) if key else None
        return self.tables[kind.name].rows.get(key) if kind is not None and key else None

    def live(self, kind: str, key: str) -> Row:
        """A row that is not deleted; raises NOT_FOUND or ENTITY_IS_DELETED."""
        row = self.tables[kind].rows.get(key)
        if row is None:
            raise not_found()
        if row["IsDeleted"]:
            raise deleted()
        return row

    def rows(self, kind: str) -> Iterator[Row]:
        return (row for row in list(self.tables[kind].rows.values()) if not row["IsDeleted"])

    def commit(self, kind: str, row: Row, actor: Actor | None = None) -> None:
        """Store one version; a late one (fault) is hidden from queries for up to `late_s` seconds."""
        table = self.tables[kind]
        old = table.put(row)
        if self._journal is not None:
            self._journal.append((table, row["Id"], old))
        eligible = actor is not None and (not actor.api or self.switches.late_for == "all")
        if eligible and self.faults.strikes("salesforce.late_visible"):
            wait = self.faults.stream("salesforce.late_visible").uniform(0, self.switches.late_s)
            seen = table.late[row["Id"]][1] if row["Id"] in table.late else old
            table.late[row["Id"]] = (self.clock.ms() + int(wait * 1000), seen)
        else:
            table.late.pop(row["Id"], None)

    @contextmanager
    def transaction(self) -> Iterator[Callable[[], None]]:
        """Yields the rollback: rows and counts return to what they were when the block began. Nests."""
        outer, self._journal = self._journal, []
        journal = self._journal
        counts = self.rows_changed

        def rollback() -> None:
            for table, key, old in reversed(journal):
                if old is None:
                    table.remove(key)
                else:
                    table.put(old)
                table.late.pop(key, None)
            journal.clear()
            self.rows_changed = counts

        try:
            yield rollback
        finally:
            if outer is not None:
                outer.extend(journal)
            self._journal = outer

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """All of the block or, when it is refused, nothing."""
        with self.transaction() as rollback:
            try:
                yield
            except Refusal:
                rollback()
                raise

    def changed_schema(self) -> None:
        self.schema_changed = self.stamp()

    def refuse_if_read_only(self, kind: str, actor: Actor) -> None:
        if actor.api and kind in self.read_only:
            raise Refusal(
                400,
                "INSUFFICIENT_ACCESS_OR_READONLY",
                "insufficient access rights on object id",
                [],
            )
