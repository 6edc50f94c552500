"""A hand-over that a record of a CRM shows and that we have not written there: the store was set back to a backup."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from connector.decide.fields.inherit import writes
from connector.decide.fields.normal.moment import moment
from connector.decide.once import once
from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.model.mapping.property import Write
from connector.model.mapping.record import Record
from connector.model.person.contact import HandedOver, Observed
from connector.model.person.standing import MAIN
from connector.model.systems.ref import Ref


class _Names(NamedTuple):
    """Properties of one kind of record that tell of a hand-over; `due` and `track` may be "". `tracks`: as the system calls them."""

    at: str
    due: str
    key: str
    track: str
    tracks: Mapping[str, str]


def handed_over(
    mappings: Mappings, observed: Mapping[Ref, Mapping[str, Observed]]
) -> HandedOver | None:
    """The latest one that these records show. Only a record with our key counts: a copy of a lead cannot have it."""
    names = _names(mappings)
    shown = (
        _shown(ref, names[ref[:2]], seen) for ref, seen in observed.items() if ref[:2] in names
    )
    return max(filter(None, shown), default=None, key=lambda one: (one.at, one.where))


def _shown(ref: Ref, names: _Names, observed: Mapping[str, Observed]) -> HandedOver | None:
    seen, key = observed.get(names.at), observed.get(names.key)
    if seen is None or seen.ours or key is None or not key.form:
        return None
    at, due = _moment(seen), _moment(observed.get(names.due))
    if at is None:
        return None
    track = observed.get(names.track)
    shown = MAIN if track is None or not track.form else str(track.form)
    return HandedOver(at, due, str(key.form), ref, names.tracks.get(shown, shown))


def _moment(seen: Observed | None) -> datetime | None:
    try:
        return None if seen is None else moment(seen.form)
    except ValueError:
        return None


@once(size=16)
def _names(mappings: Mappings) -> Mapping[tuple[str, ...], _Names]:
    return {
        (platform.platform, record.kind): names
        for platform in mappings.platforms.values()
        for record, names in _telling(platform)
    }


def _telling(platform: PlatformMapping) -> Iterator[tuple[Record, _Names]]:
    for record in platform.records.values():
        model = platform.records.get(record.same_as, record)
        key = record.external_id or model.external_id
        written = {write.source: write for write in writes(platform, record) if not write.track}
        if record.is_ == "contact" and key and "handover.at" in written:
            names = (_property(written.get("follow_up.answer_due")), key)
            track = written.get("lifecycle.track")
            table = {} if track is None or track.values is None else track.values
            spelled = {str(value): name for name, value in table.items()}
            at = written["handover.at"].property
            yield record, _Names(at, *names, _property(track), spelled)


def _property(write: Write | None) -> str:
    return "" if write is None else write.property
