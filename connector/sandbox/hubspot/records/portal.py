"""One account: records of every kind, how they are written, and who is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.hubspot.records import checks, derived, standard, values
from connector.sandbox.hubspot.records.consent import Consent
from connector.sandbox.hubspot.records.fields import Schema
from connector.sandbox.hubspot.records.graph import PRIMARY, Graph
from connector.sandbox.hubspot.records.lists import Lists
from connector.sandbox.hubspot.records.notices import Notices
from connector.sandbox.hubspot.records.owners import Owners
from connector.sandbox.hubspot.records.refusal import invalid, missing
from connector.sandbox.hubspot.records.streams import Forms, Mail, Occurrences
from connector.sandbox.hubspot.records.table import Edit, Record, Stamp, Table
from connector.sandbox.hubspot.records.workflows import Workflows
from connector.sandbox.hubspot.switches import Switches

EDITOR = "hs_updated_by_user_id"
"""The last user; whether apps and workflows clear it is not documented: here they leave it as it is."""
API = "INTEGRATION"
"""The source of what an app writes; rows of this source are counted."""


@dataclass(frozen=True, slots=True)
class View:
    """A record as a visitor sees it; it does not change when the record does."""

    kind: str
    id: str
    properties: Mapping[str, str]
    created: datetime
    updated: datetime
    archived: bool

    def __getitem__(self, name: str) -> str:
        """The value, `""` for none."""
        return self.properties.get(name, "")


@dataclass(frozen=True, slots=True)
class Rule:
    """An administrator's rule: `needs` must have a value, always or where `when` (property, value) holds (row 17)."""

    kind: str
    needs: str
    when: tuple[str, str] | None = None


@dataclass(slots=True)
class Portal:
    """State and writes. A write is checked whole, then done whole; what HubSpot refuses raises `Refusal`."""

    clock: Clock
    faults: Faults
    switches: Switches
    tables: dict[str, Table] = field(
        default_factory=lambda: {kind: Table() for kind in standard.KINDS}
    )
    schemas: dict[str, Schema] = field(
        default_factory=lambda: {kind: standard.schema(kind) for kind in standard.KINDS}
    )
    graph: Graph = field(default_factory=Graph)
    owners: Owners = field(default_factory=Owners)
    lists: Lists = field(default_factory=Lists)
    forms: Forms = field(default_factory=Forms)
    mail: Mail = field(default_factory=Mail)
    occurrences: Occurrences = field(default_factory=Occurrences)
    consent: Consent = field(default_factory=Consent)
    notices: Notices = field(default_factory=Notices)
    rules: list[Rule] = field(default_factory=list)
    workflows: Workflows = field(default_factory=Workflows)
    blocked: set[str] = field(default_factory=set)
    """Addresses that may never be used again (api-contracts A.15)."""
    rows_written: int = 0
    """Rows the API took; `rows_changed` counts, per kind, those that made a difference."""
    rows_changed: Counter[str] = field(default_factory=Counter)

    def tally(self, what: str, sent: int, changed: int) -> None:
        """Count rows of an API write."""
        self.rows_written += sent
        if changed:
            self.rows_changed[what] += changed

    def now(self) -> int:
        return self.clock.ms()

    def kind(self, name: str) -> str:
        """The kind a path names; 400 for one this portal does not know."""
        found = standard.kind_of(name)
        if found is None:
            raise invalid(f"Unable to infer object type from: {name}")
        return found

    def record(self, kind: str, id_: str, id_property: str = "") -> Record:
        """The live record behind an id (merged ones included) or a unique value; 404 if there is none."""
        table = self.tables[kind]
        found = (
            table.holder(id_property, id_)
            if id_property and id_property != "hs_object_id"
            else None
        )
        if not id_property or id_property == "hs_object_id":
            found = table.live(int(id_)) if _is_id(id_) else None
        elif id_property != "email" and id_property not in self.schemas[kind].unique():
            raise invalid(f'"{id_property}" is not a unique property of {kind}')
        if found is None:
            raise missing()
        return found

    def check(self, kind: str, given: Mapping[str, object], record: Record | None) -> None:
        """Raise what writing these values would raise; None for a record that is still to be created."""
        stored = checks.accepted(self, kind, given, record.values if record else {})
        if record is None:
            checks.demand(kind, stored)
        checks.free(self, kind, stored, record.id if record else 0)

    def create(
        self,
        kind: str,
        given: Mapping[str, object],
        stamp: Stamp,
        *,
        id_: int = 0,
        checked: bool = True,
    ) -> Record:
        """A new record; `checked` keeps the demands HubSpot makes of the API but not of an import."""
        stored = checks.accepted(self, kind, given, {})
        stored |= self.workflows.formatted(kind, {}, stored)
        if checked:
            checks.demand(kind, stored)
        checks.free(self, kind, stored, 0)
        table = self.tables[kind]
        number = id_ or table.new_id(self._ahead())
        born, modified, own_id = standard.system(kind)
        written = {name: value for name, value in stored.items() if value} | derived.from_written(
            kind, stored
        )
        text = values.iso(stamp.ms)
        found = {**written, born: text, modified: text, own_id: str(number), "hs_createdate": text}
        record = Record(number, found, stamp.ms, stamp.ms, [Edit(stamp, found)])
        table.add(record)
        self.keep(kind, record, found)
        self._count(kind, stamp, changed=True)
        self.workflows.enrol(self, kind, record, stamp)
        self.notices.tell("creation", kind, number, stamp, changeFlag="NEW")
        self.notices.tell_changes(kind, number, stamp, written)
        return record

    def update(self, kind: str, record: Record, given: Mapping[str, object], stamp: Stamp) -> bool:
        """Write values; whether anything really changed."""
        stored = checks.accepted(self, kind, given, record.values)
        checks.free(self, kind, stored, record.id)
        stored |= derived.from_written(kind, stored)
        stored |= self.workflows.formatted(kind, record.values, stored)
        changed = {
            name: value for name, value in stored.items() if record.values.get(name, "") != value
        }
        self._count(kind, stamp, changed=bool(changed))
        if not changed and not self.switches.stamp_unchanged:
            return False
        self.apply(kind, record, changed, stamp)
        return bool(changed)

    def apply(self, kind: str, record: Record, changed: Mapping[str, str], stamp: Stamp) -> None:
        """Store values that need no check; the modification time never moves back."""
        table = self.tables[kind]
        for name in checks.unique(self, kind, changed):
            table.release(name, checks.values_of(name, record.values), record.id)
        ms = max(stamp.ms, record.updated)
        editor = {EDITOR: stamp.user} if stamp.user else {}
        written = {**record.values, **changed, **editor, standard.modified(kind): values.iso(ms)}
        record.values = {name: value for name, value in written.items() if value}
        record.updated = ms
        record.edits.append(Edit(stamp, dict(changed)))
        self.keep(kind, record, changed)
        if changed:
            self.workflows.enrol(self, kind, record, stamp)
        self.notices.tell_changes(kind, record.id, stamp, changed)

    def archive(self, kind: str, record: Record, stamp: Stamp) -> None:
        """Into the recycle bin; the unique values become free."""
        table = self.tables[kind]
        for name in checks.unique(self, kind, record.values):
            table.release(name, checks.values_of(name, record.values), record.id)
        table.archive(record, stamp.ms)
        self._count(kind, stamp, changed=True)
        self.notices.tell("deletion", kind, record.id, stamp, changeFlag="DELETED")

    def restore(self, kind: str, record: Record, stamp: Stamp) -> None:
        """Out of the recycle bin; refused if somebody else has its address by now, or it was merged away."""
        table = self.tables[kind]
        if record.archived_at is None or record.id in table.aliases:
            raise invalid(f"{record.id} cannot be restored")
        checks.free(self, kind, record.values, record.id)
        table.revive(record)
        self.apply(kind, record, {}, stamp)
        self.keep(kind, record, record.values)
        self.notices.tell("restore", kind, record.id, stamp, changeFlag="RESTORED")

    def associate(
        self, kind: str, id_: int, to_kind: str, to_id: int, types: Iterable[int] = ()
    ) -> None:
        """Link two records; the first company of a contact becomes the primary one."""
        named = set(types)
        if (kind, to_kind) == ("companies", "contacts"):
            self.associate(
                to_kind, to_id, kind, id_, {_BACK[type_id] for type_id in named if type_id in _BACK}
            )
            return
        primary = PRIMARY.get((kind, to_kind))
        if (kind, to_kind) == ("contacts", "companies") and primary is not None:
            links = self.graph.links(kind, id_, to_kind)
            if not any(primary in held for other, held in links.items() if other != to_id):
                named.add(primary)
        self.graph.put(kind, id_, to_kind, to_id, named)
        if (kind, to_kind) == ("contacts", "companies") and primary in named:
            contact = self.tables[kind].records[id_]
            if contact.values.get("associatedcompanyid") != str(to_id):
                self.apply(
                    kind,
                    contact,
                    {"associatedcompanyid": str(to_id)},
                    Stamp(self.now(), "ASSOCIATIONS"),
                )

    def view(self, kind: str, record: Record) -> View:
        return View(
            kind,
            str(record.id),
            MappingProxyType(record.values),
            values.from_ms(record.created),
            values.from_ms(record.updated),
            record.archived_at is not None,
        )

    def keep(self, kind: str, record: Record, written: Mapping[str, str]) -> None:
        """Bring unique values and the search index up to the record."""
        table = self.tables[kind]
        for name in checks.unique(self, kind, written):
            table.claim(name, checks.values_of(name, record.values), record.id)
        lag = self.faults.strikes("hubspot.search_lag")
        delay = (
            self.faults.stream("hubspot.search_lag.s").uniform(0, self.switches.search_lag_s)
            if lag
            else 0.0
        )
        table.index(record, self.now() + 1 + int(delay * 1000) if lag else None)

    def _count(self, kind: str, stamp: Stamp, *, changed: bool) -> None:
        if stamp.source == API:
            self.tally(kind, 1, int(changed))

    def _ahead(self) -> int:
        if not self.faults.strikes("hubspot.shuffled_ids"):
            return 0
        return self.faults.stream("hubspot.shuffled_ids.by").randrange(2, 50)


_BACK = {280: 279, 2: 1}


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
