"""Everything in `mappings/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.model.identity import Identity
from connector.model.mapping.field import Field, Form
from connector.model.mapping.outcome import OutcomeRead
from connector.model.mapping.record import ActivityRead, Record, Scope
from connector.model.person.consent import Purpose
from connector.model.roster import Away


@dataclass(frozen=True, slots=True)
class OwnerEntry:
    """One person of `mappings/owners.yaml`. `key` and `aliases` are lower-case addresses; `ids` the records per platform.

    `substitute` is the key of whoever answers instead while this person cannot; "" for nobody. `speaks`: primary subtags of
    languages, empty for any.
    """

    key: str
    aliases: tuple[str, ...] = ()
    ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    substitute: str = ""
    where: str = ""
    speaks: tuple[str, ...] = ()
    away: tuple[Away, ...] = ()


@dataclass(frozen=True, slots=True)
class PlatformMapping:
    platform: str
    form: Form
    records: Mapping[str, Record]
    activities: Mapping[str, ActivityRead] = field(default_factory=dict)
    streams: Mapping[str, str] = field(default_factory=dict)  # our stream -> the vendor's list name
    scope: Scope | None = None  # None: everybody is written here


@dataclass(frozen=True, slots=True)
class Mappings:
    """Everything in `mappings/`; `digest` is part of what a plan pins."""

    digest: str
    fields: Mapping[str, Field]
    platforms: Mapping[str, PlatformMapping]
    outcomes: Mapping[str, tuple[OutcomeRead, ...]]  # by platform
    default_region: str = "DE"
    identity: Identity = field(default_factory=Identity)
    owners: Mapping[str, OwnerEntry] = field(default_factory=dict)  # by key
    purposes: Mapping[str, Purpose] = field(default_factory=dict)  # of consent, by name
