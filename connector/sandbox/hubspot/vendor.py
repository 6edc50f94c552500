"""HubSpot as one object: `handle` for programs, and the hands for the people who sit in front of it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from connector.sandbox.automation import AT_ONCE, Later, Rewrite
from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.hubspot import loading
from connector.sandbox.hubspot.gate import Gate
from connector.sandbox.hubspot.limits import Limits
from connector.sandbox.hubspot.records import intake, merging, reshaping, standard, values
from connector.sandbox.hubspot.records.fields import Property
from connector.sandbox.hubspot.records.notices import Delivery
from connector.sandbox.hubspot.records.portal import Portal, Rule, View
from connector.sandbox.hubspot.records.table import USER, Record, Stamp
from connector.sandbox.hubspot.rest import wishes
from connector.sandbox.hubspot.switches import Switches
from connector.sandbox.hubspot.tokens import Tokens
from connector.sandbox.wire import Request, Response

Association = tuple[str, str]
"""The other kind and id."""


class HubSpot:
    """One portal. Keyword arguments are the fields of `Switches`, which may also be turned later.

    Hands write as source CRM_UI at the clock's time unless `at` says otherwise; ids are text. A value HubSpot would
    refuse raises `Refusal` (a ValueError), an id it does not know too. One lock makes all of it safe between threads.
    """

    def __init__(self, clock: Clock, faults: Faults, **switches: Any) -> None:
        self.switches = Switches(**switches)
        self.portal = Portal(clock, faults, self.switches)
        self.portal.owners.since = clock.ms()
        self.limits = Limits(self.switches)
        self.tokens = Tokens(self.switches)
        self._gate = Gate(self.portal, self.tokens, self.limits)
        self._lock = threading.RLock()

    def handle(self, request: Request) -> Response:
        """Answer any request; raises nothing but `Dropped`, and that only by a fault."""
        with self._lock:
            return self._gate.open(request)

    @property
    def calls(self) -> Counter[str]:
        """Requests per resource, refused ones included."""
        return self._gate.calls

    @property
    def total_calls(self) -> int:
        return self._gate.calls.total()

    @property
    def writes(self) -> Counter[str]:
        """Rows the API really created, changed or removed, per kind."""
        return self.portal.rows_changed

    @property
    def rows_changed(self) -> int:
        return self.portal.rows_changed.total()

    @property
    def api_rows_written(self) -> int:
        """Rows the API took, whether they changed anything or not."""
        return self.portal.rows_written

    @property
    def writes_total(self) -> int:
        return self.portal.rows_written

    def create(
        self,
        kind: str,
        properties: Mapping[str, object],
        *,
        at: datetime | None = None,
        associations: Iterable[Association] = (),
    ) -> str:
        """A new record, its id; `at` also becomes its creation and modification time."""
        with self._lock:
            record = self.portal.create(kind, properties, self._stamp(at), checked=False)
            for to_kind, to_id in associations:
                self.associate(kind, str(record.id), to_kind, to_id)
            return str(record.id)

    def update(
        self,
        kind: str,
        id_: str,
        properties: Mapping[str, object],
        *,
        at: datetime | None = None,
        by: str = "",
    ) -> None:
        """An edit at the screen; `by` is a user's id."""
        with self._lock:
            stamp = replace(self._stamp(at), source_id=f"{USER}{by}" if by else "")
            self.portal.update(kind, self.portal.record(kind, id_), properties, stamp)

    def delete(self, kind: str, id_: str) -> None:
        with self._lock:
            self.portal.archive(kind, self.portal.record(kind, id_), self._stamp())

    def restore(self, kind: str, id_: str) -> None:
        """Out of the recycle bin again."""
        with self._lock:
            self.portal.restore(kind, self._any(kind, id_), self._stamp())

    def merge(self, kind: str, primary: str, other: str) -> str:
        """The survivor's id, which is new (unless the switch `merged_id` says otherwise)."""
        with self._lock:
            pair = self.portal.record(kind, primary), self.portal.record(kind, other)
            return str(merging.merge(self.portal, kind, *pair, self._stamp()).id)

    def erase(self, email: str) -> None:
        """GDPR-delete a contact; the address of nobody is kept out for ever."""
        with self._lock:
            record = self.portal.tables["contacts"].holder("email", email)
            merging.erase(self.portal, record, email, self._stamp())

    def associate(
        self, kind: str, id_: str, to_kind: str, to_id: str, type_id: int | None = None
    ) -> None:
        with self._lock:
            first, second = self.portal.record(kind, id_), self.portal.record(to_kind, to_id)
            self.portal.associate(
                kind, first.id, to_kind, second.id, () if type_id is None else (type_id,)
            )

    def associated(self, kind: str, id_: str, to_kind: str) -> list[str]:
        """Ids of the live records of a kind that this one is associated with."""
        with self._lock:
            links = self.portal.graph.links(kind, self.portal.record(kind, id_).id, to_kind)
            return [str(to_id) for to_id in links if self.portal.tables[to_kind].live(to_id)]

    def get(self, kind: str, id_: str) -> View:
        """A record, also an archived one; merged ids lead to the survivor."""
        with self._lock:
            found = self.portal.tables[kind].live(int(id_))
            return self.portal.view(kind, found or self._any(kind, id_))

    def find(self, email: str) -> str | None:
        """The id of the live contact with this address, primary or additional."""
        with self._lock:
            found = self.portal.tables["contacts"].holder("email", email)
            return str(found.id) if found else None

    def ids(self, kind: str) -> list[str]:
        """Ids of all live records, ascending by number."""
        with self._lock:
            return [str(id_) for id_ in self.portal.tables[kind].ids]

    def history(self, kind: str, id_: str, name: str) -> list[tuple[datetime, str, str]]:
        """(when, value, source) of every value a property had, the oldest first."""
        with self._lock:
            edits = self._any(kind, str(self.portal.tables[kind].resolve(int(id_)))).edits
            return [
                (values.from_ms(edit.stamp.ms), edit.values[name], edit.stamp.source)
                for edit in edits
                if name in edit.values
            ]

    def touch_all(self, kind: str, *, at: datetime | None = None) -> int:
        """Stamp every record with one time and change nothing else, as a batch job of HubSpot's does (row 3)."""
        with self._lock:
            table, stamp = self.portal.tables[kind], Stamp(self._stamp(at).ms, "BATCH_UPDATE")
            for id_ in table.ids:
                self.portal.apply(kind, table.records[id_], {}, stamp)
            return len(table.ids)

    @property
    def formats(self) -> list[Rewrite]:
        """What the portal makes of values within any write: a telephone number in its own form."""
        return self.portal.workflows.formats

    @property
    def later(self) -> Later:
        """What workflows have still to do; the world does it when its time comes."""
        return self.portal.workflows.later

    def add_workflow(self, rewrite: Rewrite, *, after: timedelta = AT_ONCE) -> None:
        """From now on every written record passes through this workflow so much later; it writes as AUTOMATION_PLATFORM."""
        self.portal.workflows.active.append((rewrite, after))

    def add_form(self, name: str) -> str:
        """A new form; its GUID."""
        with self._lock:
            return self.portal.forms.add(name, self.portal.now()).guid

    def submit_form(
        self,
        form_guid: str,
        answers: Mapping[str, str],
        *,
        page_url: str = "",
        at: datetime | None = None,
    ) -> str | None:
        """Fill a form in; the id of the contact that was created or updated. KeyError for an unknown form."""
        with self._lock:
            form = self.portal.forms.by_guid[form_guid]
            record = intake.submit(self.portal, form, answers, page_url, self._stamp(at).ms)
            return str(record.id) if record else None

    def email_event(
        self,
        kind: str,
        recipient: str,
        *,
        campaign: str,
        at: datetime | None = None,
        filtered: bool = False,
        **more: Any,
    ) -> str:
        """Something that happened to a marketing e-mail (OPEN, CLICK, ...); `filtered` marks a bot. The event's id."""
        with self._lock:
            ms = self._stamp(at).ms
            return self.portal.mail.add(
                kind, ms, recipient.lower(), campaign, more, filtered=filtered
            ).id

    def occurrence(
        self,
        event_type: str,
        contact_id: str,
        properties: Mapping[str, str],
        *,
        at: datetime | None = None,
    ) -> None:
        """A behavioural event of a contact, such as e_visited_page."""
        with self._lock:
            record = self.portal.record("contacts", contact_id)
            self.portal.occurrences.add(
                event_type, self._stamp(at).ms, "contacts", record.id, properties
            )

    def unsubscribe(self, email: str) -> None:
        """Out of all e-mail, as by the link in one."""
        with self._lock:
            wishes.opt_out(self.portal, email, self._stamp())

    def add_owner(
        self, email: str, first: str, last: str, *, queue: bool = False, teams: Sequence[str] = ()
    ) -> str:
        with self._lock:
            kind = "QUEUE" if queue else "PERSON"
            return str(
                self.portal.owners.add(
                    email, first, last, self.portal.now(), type_=kind, teams=teams
                ).id
            )

    def archive_owner(self, owner_id: str) -> None:
        with self._lock:
            self.portal.owners.archive(int(owner_id))

    def add_property(
        self, kind: str, name: str, type_: str = "string", field_type: str = "text",
        *, options: Mapping[str, str] | Iterable[str] = (), label: str = "", unique: bool = False,
    ) -> None:  # fmt: skip
        """A custom property; `options` are internal values, or a mapping of them to labels. ValueError if it exists."""
        chosen = (
            dict(options)
            if isinstance(options, Mapping)
            else {option: option for option in options}
        )
        with self._lock:
            schema = self.portal.schemas[kind]
            group = next(iter(schema.groups))
            prop = Property(
                name,
                label or name,
                type_,
                field_type,
                group,
                chosen,
                unique,
                hubspot_defined=False,
                created=self.portal.now(),
            )
            try:
                schema.add(prop)
            except KeyError:
                raise ValueError(f"{kind} have a property {name} already") from None

    def add_option(self, kind: str, name: str, value: str, label: str) -> None:
        """One more choice of an enumeration, such as a lifecycle stage of the company's own."""
        with self._lock:
            self.portal.schemas[kind].properties[name].options[value] = label

    def add_list(self, name: str) -> str:
        """A new manual list of contacts; its id."""
        with self._lock:
            found = self.portal.lists.add(name, "0-1", "MANUAL", self.portal.clock.ms())
            return str(found.id)

    def archive_property(self, kind: str, name: str) -> None:
        """Take a property away, even one HubSpot defined (row 16). KeyError for an unknown one."""
        with self._lock:
            self.portal.schemas[kind].properties[name].archived_at = self.portal.now()

    def restore_property(self, kind: str, name: str) -> None:
        """Out of the archive again, with the values it had."""
        with self._lock:
            self.portal.schemas[kind].properties[name].archived_at = None

    def rename_property(self, kind: str, name: str, new: str) -> None:
        """HubSpot renames nothing: a new property with the old one's values, and the old one is archived."""
        with self._lock:
            reshaping.rename(self.portal, kind, name, new)

    def retype_property(self, kind: str, name: str, type_: str, field_type: str) -> None:
        """Another type; values that are none of it stay in the records as they were."""
        with self._lock:
            reshaping.retype(self.portal, kind, name, type_, field_type)

    def lock_property(self, kind: str, name: str, *, locked: bool = True) -> None:
        """Its value becomes read-only."""
        with self._lock:
            self.portal.schemas[kind].properties[name].read_only = locked

    def remove_option(self, kind: str, name: str, value: str) -> None:
        """No record may take it any more; those that have it keep it."""
        with self._lock:
            del self.portal.schemas[kind].properties[name].options[value]

    def require(self, kind: str, needs: str, *, when: tuple[str, str] | None = None) -> None:
        """An administrator's rule: `needs` must be given wherever the property of `when` has its value (row 17)."""
        with self._lock:
            self.portal.rules.append(Rule(kind, needs, when))

    def listen(self, url: str, secret: str, *, properties: Iterable[str] | None = None) -> None:
        """From now on collect webhooks for this public address, for changes of these properties (None: all)."""
        with self._lock:
            self.portal.notices.listen(
                url, secret, properties=None if properties is None else frozenset(properties)
            )

    def webhooks(self) -> list[Delivery]:
        """The requests HubSpot would send now: (headers, body) each; they are pending no longer."""
        with self._lock:
            return self.portal.notices.deliveries(
                self.switches.portal_id, self.portal.now(), self.portal.faults
            )

    def load_contacts(self, csv_path: str | Path) -> int:
        """Contacts of a HubSpot export; how many. Raises `ExportError` with the line that cannot be read."""
        with self._lock:
            return loading.load_contacts(self.portal, Path(csv_path))

    def counts(self) -> dict[str, int]:
        """Live records per kind, of the kinds there are any of."""
        return {
            kind: len(self.portal.tables[kind].ids)
            for kind in standard.KINDS
            if self.portal.tables[kind].ids
        }

    def _stamp(self, at: datetime | None = None) -> Stamp:
        return Stamp(self.portal.now() if at is None else values.to_ms(at), "CRM_UI")

    def _any(self, kind: str, id_: str) -> Record:
        found = self.portal.tables[kind].records.get(int(id_))
        if found is None:
            raise KeyError(f"{kind} {id_} does not exist")
        return found
