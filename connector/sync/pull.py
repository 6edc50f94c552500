"""Pages out of a source, through the mapping, into the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from connector.decide.fields.reading.reader import reader
from connector.model.mapping.mappings import Mappings
from connector.model.systems.fact import Page, Sighting
from connector.model.systems.port import Source
from connector.model.systems.reading import Reading
from connector.store import Store

Reader = Callable[[Sighting], Reading]


@dataclass(frozen=True, slots=True)
class Pulled:
    """What one bounded pull brought; `more` says that the stream had not ended when the bound was reached.

    `cursor` is where the stream stands now. It may be ahead of the stored one by pages that brought nothing: those are not
    worth a commit of their own, and reading them again after a crash does no harm.
    """

    cursor: str | None = None
    pages: int = 0
    sightings: int = 0
    activities: int = 0
    outcomes: int = 0
    problems: int = 0
    more: bool = False


def readers(mappings: Mappings, platform: str) -> Mapping[str, Reader]:
    """A reader per kind of record the platform's mapping names; none for a target that nothing is read from."""
    mapping = mappings.platforms.get(platform)
    records = {} if mapping is None else mapping.records
    return {kind: reader(record, mappings) for kind, record in records.items()}


def read(page: Page, by_kind: Mapping[str, Reader]) -> list[Reading]:
    """Every sighting in our words; a sighting of a kind nobody maps only carries links."""
    return [by_kind[s.ref.kind](s) if s.ref.kind in by_kind else _bare(s) for s in page.sightings]


def pull(
    source: Source,
    platform: str,
    stream: str,
    store: Store,
    by_kind: Mapping[str, Reader],
    now: datetime,
    *,
    start: str | None = None,
    epoch: int | None = None,
    pages: int = 20,
    backfill: bool = False,
) -> Pulled:
    """Merge at most `pages` pages behind `start` (None: behind the stored cursor); each is one transaction with its cursor.

    Raises what the source raises (TryLater, Stopped); pages merged before that stay merged.
    """
    begin = store.cursor(platform, stream) if start is None else start
    total = Pulled(cursor=begin)
    for count, page in enumerate(islice(source.pages(stream, begin, now), pages), start=1):
        if not empty(page):
            store.merge(
                platform, stream, page, read(page, by_kind), now, epoch=epoch, backfill=backfill
            )
        total = Pulled(
            cursor=page.cursor or total.cursor,
            pages=count,
            sightings=total.sightings + len(page.sightings),
            activities=total.activities + len(page.activities),
            outcomes=total.outcomes + len(page.outcomes),
            problems=total.problems + len(page.problems),
            more=count == pages and not page.last,
        )
    return total


def empty(page: Page) -> bool:
    """Whether a page brings nothing but a cursor."""
    return not (
        page.sightings
        or page.activities
        or page.outcomes
        or page.moved
        or page.gone
        or page.problems
        or page.outcomes_of
    )


def _bare(sighting: Sighting) -> Reading:
    return Reading(
        sighting.ref, "none", sighting.at, sighting.seen_at, {}, {}, {}, links=sighting.links
    )
