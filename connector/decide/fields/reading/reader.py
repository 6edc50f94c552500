"""Sightings into our words, by closures that are made once per mapping."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from connector.decide.fields.inherit import home, reads
from connector.decide.fields.normal.owner import record_id
from connector.decide.fields.reading.confirming import confirm, confirmable
from connector.decide.fields.reading.filling import fill, fill_beside
from connector.decide.fields.reading.step import Step, kind_of, step_of
from connector.decide.identity.marks import marks
from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.model.mapping.property import Read
from connector.model.mapping.record import Record
from connector.model.problem import Problem
from connector.model.systems.fact import Sighting
from connector.model.systems.reading import Reading
from connector.model.systems.ref import Ref

Forms = Mapping[str, Any]
Paired = Mapping[str, tuple[str, ...]]


class _Lines(NamedTuple):
    """A mapping's lines for one kind of record: those that stand alone, and those read beside another property.

    Phones are read by the `country` of their person (else the `region`), amounts by the property with their currency, a consent
    with its confirmation.
    """

    plain: list[Step]
    phones: list[Step]
    amounts: list[tuple[Step, str]]
    confirmable: list[Read]
    country: str
    region: str

    def paired(self) -> Paired:
        """Properties that say nothing without others, with those."""
        found = {step.property: (currency,) for step, currency in self.amounts if currency}
        return found | {one.property: (one.confirmed, one.given_at) for one in self.confirmable}

    def values(self, forms: Forms, ref: Ref) -> tuple[dict[str, Any], list[Problem]]:
        """What these forms say, and what of them cannot be used."""
        values: dict[str, Any] = {}
        problems = fill(self.plain, forms, values, ref)
        if self.phones:
            here = values.get(self.country) or self.region
            problems += fill_beside(((step, here) for step in self.phones), forms, values, ref)
        if self.amounts:
            # An amount says nothing where the property with its currency is not shown.
            named = ((step, forms.get(of)) for step, of in self.amounts if not of or of in forms)
            problems += fill_beside(named, forms, values, ref)
        if self.confirmable:
            confirm(self.confirmable, forms, values)
        return values, problems


def reader(record: Record, mappings: Mappings) -> Callable[[Sighting], Reading]:
    """Reads sightings of this kind of record; compiled once, called for every row.

    A property whose value cannot be used is None in `values`, with a warning. One on `hold` (its value is missing in the
    table), or blank where a blank never counts, is in `forms` but not in `values`: what was known before stays.
    Raises ValueError for a record that is not in these mappings.
    """
    platform = home(record, mappings.platforms.values())
    mapped = reads(platform, record)
    lines = _lines(record, platform, mapped, mappings)
    paired, field_of = lines.paired(), {read.property: read.field for read in mapped}
    identifying, kinds = marks(record, mapped, mappings)
    all_kinds, account_of = frozenset(kinds), _account_of(record, platform)

    def read(sighting: Sighting) -> Reading:
        ref, shown, at, seen_at, links, by = sighting
        forms = _emptied(shown) if "" in shown.values() else shown
        values, problems = lines.values(forms, ref)
        whole = len(values) == len(field_of)
        return Reading(
            ref,
            record.is_,
            at,
            seen_at,
            forms,
            values,
            field_of if whole else {key: name for key, name in field_of.items() if key in forms},
            identifying(values),
            links,
            account_of(forms),
            tuple(problems),
            by,
            paired,
            all_kinds if whole else _told(kinds, values),
        )

    return read


def _lines(
    record: Record, platform: PlatformMapping, mapped: Sequence[Read], mappings: Mappings
) -> _Lines:
    made = [step_of(read, record, platform, mappings) for read in mapped]
    both = list(zip(made, mapped, strict=True))
    return _Lines(
        plain=[step for step in made if step.kind not in ("phone", "money")],
        phones=[step for step in made if step.kind == "phone"],
        amounts=[(step, read.currency) for step, read in both if step.kind == "money"],
        confirmable=confirmable(mapped, mappings),
        country=next((step.property for step in made if step.kind == "country"), ""),
        region=mappings.default_region,
    )


def _emptied(shown: Forms) -> Forms:
    """Blank and empty are one."""
    return {key: (None if form == "" else form) for key, form in shown.items()}


def _told(
    kinds: Mapping[str, tuple[frozenset[str], ...]], values: Mapping[str, Any]
) -> frozenset[str]:
    """Kinds of keys that a sighting of some properties only speaks of."""
    shown = values.keys()
    return frozenset([kind for kind, ways in kinds.items() if any(way <= shown for way in ways)])


def _account_of(
    record: Record, platform: PlatformMapping
) -> Callable[[Mapping[str, Any]], Ref | None]:
    kind = kind_of(platform, "account")
    name, key = platform.platform, record.account
    if not kind or not key:
        return lambda _: None

    def account(forms: Mapping[str, Any]) -> Ref | None:
        shown = forms.get(key)
        if shown is None:
            return None
        try:
            found = record_id(shown)
        except ValueError:
            return None
        return Ref(name, kind, found) if found else None

    return account
