"""What identifies the person or company of a record, as its mapping shows it; compiled once, asked for every row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, NamedTuple

from connector.decide.fields.free_mail import FREE_MAIL, company_domain
from connector.decide.identity.keys import EMAIL, Pair, fields_of, values_of
from connector.decide.identity.words.addresses import DISPOSABLE, is_role
from connector.decide.once import once
from connector.model.identity import EMAIL_DOMAIN, OF_PERSON, ROLE, Identity, Key, Part
from connector.model.mapping.field import Field
from connector.model.mapping.mappings import Mappings
from connector.model.mapping.property import Read
from connector.model.mapping.record import Record

Values = Mapping[str, Any]


DOMAIN = "domain"


class Marks(NamedTuple):
    """`shown`: the keys by values per property. `kinds`: the kinds of key that such records speak of, each with the properties
    that must be shown for it, in one way or another."""

    shown: Callable[[Values], tuple[Pair, ...]]
    kinds: Mapping[str, tuple[frozenset[str], ...]]


@once(size=16)
def identity_of(mappings: Mappings) -> Identity:
    """What identifies by these mappings; without a section of its own, each field that says `identifies`."""
    found = mappings.identity
    if found.person or found.account:
        return found
    fields = mappings.fields
    names = tuple(name for name in ("first_name", "last_name") if name in fields)
    return Identity(
        person=plain_keys(fields, "person"),
        account=plain_keys(fields, "account"),
        names=names if len(names) == 2 else (),
        compared=frozenset(names) if len(names) == 2 else frozenset(),
    )


def plain_keys(fields: Mapping[str, Field], whom: str) -> tuple[Key, ...]:
    """A key for each kind of field that identifies, e-mail before phone before the others."""
    by_kind: dict[str, list[Part]] = {}
    where: dict[str, str] = {}
    for field in fields.values():
        if field.identifies == whom:
            kind = kind_of(field)
            by_kind.setdefault(kind, []).append(Part((field.name,)))
            where.setdefault(kind, field.where)
    order = {EMAIL: 0, "phone": 1}
    ranked = sorted(by_kind, key=lambda kind: order.get(kind, 2))
    return tuple(Key(kind, tuple(by_kind[kind]), 1, where=where[kind]) for kind in ranked)


def kind_of(field: Field) -> str:
    """E-mail, phone and a company's domain identify by what they are, whatever a field is called; others by their name."""
    type_ = field.of if field.type == "list" else field.type
    if type_ in (EMAIL, "phone"):
        return type_
    return DOMAIN if field.identifies == "account" and type_ == "text" else field.name


def marks(record: Record, mapped: Sequence[Read], mappings: Mappings) -> Marks:
    """What identifies by records of this kind; nothing for those that are neither contact nor account."""
    identity = identity_of(mappings)
    if record.is_ == "contact":
        named = tuple(_of_person(key) for key in identity.account if key.of_person)
        keys = (*identity.person, *named)
    elif record.is_ == "account":
        keys = identity.account
    else:
        keys = ()
    property_of = {read.field: read.property for read in mapped}
    emails = [part.fields[0] for key in identity.person if key.name == EMAIL for part in key.parts]
    address = next((property_of[name] for name in emails if name in property_of), "")
    plain = [_plain(key, property_of) for key in keys if key.plain]
    others = [key for key in keys if not key.plain]
    addresses = frozenset(
        name for name, field in mappings.fields.items() if kind_of(field) == EMAIL
    )
    company = record.is_ == "account"
    shown = _shown(plain, others, property_of, address, identity, addresses, company=company)
    kinds = {key.name: _ways(key, property_of, address) for key in keys}
    return Marks(shown, {kind: ways for kind, ways in kinds.items() if ways})


def _of_person(key: Key) -> Key:
    """The company's key as a person's record shows it."""
    parts = tuple(
        Part(tuple(key.of_person.get(name, name) for name in part.fields), part.form, part.first)
        for part in key.parts
    )
    return Key(OF_PERSON + key.name, parts, key.needed, where=key.where)


def _plain(key: Key, property_of: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    names = (part.fields[0] for part in key.parts)
    return key.name, tuple(property_of[name] for name in names if name in property_of)


def _ways(key: Key, property_of: Mapping[str, str], address: str) -> tuple[frozenset[str], ...]:
    """Any of its properties speaks of a plain key, only all together of another."""
    found = _properties(key, property_of, address)
    if key.plain:
        return tuple(frozenset({name}) for name in sorted(found))
    return (found,) if found else ()


def _properties(key: Key, property_of: Mapping[str, str], address: str) -> frozenset[str]:
    names = {property_of.get(name, "") for name in fields_of(key)}
    return frozenset(names | ({address} if EMAIL_DOMAIN in fields_of(key) else set())) - {""}


def _shown(
    plain: Sequence[tuple[str, tuple[str, ...]]],
    others: Sequence[Key],
    property_of: Mapping[str, str],
    address: str,
    identity: Identity,
    addresses: Set[str],
    *,
    company: bool,
) -> Callable[[Values], tuple[Pair, ...]]:
    roles = identity.role_addresses
    mail = {property_of[name] for name in addresses if name in property_of}
    pairs = [(kind, name, name in mail) for kind, names in plain for name in names]

    def simple(values: Values) -> tuple[Pair, ...]:
        found = []
        for kind, name, is_address in pairs:
            value = values.get(name)
            if not value:
                continue
            for text in value if type(value) is tuple else (value,):
                text = str(text)
                if is_address and is_role(text, roles):
                    if kind == EMAIL:
                        found.append((ROLE + kind, text))
                elif not (company and (text in FREE_MAIL or text in DISPOSABLE)):
                    found.append((kind, text))
        return tuple(found)

    if not others:
        return simple
    needed = sorted({name for key in others for name in fields_of(key)} - {EMAIL_DOMAIN})
    sources = [(name, property_of[name]) for name in needed if name in property_of]

    def compound(values: Values) -> tuple[Pair, ...]:
        by_field = {field: values.get(name) for field, name in sources}
        for name in addresses & by_field.keys():
            by_field[name] = _personal(by_field[name], roles)
        by_field[EMAIL_DOMAIN] = _domain(values.get(address), identity)
        more = [(key.name, text) for key in others for text in values_of(key, by_field)]
        return (*simple(values), *more)

    return compound


def _personal(value: Any, roles: Set[str]) -> tuple[str, ...]:
    """The addresses that are not a role's: what is nobody's own identifies nobody together with anything else, either."""
    texts = value if type(value) is tuple else (value,)
    return tuple(str(text) for text in texts if text and not is_role(str(text), roles))


def _domain(address: Any, identity: Identity) -> str | None:
    first = address[0] if type(address) is tuple and address else address
    return company_domain(str(first), identity.disposable_domains) if first else None
