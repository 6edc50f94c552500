"""One pull: every kind asked for what changed, in as few calls as possible, until nothing is left.

Up to ten queries, five in each composite (one API call each, api-contracts B.3). The cursor holds a mark per kind.
Histories are asked only for rows that show an outcome. A next page is a new query behind the last row, never a locator:
nothing can expire, and rows that move while being paged come again at the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from connector.errors import Refused, Stopped, TryLater
from connector.model.systems.fact import Page
from connector.platforms.salesforce.door import Door
from connector.platforms.salesforce.parts import HEAVY, Answer, Row, query_part
from connector.platforms.salesforce.reading import cursor as marks_of
from connector.platforms.salesforce.reading.cursor import Mark
from connector.platforms.salesforce.reading.facts import Facts, see, split
from connector.platforms.salesforce.reading.history import Histories, look, wants
from connector.platforms.salesforce.reading.kinds import PAGE, STARTS, Reading
from connector.platforms.salesforce.reading.outcomes import hits, tell
from connector.platforms.salesforce.reading.seen import Seen
from connector.platforms.salesforce.schema import Schema
from connector.platforms.salesforce.session import NAME
from connector.platforms.salesforce.verdict import failed_call


class Asker(Protocol):
    """What a pull needs of its source."""

    door: Door
    schema: Schema
    overlap: timedelta
    seen: Seen

    def queries(self) -> tuple[Reading, ...]: ...

    def queries_anew(self) -> bool: ...


class Pull:
    """The marks as they move, and the facts that wait for their page."""

    def __init__(self, source: Asker, cursor: str | None, now: datetime) -> None:
        self._of, self._now = source, now
        self._marks = marks_of.read(cursor)
        self._found = Facts()
        self._arrived = False  # a pull of several pages came to its end since the last page
        source.seen.begin(cursor)

    def pages(self) -> Iterator[Page]:
        going = [reading for reading in self._of.queries() if self._opens(reading)]
        while going:
            asked, going = going, []
            for start in range(0, len(asked), HEAVY):
                some = asked[start : start + HEAVY]
                for reading, answer in zip(some, self._ask(some), strict=True):
                    if self._fold(reading, answer):
                        going.append(reading)
                    if self._found.full:
                        yield self._page()
        if self._found.rows or self._arrived:
            yield replace(self._page(), last=True)

    def _opens(self, reading: Reading) -> bool:
        if reading.name == STARTS and reading.name not in self._marks:
            # Events that have started are told when their row is read; from now on those that start.
            self._marks[reading.name] = Mark(base=self._now, as_of=self._now)
            return False
        since = self._mark(reading).since(self._of.overlap)
        if since is not None:
            self._of.seen.forget_before(reading.name, since.strftime("%Y-%m-%dT%H:%M:%S"))
        return True

    def _mark(self, reading: Reading) -> Mark:
        return self._marks.get(reading.name, Mark()).begin(self._now)

    def _ask(self, some: Sequence[Reading]) -> list[Answer]:
        texts = [each.query(self._mark(each), self._of.overlap) for each in some]
        answers = self._of.door.read([query_part(text, everything=True) for text in texts])
        for reading, answer in zip(some, answers, strict=True):
            if not answer.good:
                raise self._closed(reading, answer)
        return answers

    def _closed(self, reading: Reading, answer: Answer) -> Exception:
        """A query is refused: a field was removed or hidden. Describe is asked again before anybody is woken."""
        error = failed_call(answer.status, answer.body, write=False)
        if isinstance(error, Refused) and self._of.queries_anew():
            said = f"{NAME}: the fields of {reading.kind} have changed"
            return TryLater(said, timedelta(seconds=1), error.code)
        return Stopped(NAME, f"cannot read {reading.kind}: {error}")

    def _fold(self, reading: Reading, answer: Answer) -> bool:
        """Take one answer in; True while more rows follow."""
        rows: list[Row] = answer.body["records"]
        good = split(reading.kind, rows, self._found)
        more = not answer.body.get("done", True) or len(rows) >= PAGE
        if more and not good:
            raise TryLater(f"{NAME}: a page of {reading.kind} without a readable row")
        self._found.rows += len(rows)
        fresh = self._of.seen.fresh(reading.name, good)
        self._tell(reading, fresh)
        mark = self._mark(reading)
        if not more and mark.at is None:
            self._of.seen.add(reading.name, fresh)  # a load of many pages would fill the memory
        self._arrived |= not more and mark.at is not None
        if good:
            mark = mark.after((good[-1][reading.by], good[-1]["Id"]))
        self._marks[reading.name] = mark if more else _ended(reading, mark)
        return more

    def _tell(self, reading: Reading, rows: Sequence[Row]) -> None:
        self._found.user = self._of.door.user
        if reading.name != STARTS:
            see(reading, rows, self._found, self._now)
        if reading.outcomes:
            shown = [(row, hits(reading, row, self._now)) for row in rows]
            asking = [(row["Id"], lines) for row, lines in shown if wants(lines)]
            past = (
                look(self._of.door, self._of.schema, reading.kind, asking)
                if asking
                else Histories()
            )
            for row, lines in shown:
                tell(reading, row, lines, past, self._found)

    def _page(self) -> Page:
        cursor = marks_of.write(self._marks)
        page = self._found.page(cursor)
        self._of.seen.page(cursor)
        self._found, self._arrived = Facts(), False
        return page


def _ended(reading: Reading, mark: Mark) -> Mark:
    return Mark(base=mark.begun, as_of=mark.begun) if reading.name == STARTS else mark.end()
