"""HubSpot as a source: which streams there are, and who reads them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from connector.errors import Bug, Refused, Stopped
from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.model.mapping.record import ActivityRead, Record
from connector.model.systems.fact import Page
from connector.platforms.budget import Meter
from connector.platforms.connection import Connection
from connector.platforms.hubspot.calls import Calls
from connector.platforms.hubspot.options import Options, labels_of
from connector.platforms.hubspot.reading.archived import Archived
from connector.platforms.hubspot.reading.engagements import Engagements
from connector.platforms.hubspot.reading.forms import Forms
from connector.platforms.hubspot.reading.mail import PREFIX, Mail
from connector.platforms.hubspot.reading.objects import Objects
from connector.platforms.hubspot.reading.occurrences import Occurrences
from connector.platforms.hubspot.reading.owners import Owners
from connector.platforms.hubspot.reading.rows import Shape

OVERLAP_S = "300"
NO_EVENTS = frozenset({"free", "starter", "professional"})
"""Editions that cannot read behavioural events (api-contracts A.12)."""
_SUBMISSION = "form_submission"
_ENGAGEMENTS = {"meeting": "meetings", "call": "calls"}
_LABELS_KEPT = timedelta(hours=1)


class Stream(Protocol):
    def pages(self, cursor: str | None, now: datetime) -> Iterator[Page]: ...


def mapping_of(connection: Connection, mappings: Mappings) -> PlatformMapping:
    """The mapping of this connection: by its name, else by its type."""
    found = mappings.platforms.get(connection.name) or mappings.platforms.get(connection.type)
    if found is None:
        raise Bug(f"no mapping for the connection {connection.name}")
    return found


def event_types(activities: Mapping[str, ActivityRead]) -> tuple[str, ...]:
    """Mapped behavioural event types (`e_…`, `pe…`): all that is no form, no mail, no meeting and no call."""
    others = {_SUBMISSION, *_ENGAGEMENTS}
    return tuple(name for name in activities if name not in others and not name.startswith(PREFIX))


class HubSpotSource:
    """Streams that the mapping uses, each idle with one call: contacts, the forms (one call a form), each behavioural event
    type (`e_…`), email_events, meetings, calls, companies, archived (deleted contacts), owners.

    The setting `overlap` (seconds, default 300) is how far every stream reads back; the search index lags by up to 60.
    """

    def __init__(self, connection: Connection, mappings: Mappings, meter: Meter) -> None:
        self._calls = Calls(connection, meter)
        self._mapping = mapping_of(connection, mappings)
        self._options = Options(self._calls)
        self._overlap = timedelta(seconds=float(connection.values.get("overlap", OVERLAP_S)))
        self._edition = connection.values.get("edition", "")
        self._labels_at: datetime | None = None
        self._streams = dict(self._built())

    def streams(self) -> Sequence[str]:
        return tuple(self._streams)

    def pages(self, stream: str, cursor: str | None, now: datetime) -> Iterator[Page]:
        """Raises TryLater, and Stopped also where HubSpot refuses to be read; see `Source`."""
        if stream not in self._streams:
            raise Bug(f"HubSpot has no stream {stream!r} with these mappings")
        try:
            yield from self._streams[stream].pages(cursor, now)
        except Refused as refusal:
            raise Stopped(
                self._calls.name, f"reading {stream} was refused: {refusal.code}"
            ) from None

    def records(self) -> Sequence[str]:
        """All but what people did (see `Listing`)."""
        kinds = {kind for kind in self._mapping.records if kind not in _ENGAGEMENTS.values()}
        return tuple(name for name in self._streams if name in kinds | {"archived"})

    def reshaped(
        self, cursors: Mapping[str, str | None], again: Collection[str]
    ) -> Mapping[str, str | None]:
        """Each kind is a stream of its own, which is read from its beginning."""
        self._labels_at = None
        return {kind: None for kind in again if cursors.get(kind) is not None}

    def _built(self) -> Iterator[tuple[str, Stream]]:
        records, activities = self._mapping.records, self._mapping.activities
        if "contacts" in records:
            yield "contacts", self._objects(records["contacts"])
        if _SUBMISSION in activities:
            yield (
                "forms",
                Forms(self._calls, self._platform, activities[_SUBMISSION], self._overlap),
            )
        yield from self._events(activities)
        yield from (
            (kind, self._engagements(kind, activities[name]))
            for name, kind in _ENGAGEMENTS.items()
            if name in activities
        )
        yield from (
            (kind, self._objects(record))
            for kind, record in records.items()
            if kind not in ("contacts", "owners")
        )
        if "contacts" in records:
            yield "archived", Archived(self._calls, self._platform, "contacts", self._overlap)
        if "owners" in records:
            yield "owners", Owners(self._calls, self._platform, records["owners"].properties())

    def _events(self, activities: Mapping[str, ActivityRead]) -> Iterator[tuple[str, Stream]]:
        mail = {
            name.removeprefix(PREFIX).upper(): read
            for name, read in activities.items()
            if name.startswith(PREFIX)
        }
        for name in event_types(activities) if self._edition not in NO_EVENTS else ():
            yield name, Occurrences(self._calls, self._platform, activities[name], self._overlap)
        if mail:
            yield "email_events", Mail(self._calls, self._platform, mail, self._overlap)

    def _objects(self, record: Record) -> Stream:
        shape = self._shape(record)

        def emit(rows: Sequence[Any], now: datetime, _: bool) -> Page:
            return self._current(record, now).page(rows, now)

        return Objects(self._calls, record.kind, shape.asked(), shape.modified, emit, self._overlap)

    def _engagements(self, kind: str, read: ActivityRead) -> Stream:
        found = Engagements(self._calls, self._platform, kind, read)
        return Objects(
            self._calls,
            kind,
            found.asked(),
            "hs_lastmodifieddate",
            found.page,
            self._overlap,
            ("contacts",),
            due="hs_timestamp",
        )

    def _shape(
        self, record: Record, labels: Mapping[str, Mapping[str, str]] | None = None
    ) -> Shape:
        return Shape(self._platform, record.kind, record.properties(), record.account, labels or {})

    def _current(self, record: Record, now: datetime) -> Shape:
        """The record's shape with the labels of custom options, which are read again every hour."""
        if self._labels_at is None or not timedelta() <= now - self._labels_at < _LABELS_KEPT:
            self._options.forget()
            self._labels_at = now
        return self._shape(record, labels_of(self._options, self._mapping, record.kind))

    @property
    def _platform(self) -> str:
        return self._mapping.platform
