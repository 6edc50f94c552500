"""All mapped records and nothing else: no outcomes, so no histories, tasks, events or opportunities are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from connector.model.systems.fact import Page
from connector.platforms.salesforce.reading.kinds import Reading
from connector.platforms.salesforce.reading.pull import Asker, Pull
from connector.platforms.salesforce.reading.seen import Seen

RECORDS = "records"


class Records:
    """Asks like the source it stands for, for the kinds that the mappings name."""

    def __init__(self, source: Asker, kinds: frozenset[str]) -> None:
        self._source, self._kinds = source, kinds
        self.door, self.schema, self.overlap = source.door, source.schema, source.overlap
        self.seen = Seen()

    def queries(self) -> tuple[Reading, ...]:
        mapped = (each for each in self._source.queries() if each.name in self._kinds)
        return tuple(replace(each, outcomes=()) for each in mapped)

    def queries_anew(self) -> bool:
        return self._source.queries_anew()

    def pages(self, cursor: str | None, now: datetime) -> Iterator[Page]:
        """Deleted ones are shown, too, as long as the recycle bin has them (api-contracts B.6)."""
        return Pull(self, cursor, now).pages()
