"""What a mapping compiles to for resolving and writing, kept per mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from connector.decide.conditions.asked import limits
from connector.decide.conditions.condition import Holds, compiled, ranked
from connector.decide.fields.inherit import continued_by, reads, task, writes
from connector.decide.once import once
from connector.model.condition import Condition
from connector.model.mapping.field import Field
from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.model.mapping.property import Read, TaskWrite, Write
from connector.model.mapping.record import Record


class KindPlan(NamedTuple):
    """One kind of contact record that we may write. `field_of` names the field that a property is read into."""

    record: Record
    writes: tuple[Write, ...]
    field_of: Mapping[str, str]
    continued_by: frozenset[str]
    task: TaskWrite | None
    create: Holds | None
    unknown: Mapping[str, frozenset[str]] = {}  # property -> spellings that stand for "unknown"


class PlatformPlan(NamedTuple):
    """One platform's kinds; `lists` maps a list's property to the streams it stands for."""

    mapping: PlatformMapping
    kinds: tuple[KindPlan, ...]
    lists: Mapping[str, frozenset[str]]
    scope: Condition | None = None  # None: everybody


class Shows(NamedTuple):
    """A property that shows a field. Not `listed`: the field's order of platforms leaves this one out, so it never wins."""

    property: str
    name: str
    field: Field
    listed: bool


@once(size=16)
def activity_asked(mappings: Mappings) -> tuple[float, ...]:
    """Values of the activity at which somebody may get a record, or come into scope or out of it."""
    platforms = mappings.platforms.values()
    created = [record.create for one in platforms for record in one.records.values()]
    asked = [*created, *(one.scope.when for one in platforms if one.scope is not None)]
    return limits(condition for condition in asked if condition is not None)


@once(size=16)
def shown_by(mappings: Mappings) -> Mapping[tuple[str, ...], tuple[Shows, ...]]:
    """By (platform, kind): the properties that show a field of ours."""
    return {
        (platform.platform, record.kind): tuple(_shows(mappings, platform, record))
        for platform in mappings.platforms.values()
        for record in platform.records.values()
        if record.is_ in ("contact", "account")
    }


def _shows(mappings: Mappings, platform: PlatformMapping, record: Record) -> Iterator[Shows]:
    for read in reads(platform, record):
        field = mappings.fields.get(read.field)
        if field is not None:
            listed = field.wins != "order" or platform.platform in field.order
            yield Shows(read.property, read.field, field, listed)


@once(size=16)
def written_to(mappings: Mappings) -> Callable[[tuple[str, ...]], tuple[PlatformPlan, ...]]:
    """Every platform's plan, as a function of the order of stages, which conditions of `create` may ask for."""

    @lru_cache(4)
    def ordered(stages: tuple[str, ...]) -> tuple[PlatformPlan, ...]:
        return tuple(_platform(mapping, stages) for mapping in mappings.platforms.values())

    return ordered


def _platform(mapping: PlatformMapping, stages: tuple[str, ...]) -> PlatformPlan:
    streams: dict[str, frozenset[str]] = {}
    for stream, name in mapping.streams.items():
        key = f"list:{name}"
        streams[key] = streams.get(key, frozenset()) | {stream}
    kinds = tuple(
        KindPlan(
            record,
            writes(mapping, record),
            {read.property: read.field for read in reads(mapping, record)},
            continued_by(mapping, record.kind),
            task(mapping, record),
            compiled(ranked(record.create, stages)) if record.create is not None else None,
            {read.property: _unknown(read) for read in reads(mapping, record) if read.values},
        )
        for record in mapping.records.values()
        if record.is_ == "contact"
    )
    scope = None if mapping.scope is None else ranked(mapping.scope.when, stages)
    return PlatformPlan(mapping, kinds, streams, scope)


@once(size=16)
def unknown_of(mappings: Mappings) -> Mapping[tuple[str, ...], frozenset[str]]:
    """By (platform, kind, property): the spellings that a table gives as "unknown"."""
    return {
        (platform.platform, record.kind, read.property): _unknown(read)
        for platform in mappings.platforms.values()
        for record in platform.records.values()
        for read in reads(platform, record)
        if read.values
    }


def _unknown(read: Read) -> frozenset[str]:
    table = read.values or {}
    return frozenset(str(key).strip().casefold() for key, value in table.items() if value is None)
