"""Which rows need not be told again, although the overlap shows them again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from connector.platforms.salesforce.parts import Row

Stamped = tuple[str, str, int]  # Id, SystemModstamp, what it showed: two edits may share a second


def _stamped(row: Row) -> Stamped:
    shown = tuple(value for name, value in row.items() if name != "attributes")
    return row["Id"], row["SystemModstamp"], hash(shown)


class Seen:
    """Rows by query. A row is only skipped if the cursor that comes back proves that the page it was in has been merged;
    any other cursor (another process, a rewind, a page that was not merged) empties the memory."""

    def __init__(self) -> None:
        self._proof: str | None = None
        self._rows: dict[str, set[Stamped]] = defaultdict(set)
        self._waiting: list[tuple[str, Stamped]] = []

    def begin(self, cursor: str | None) -> None:
        self._waiting.clear()
        if cursor is None or cursor != self._proof:
            self._rows.clear()

    def fresh(self, query: str, rows: Iterable[Row]) -> list[Row]:
        known = self._rows[query]
        return [row for row in rows if _stamped(row) not in known]

    def add(self, query: str, rows: Iterable[Row]) -> None:
        """These rows will be in the next page."""
        self._waiting += [(query, _stamped(row)) for row in rows]

    def page(self, cursor: str) -> None:
        """A page goes out with this cursor and all rows added so far."""
        for query, stamped in self._waiting:
            self._rows[query].add(stamped)
        self._waiting.clear()
        self._proof = cursor

    def forget_before(self, query: str, stamp: str) -> None:
        """Rows that the overlap cannot show again are not worth remembering."""
        self._rows[query] = {each for each in self._rows[query] if each[1] >= stamp}
