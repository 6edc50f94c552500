"""Reading a stream to its end without merging anything: pages go by, cursors are kept for a pause only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.errors import TryLater
from connector.model.systems.fact import Page
from connector.model.systems.port import Source, listing
from connector.model.systems.ref import Ref

Wait = Callable[[timedelta], None]
PATIENCE = 30  # pauses in a row without a page in between
PAUSE = timedelta(seconds=10)


def pages(
    source: Source, stream: str, cursor: str | None, now: datetime, wait: Wait
) -> Iterator[Page]:
    """All pages behind the cursor. What a limit refuses is asked again after a pause, from where it stopped; raises TryLater
    when that never helps, and Stopped."""
    pauses = 0
    while True:
        try:
            for page in source.pages(stream, cursor, now):
                pauses, cursor = 0, page.cursor or cursor
                yield page
            return
        except TryLater as error:
            pauses += 1
            if pauses > PATIENCE:
                raise
            wait(error.after or PAUSE)


@dataclass
class Ahead:
    """What the next reading of each stream would bring, by the cursors as they stand. `fresh`: streams that were never read."""

    seen: set[Ref] = field(default_factory=set)
    away: set[Ref] = field(default_factory=set)
    fresh: bool = False


def ahead(
    source: Source,
    cursors: Callable[[str], str | None],
    now: datetime,
    wait: Wait,
) -> Ahead:
    """Reads what lies behind the stored cursors."""
    found = Ahead()
    for stream in streams(source):
        cursor = cursors(stream)
        if cursor is None:
            found.fresh = True
            continue
        for page in pages(source, stream, cursor, now, wait):
            found.seen.update(one.ref for one in page.sightings)
            found.away.update(move.old for move in page.moved)
            found.away.update(one.ref for one in page.gone)
    return found


def streams(source: Source) -> Sequence[str]:
    """The streams of daily readings that bring records."""
    lists, daily = listing(source), source.streams()
    both = [stream for stream in daily if stream in lists]
    return both or daily
