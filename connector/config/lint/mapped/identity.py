"""`identity:` in mappings/fields.yaml: fields that exist, forms that fit their types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from connector.config.contents import Files
from connector.config.documents.mapped.fields import FieldDocument
from connector.config.documents.mapped.identity import CompanyKeyDocument, KeyDocument, PartDocument
from connector.config.lint.names import declared, twice
from connector.config.yaml import Path, Source
from connector.model.identity import EMAIL_DOMAIN
from connector.model.problem import Problem

Fields = Mapping[str, FieldDocument]
DATES = ("date", "datetime")
NEEDS: Mapping[str, tuple[str, ...]] = {
    "year": DATES,
    "month_and_day": DATES,
    "sounds_german": ("text", "choice"),
    "sounds_english": ("text", "choice"),
    "company_name": ("text",),
}
TAKEN = ("email", "phone", "domain", "former", "shared", "role", "of")
NEVER = ("yes_no", "money", "consent", "owner")


def check_identity(files: Files) -> Iterator[Problem]:
    if files.fields is None or files.fields.document.identity is None:
        return
    source, fields = files.fields.source, files.fields.document.fields
    document = files.fields.document.identity
    yield from _keys(document.person, "person", source, fields)
    yield from _keys(document.account, "account", source, fields)
    for index, name in enumerate(document.names if isinstance(document.names, tuple) else ()):
        yield from declared("field", name, tuple(fields), source.at("identity", "names", index))


def _keys(
    keys: Sequence[KeyDocument], whom: str, source: Source, fields: Fields
) -> Iterator[Problem]:
    section: Path = ("identity", whom)
    named = [(key.name, (*section, index)) for index, key in enumerate(keys)]
    yield from twice("key", source, named)
    for index, key in enumerate(keys):
        path = (*section, index)
        if not key.field and (key.name in fields or key.name.split()[0] in TAKEN):
            yield Problem(
                source.at(*path, "name"),
                f'a key cannot be called "{key.name}"',
                "something else is called so: choose another name",
            )
        word = "all" if key.all_ is not None else "of"
        for place, part in enumerate(key.parts):
            yield from _part(part, whom, source, (*path, word, place), fields)
        yield from _compared(key, source, path, fields)
        if isinstance(key, CompanyKeyDocument):
            yield from _on_person(key, source, path, fields)


def _part(
    part: PartDocument, whom: str, source: Source, path: Path, fields: Fields
) -> Iterator[Problem]:
    derived = (EMAIL_DOMAIN,) if whom == "person" else ()
    for name in part.of:
        where = source.at(*path)
        yield from declared("field", name, (*fields, *derived), where)
        if name not in fields:
            continue
        type_ = fields[name].type
        if type_ in NEVER:
            yield Problem(where, f"{name} is {_a(type_)}: it tells nobody apart", "remove the part")
        elif part.as_ in NEEDS and type_ not in NEEDS[part.as_]:
            yield Problem(
                where,
                f"{part.as_} cannot be made of {name}, which is {_a(type_)}",
                "it is made of " + " or ".join(_a(each) for each in NEEDS[part.as_]),
            )


def _compared(key: KeyDocument, source: Source, path: Path, fields: Fields) -> Iterator[Problem]:
    for place, look in enumerate(key.alike):
        where = (*path, "alike", place)
        for name in look.of:
            yield from declared("field", name, tuple(fields), source.at(*where, "of"))
        if look.any_ is not None and look.any_ > len(look.of):
            yield Problem(
                source.at(*where, "any"),
                f"{look.any_} of {len(look.of)} fields can never be alike",
                "lower any",
            )
    for name in key.unless_differs:
        yield from declared("field", name, tuple(fields), source.at(*path, "unless_differs"))


def _on_person(
    key: CompanyKeyDocument, source: Source, path: Path, fields: Fields
) -> Iterator[Problem]:
    known = {name for part in key.parts for name in part.of}
    for name, theirs in (key.on_person or {}).items():
        where = (*path, "on_person", name)
        yield from declared("part", name, tuple(known), source.key(*where))
        yield from declared("field", theirs, tuple(fields), source.at(*where))


def _a(type_: str) -> str:
    return {
        "email": "an e-mail address",
        "yes_no": "yes or no",
        "owner": "an owner",
        "money": "an amount of money",
    }.get(type_, f"a {type_}")
