"""The `identity:` part of mappings/fields.yaml as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from connector.config.documents.mapped.fields import FieldsDocument
from connector.config.documents.mapped.identity import (
    CompanyKeyDocument,
    IdentityDocument,
    KeyDocument,
)
from connector.config.validate import File
from connector.decide.identity.marks import kind_of, plain_keys
from connector.model.identity import Alike, Identity, Key, Part
from connector.model.mapping.field import Field

NAMES = ("first_name", "last_name")


def identity(file: File[FieldsDocument], fields: Mapping[str, Field]) -> Identity:
    """What the section says; without one, nothing: then the fields that say `identifies` do."""
    document = file.document.identity
    if document is None:
        return Identity()
    person = _keys(document.person, "person", file, fields)
    account = _keys(document.account, "account", file, fields)
    names = _names(document, fields)
    looks = [name for key in (*person, *account) for look in key.alike for name in look.fields]
    others = [name for key in (*person, *account) for name in key.unless_differs]
    return Identity(
        person=person,
        account=account,
        names=names,
        role_addresses=frozenset(local.casefold() for local in document.role_addresses),
        disposable_domains=frozenset(name.casefold() for name in document.disposable_domains),
        compared=frozenset((*names, *looks, *others)),
    )


def _names(document: IdentityDocument, fields: Mapping[str, Field]) -> tuple[str, ...]:
    if document.names == "none":
        return ()
    if document.names is not None:
        return document.names
    return NAMES if all(name in fields for name in NAMES) else ()


def _keys(
    documents: Sequence[KeyDocument],
    whom: str,
    file: File[FieldsDocument],
    fields: Mapping[str, Field],
) -> tuple[Key, ...]:
    """In the order of the section; fields that say `identifies` and are not named there come first."""
    short = {key.name: key for key in plain_keys(fields, whom)}
    found: dict[str, Key] = {}
    for index, document in enumerate(documents):
        where = file.source.line("identity", whom, index)
        name = kind_of(fields[document.field]) if document.field else document.name
        key = _key(document, name, where)
        before = found.get(name)
        found[name] = key if before is None else replace(before, parts=_with(before, key))
    for name, key in short.items():
        if name in found:
            found[name] = replace(found[name], parts=_with(found[name], key))
    first = [key for name, key in short.items() if name not in found]
    return (*first, *found.values())


def _with(key: Key, more: Key) -> tuple[Part, ...]:
    return tuple(dict.fromkeys((*key.parts, *more.parts)))


def _key(document: KeyDocument, name: str, where: str) -> Key:
    on_person = document.on_person if isinstance(document, CompanyKeyDocument) else None
    return Key(
        name=name,
        parts=tuple(Part(tuple(each.of), each.as_, each.first or 0) for each in document.parts),
        needed=document.needed,
        ask=document.ask,
        alike=tuple(
            Alike(tuple(look.of), look.any_ or len(look.of), look.at_least)
            for look in document.alike
        ),
        unless_differs=tuple(document.unless_differs),
        of_person=dict(on_person or {}),
        where=where,
    )
