"""The CRM as a source: one stream, all kinds of records, two API calls when nothing has happened."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from connector.model.mapping.mappings import Mappings
from connector.model.systems.fact import Page
from connector.platforms.salesforce.door import Door
from connector.platforms.salesforce.reading.cursor import OVERLAP, read, write
from connector.platforms.salesforce.reading.kinds import Reading, readings
from connector.platforms.salesforce.reading.pull import Pull
from connector.platforms.salesforce.reading.records import RECORDS, Records
from connector.platforms.salesforce.reading.seen import Seen
from connector.platforms.salesforce.schema import Schema
from connector.platforms.salesforce.session import NAME

STREAM = "crm"


class SalesforceSource:
    """`overlap` must be at least as long as a transaction may take to become visible (api-contracts B.6).

    Users and queues ride in the same calls as everything else, so an owner who leaves is known a minute later.
    """

    def __init__(
        self, door: Door, schema: Schema, mappings: Mappings, overlap: timedelta = OVERLAP
    ) -> None:
        self.door, self.schema, self.overlap = door, schema, overlap
        self.seen = Seen()
        self._mappings = mappings
        self._queries: tuple[Reading, ...] = ()

    def streams(self) -> Sequence[str]:
        return (STREAM,)

    def records(self) -> Sequence[str]:
        """The mapped records without what sales made of them (see `Listing`)."""
        return (RECORDS,)

    def pages(self, stream: str, cursor: str | None, now: datetime) -> Iterator[Page]:
        if stream == RECORDS:
            kinds = frozenset(self._mappings.platforms[NAME].records)
            return Records(self, kinds).pages(cursor, now)
        if stream != STREAM:
            raise KeyError(f"salesforce has no stream {stream!r}")
        return Pull(self, cursor, now).pages()

    def reshaped(
        self, cursors: Mapping[str, str | None], again: Collection[str]
    ) -> Mapping[str, str | None]:
        """Forgets what describe has shown. The marks of kinds that show something again go back to the beginning."""
        self.schema.forget()
        self._queries = ()
        marks = read(cursors.get(STREAM))
        kept = {name: mark for name, mark in marks.items() if name not in again}
        return {} if len(kept) == len(marks) else {STREAM: write(kept)}

    def queries(self) -> tuple[Reading, ...]:
        """What is asked, from the mappings and what describe shows."""
        if not self._queries:
            outcomes = self._mappings.outcomes.get(NAME, ())
            self._queries = readings(self._mappings.platforms[NAME], outcomes, self.schema)
        return self._queries

    def queries_anew(self) -> bool:
        """Asks describe again; whether it shows other fields than before."""
        before, self._queries = self._queries, ()
        self.schema.forget()
        return self.queries() != before
