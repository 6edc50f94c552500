"""What the store must know of the rules and mappings in force: whom fields identify, which sums to keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from connector.decide.conditions.asked import every_test
from connector.decide.facts import ACCOUNT_FACTS
from connector.decide.fields.free_mail import company_domain
from connector.decide.fields.inherit import reads, writes
from connector.decide.identity.keys import EMAIL
from connector.decide.identity.marks import identity_of
from connector.decide.place.machine import telling
from connector.decide.scoring.strength import matches
from connector.model.condition import Condition, Not, Test
from connector.model.identity import FORMER, ROLE, Identity, Key, Part
from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.model.mapping.record import Record
from connector.model.rules import Rulebook, Signal

FORMER_ADDRESS = FORMER + EMAIL
ADDRESSES = (EMAIL, ROLE + EMAIL, FORMER_ADDRESS)  # the last one last
"""Kinds of keys that are e-mail addresses: a person's own, a role's, and those no longer shown."""
_BY_EMAIL = Identity(person=(Key(EMAIL, (Part((EMAIL,)),), 1),))
RESTRICTIVE = ("any_true", "most_restrictive")
ASSETS_REMEMBERED = 20_000
Sums = tuple[tuple[str, timedelta | None], ...]


@dataclass
class Keeping:
    """Derived once from a rulebook and its mappings. Without them (an empty store) e-mail identifies and nothing is kept."""

    book: Rulebook | None = None
    mappings: Mappings | None = None
    identity: Identity = _BY_EMAIL
    owner_fields: frozenset[str] = frozenset()
    machines: tuple[Signal, ...] = ()  # what single activities betray as a machine's
    _consents: dict[tuple[str, str], tuple[tuple[str, str], ...]] = field(default_factory=dict)
    _proofs: dict[tuple[str, str], Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    _external_ids: dict[tuple[str, str], str] = field(default_factory=dict)
    _identifying: dict[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    _by_asset: dict[tuple[str, str], Sums] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.mappings is not None:
            self.identity = identity_of(self.mappings)
            self.owner_fields = frozenset(
                f.name for f in self.mappings.fields.values() if f.type == "owner"
            )
        self.machines = self.machines or telling(self.book)
        self._by_kind: dict[str, tuple[Signal, ...]] = {}
        for signal in self.signals:
            if signal.kept:
                self._by_kind[signal.kind] = (*self._by_kind.get(signal.kind, ()), signal)
        self._asset_only = {
            kind: all(_fields(signal.when) <= {"asset"} for signal in signals)
            for kind, signals in self._by_kind.items()
        }

    @cached_property
    def asks_deals(self) -> bool:
        """Whether a rule or a mapping asks about the deals of people's companies."""
        tests = every_test((self.book, self.mappings))
        return any(test.field in ACCOUNT_FACTS for test in tests)

    @property
    def signals(self) -> tuple[Signal, ...]:
        return () if self.book is None else self.book.signals

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each signal, by its name."""
        return {signal.name: place for place, signal in enumerate(self.signals)}

    def record(self, platform: str, kind: str) -> Record | None:
        """The mapping of one kind of record."""
        mapping = self.platform(platform)
        return None if mapping is None else mapping.records.get(kind)

    def platform(self, name: str) -> PlatformMapping | None:
        return None if self.mappings is None else self.mappings.platforms.get(name)

    def is_person(self, platform: str, kind: str) -> bool:
        record = self.record(platform, kind)
        return record is not None and record.is_ == "contact"

    def person_kinds(self, platform: str) -> tuple[str, ...]:
        """All kinds of records of persons there."""
        mapping = self.platform(platform)
        records = () if mapping is None else mapping.records.values()
        return tuple(record.kind for record in records if record.is_ == "contact")

    def same_person_kinds(self, platform: str, kind: str) -> frozenset[str]:
        """Kinds of records that stand for the same person as this one: a Lead and the Contact it continues as."""
        mapping = self.platform(platform)
        if mapping is None:
            return frozenset({kind})
        continued = {r.kind for r in mapping.records.values() if kind in (r.kind, r.same_as)}
        return frozenset({kind} | continued)

    def external_id(self, platform: str, kind: str) -> str:
        """The property that holds our key, inherited through `same_as`; "" if there is none."""
        found = self._external_ids.get((platform, kind))
        if found is None:
            found = self._external_ids[platform, kind] = self._find_external_id(platform, kind)
        return found

    def domain(self, keys: Iterable[tuple[str, Any]]) -> str | None:
        """The domain by which these keys of a person name a company."""
        for kind, value in keys:
            if kind in ADDRESSES[:2]:
                found = company_domain(str(value), self.nobody_s_domains)
                if found is not None:
                    return found
        return None

    @property
    def nobody_s_domains(self) -> frozenset[str]:
        """Domains that name no company, beside those that never do."""
        free = frozenset() if self.book is None else self.book.free_mail
        own = self.identity.disposable_domains
        return free | own if own else free

    def identifying(self, platform: str, kind: str) -> Mapping[str, str]:
        """The properties we write there that identify a person, with their fields."""
        found = self._identifying.get((platform, kind))
        if found is None:
            found = self._identifying[platform, kind] = self._find_identifying(platform, kind)
        return found

    def consents(self, platform: str, kind: str) -> tuple[tuple[str, str], ...]:
        """(property, field) of what a record says about consent: fields in which the most restrictive value wins."""
        found = self._consents.get((platform, kind))
        if found is None:
            found = self._consents[platform, kind] = self._find_consents(platform, kind)
        return found

    def proofs(self, platform: str, kind: str) -> Mapping[str, tuple[str, ...]]:
        """By the property of a consent: those that show when and how it was given."""
        found = self._proofs.get((platform, kind))
        if found is None:
            found = self._proofs[platform, kind] = self._find_proofs(platform, kind)
        return found

    def sums(self, kind: str, asset: str, detail: Mapping[str, Any] | None) -> Sums:
        """The kept sums an activity counts for: digest and half-life."""
        signals = self._by_kind.get(kind)
        if not signals:
            return ()
        if not self._asset_only[kind]:
            return _sums(s for s in signals if matches(s, kind, asset, detail))
        found = self._by_asset.get((kind, asset))
        if found is None:
            if len(self._by_asset) >= ASSETS_REMEMBERED:
                self._by_asset.clear()
            found = _sums(s for s in signals if matches(s, kind, asset, None))
            self._by_asset[kind, asset] = found
        return found

    def _find_external_id(self, platform: str, kind: str) -> str:
        mapping, record = self.platform(platform), self.record(platform, kind)
        if mapping is None or record is None:
            return ""
        model = mapping.records.get(record.same_as)
        return record.external_id or (model.external_id if model else "")

    def _find_identifying(self, platform: str, kind: str) -> Mapping[str, str]:
        mapping, record = self.platform(platform), self.record(platform, kind)
        if mapping is None or record is None or self.mappings is None:
            return {}
        fields = self.mappings.fields
        return {
            write.property: write.source
            for write in writes(mapping, record)
            if write.source in fields and fields[write.source].identifies == "person"
        }

    def _find_proofs(self, platform: str, kind: str) -> Mapping[str, tuple[str, ...]]:
        mapping, record = self.platform(platform), self.record(platform, kind)
        if mapping is None or record is None:
            return {}
        return {read.property: read.proofs() for read in reads(mapping, record) if read.proofs()}

    def _find_consents(self, platform: str, kind: str) -> tuple[tuple[str, str], ...]:
        mapping, record = self.platform(platform), self.record(platform, kind)
        if mapping is None or record is None or self.mappings is None:
            return ()
        fields = self.mappings.fields
        return tuple(
            (read.property, read.field)
            for read in reads(mapping, record)
            if read.field in fields and fields[read.field].wins in RESTRICTIVE
        )


def _fields(condition: Condition) -> set[str]:
    if isinstance(condition, Test):
        return {condition.field}
    if isinstance(condition, Not):
        return _fields(condition.part)
    return {name for part in condition.parts for name in _fields(part)}


def _sums(signals: Iterable[Signal]) -> Sums:
    """Two signals of one digest differ in points only: they share one sum."""
    return tuple({s.digest: s.half_life for s in signals}.items())
