"""Pages out of a source, through the mapping, into the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from connector.decide.fields.reading import reader
from connector.model.fact import Page, Sighting
from connector.model.mapping import Mappings
from connector.model.port import Source
from connector.model.reading import Reading
from connector.store import Store

Reader = Callable[[Sighting], Reading]


@dataclass(frozen=True, slots=True)
class Pulled:
    """What one bounded pull brought; `more` says that the stream had not ended when the bound was reached."""

    pages: int = 0
    sightings: int = 0
    activities: int = 0
    outcomes: int = 0
    problems: int = 0
    more: bool = False


def readers(mappings: Mappings, platform: str) -> Mapping[str, Reader]:
    """A reader per kind of record the platform's mapping names."""
    mapping = mappings.platforms[platform]
    return {kind: reader(record, mappings) for kind, record in mapping.records.items()}


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
    epoch: int | None = None,
    pages: int = 20,
    backfill: bool = False,
) -> Pulled:
    """Merge at most `pages` pages behind the stored cursor; each page is one transaction with its cursor.

    Raises what the source raises (TryLater, Stopped); pages merged before that stay merged.
    """
    total = Pulled()
    found: Iterable[Page] = source.pages(stream, store.cursor(platform, stream), now)
    for count, page in enumerate(islice(found, pages), start=1):
        store.merge(
            platform, stream, page, read(page, by_kind), now, epoch=epoch, backfill=backfill
        )
        total = Pulled(
            pages=count,
            sightings=total.sightings + len(page.sightings),
            activities=total.activities + len(page.activities),
            outcomes=total.outcomes + len(page.outcomes),
            problems=total.problems + len(page.problems),
            more=count == pages,
        )
    return total


def _bare(sighting: Sighting) -> Reading:
    return Reading(
        sighting.ref, "none", sighting.at, sighting.seen_at, {}, {}, {}, links=sighting.links
    )
