"""Sightings into our words, by closures that are made once per mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from connector.decide.consent import confirmed_state
from connector.decide.fields.inherit import home, reads
from connector.decide.fields.normal import ONE_ARGUMENT, money, phone
from connector.decide.fields.normal.domain import domain
from connector.decide.fields.normal.owner import owner_on, record_id
from connector.decide.fields.normal.table import Held, translated
from connector.decide.fields.normal.union import each
from connector.decide.identity.marks import marks
from connector.model.mapping.field import Field, FieldType
from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.model.mapping.property import Read
from connector.model.mapping.record import Record
from connector.model.problem import Problem
from connector.model.systems.fact import Sighting
from connector.model.systems.reading import Reading
from connector.model.systems.ref import Ref

Normal = Callable[..., Any]

_UNREAD: Any = object()
_REMEMBERED = 1000  # texts of one property

# Records of owners feed the roster: their fields have fixed names and types and are not in fields.yaml.
_OWNER_FIELDS: Mapping[str, FieldType] = {
    "email": "email",
    "name": "text",
    "active": "yes_no",
    "manager": "owner",
    "away_until": "date",
}


class _Step(NamedTuple):
    """One property and how it is read; `kind` names the type in a problem's code.

    `memory` holds what texts became: most properties repeat a few hundred of them (a country, a role, a size).
    """

    property: str
    normal: Normal
    kind: str
    where: str
    never_blank: bool
    memory: dict[str, Any]


def reader(record: Record, mappings: Mappings) -> Callable[[Sighting], Reading]:
    """Reads sightings of this kind of record; compiled once, called for every row.

    A property whose value cannot be used is None in `values`, with a warning. One on `hold` (its value is missing in the
    table), or blank where a blank never counts, is in `forms` but not in `values`: what was known before stays.
    Raises ValueError for a record that is not in these mappings.
    """
    platform = home(record, mappings.platforms.values())
    mapped = reads(platform, record)
    made = [_step(read, record, platform, mappings) for read in mapped]
    plain = [step for step in made if step.kind not in ("phone", "money")]
    confirmable = _confirmable(mapped, mappings)
    phones = [step for step in made if step.kind == "phone"]
    amounts = [
        (step, read.currency)
        for step, read in zip(made, mapped, strict=True)
        if step.kind == "money"
    ]
    paired: dict[str, tuple[str, ...]] = {
        step.property: (currency,) for step, currency in amounts if currency
    }
    paired |= {read.property: (read.confirmed, read.given_at) for read in confirmable}
    country = next((step.property for step in made if step.kind == "country"), "")
    region = mappings.default_region
    field_of = {read.property: read.field for read in mapped}
    identifying, kinds = marks(record, mapped, mappings)
    all_kinds = frozenset(kinds)
    account_of = _account_of(record, platform)

    def read(sighting: Sighting) -> Reading:
        ref, shown, at, seen_at, links, by = sighting
        forms = shown
        if "" in shown.values():
            forms = {key: (None if form == "" else form) for key, form in shown.items()}
        values: dict[str, Any] = {}
        problems = _fill(plain, forms, values, ref)
        if phones:
            here = values.get(country) or region
            problems += _fill_beside(((step, here) for step in phones), forms, values, ref)
        if amounts:
            # An amount says nothing where the property with its currency is not shown.
            named = ((step, forms.get(of)) for step, of in amounts if not of or of in forms)
            problems += _fill_beside(named, forms, values, ref)
        if confirmable:
            _confirm(confirmable, forms, values)
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


def _told(
    kinds: Mapping[str, tuple[frozenset[str], ...]], values: Mapping[str, Any]
) -> frozenset[str]:
    """Kinds of keys that a sighting of some properties only speaks of."""
    shown = values.keys()
    return frozenset([kind for kind, ways in kinds.items() if any(way <= shown for way in ways)])


def _fill(
    steps: list[_Step],
    forms: Mapping[str, Any],
    values: dict[str, Any],
    ref: Ref,
) -> list[Problem]:
    problems: list[Problem] = []
    for step in steps:
        key, normal, _, _, never_blank, memory = step
        if key not in forms:  # a light sighting shows some properties only
            continue
        form = forms[key]
        try:
            if form is None:
                if not never_blank:
                    values[key] = None
            elif type(form) is str:  # 1, 1.0 and True are the same key, but not the same value
                found = memory.get(form, _UNREAD)
                if found is _UNREAD:
                    found = normal(form)
                    if len(memory) < _REMEMBERED:
                        memory[form] = found
                values[key] = found
            else:
                values[key] = normal(form)
        except ValueError as error:
            problems.append(_unusable(ref, step, error, values))
    return problems


def _fill_beside(
    steps: Iterable[tuple[_Step, str | None]],
    forms: Mapping[str, Any],
    values: dict[str, Any],
    ref: Ref,
) -> list[Problem]:
    """Numbers are read by the country of their person, amounts with their currency; hardly any of them repeats."""
    problems: list[Problem] = []
    for step, beside in steps:
        key = step.property
        if key not in forms:
            continue
        form = forms[key]
        try:
            if form is not None:
                values[key] = step.normal(form, beside)
            elif not step.never_blank:
                values[key] = None
        except ValueError as error:
            problems.append(_unusable(ref, step, error, values))
    return problems


def _confirmable(mapped: Sequence[Read], mappings: Mappings) -> list[Read]:
    """Lines of a consent under double opt-in."""
    purposes = mappings.purposes
    found = [(read, mappings.fields.get(read.field)) for read in mapped]
    return [
        read
        for read, field in found
        if field and field.purpose in purposes and purposes[field.purpose].double_opt_in
    ]


def _confirm(lines: Sequence[Read], forms: Mapping[str, Any], values: dict[str, Any]) -> None:
    """A yes is read with its confirmation, and says nothing where that property is not shown."""
    for read in lines:
        state = values.get(read.property)
        if state is None:
            continue
        if read.confirmed and read.confirmed not in forms:
            del values[read.property]
            continue
        confirmation = forms.get(read.confirmed) if read.confirmed else None
        values[read.property] = confirmed_state(state, forms.get(read.given_at), confirmation)


def _unusable(ref: Ref, step: _Step, error: ValueError, values: dict[str, Any]) -> Problem:
    """What is on hold shows no value; what cannot be read is None."""
    if isinstance(error, Held):
        return _held(ref, step, error)
    values[step.property] = None
    return _unreadable(ref, step, error)


def _step(read: Read, record: Record, platform: PlatformMapping, mappings: Mappings) -> _Step:
    field = mappings.fields.get(read.field)
    kind: str = read.type
    if record.is_ == "owner":
        kind = _OWNER_FIELDS.get(read.field, read.type)
    elif field and field.identifies == "account" and kind == "text":
        kind = "domain"
    several = kind == "list"
    if several and field:
        kind = field.of
    usual = field.currency if field else ""
    normal = _amount(usual) if kind == "money" else _normal(kind, platform)
    if read.values is not None:
        normal = translated(read.values, read.unknown, normal)
    if several or (field and field.wins == "union"):
        normal = each(normal)
    return _Step(read.property, normal, kind, read.where, _never_blank(field), {})


def _amount(usual: str) -> Normal:
    return lambda raw, named=None: money(raw, named, usual)


def _normal(kind: str, platform: PlatformMapping) -> Normal:
    if kind == "domain":
        return domain
    if kind == "phone":
        return phone
    if kind == "owner":
        return owner_on(platform.platform, _kind_of(platform, "owner") or "owners")
    return ONE_ARGUMENT[kind]


def _never_blank(field: Field | None) -> bool:
    return field is not None and field.blank == "never"


def _account_of(
    record: Record, platform: PlatformMapping
) -> Callable[[Mapping[str, Any]], Ref | None]:
    kind = _kind_of(platform, "account")
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


def _kind_of(platform: PlatformMapping, is_: str) -> str:
    return next((r.kind for r in platform.records.values() if r.is_ == is_), "")


def _held(ref: Ref, step: _Step, held: Held) -> Problem:
    hint = f"add it to the table at {step.where}" if step.where else "add it to the table"
    return Problem(str(ref), f"{step.property} {held}", hint, code="UNKNOWN_VALUE")


def _unreadable(ref: Ref, step: _Step, error: ValueError) -> Problem:
    code = f"{step.kind.upper()}_UNREADABLE"
    return Problem(str(ref), f"{step.property} {error}", "correct it there", "warning", code)
