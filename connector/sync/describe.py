"""What a system says of its records into the store; what can be read again is read once more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from connector.decide.fit.kind import fitting
from connector.model.mapping.mappings import Mappings
from connector.model.systems.fact import Sighting
from connector.model.systems.port import Described, Source, adapting
from connector.model.systems.reading import Reading
from connector.store import Store
from connector.sync.pull import Reader, readers


def describe(
    target: Described,
    source: Source | None,
    platform: str,
    store: Store,
    now: datetime,
    *,
    epoch: int | None = None,
) -> Sequence[str]:
    """Ask the target what its records hold, and note it; returns the streams that were put back.

    A stream goes back before the shapes are noted: after a crash in between it merely goes back once more. Raises what the
    target raises (TryLater, Stopped).
    """
    seen = target.shapes()
    changed, again = store.described.regained(seen)
    back: Mapping[str, str | None] = {}
    reader = adapting(source)
    if changed and source is not None and reader is not None:
        cursors = {stream: store.cursor(platform, stream) for stream in source.streams()}
        back = reader.reshaped(cursors, {kind for _, kind in again})
        for stream, cursor in back.items():
            store.rewind(platform, stream, cursor, "properties are back", now, epoch=epoch)
    store.described.keep(seen, now, epoch=epoch)
    return tuple(back)


def able_readers(mappings: Mappings, platform: str, store: Store) -> Mapping[str, Reader]:
    """A reader per kind that passes over what cannot be read any more: what was known of it stays."""
    plain = readers(mappings, platform)
    fits = fitting(store.described.shapes())(mappings)
    found: dict[str, Reader] = {}
    for kind, read in plain.items():
        fit = fits.get((platform, kind))
        found[kind] = read if fit is None or not fit.unread else _without(read, fit.unread)
    return found


def hidden(mappings: Mappings, platform: str, store: Store) -> frozenset[str]:
    """Kinds of which nothing can be read now."""
    fits = fitting(store.described.shapes())(mappings)
    return frozenset(
        kind for (name, kind), fit in fits.items() if name == platform and not fit.visible
    )


def _without(read: Reader, unread: frozenset[str]) -> Reader:
    def able(sighting: Sighting) -> Reading:
        fields = {name: form for name, form in sighting.fields.items() if name not in unread}
        return read(sighting._replace(fields=fields))

    return able
