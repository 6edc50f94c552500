"""mappings/owners.yaml: every address and id belongs to one person, and substitutes lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from connector.config.contents import Files, sorted_files
from connector.config.documents import OwnersDocument, PlatformDocument, RoutingDocument
from connector.config.lint.names import declared
from connector.config.validate import File
from connector.config.yaml import Path, Source
from connector.decide.fields.normal import normalise
from connector.decide.fields.normal.owner import record_id
from connector.model.problem import Problem

NAMED = "people are named by the address of their CRM user"


def check_owners(files: Files) -> Iterator[Problem]:
    """The table itself, the rules that use another address of somebody, and systems that do not say who has left."""
    if files.owners is not None:
        connections = tuple(files.project.document.connections) if files.project else None
        yield from _addresses(files.owners)
        yield from _ids(files.owners, connections)
        yield from _substitutes(files.owners)
        yield from _languages(files.owners)
        yield from _other_names(files)
    for file in files.platforms:
        yield from _leavers(file)


def address(text: str, where: str) -> Iterator[Problem]:
    """A problem unless this is an e-mail address."""
    name, _, domain = text.partition("@")
    if not name or "." not in domain or " " in text:
        yield Problem(where, f'"{text}" is not an e-mail address', NAMED)


def _addresses(file: File[OwnersDocument]) -> Iterator[Problem]:
    whose: dict[str, str] = {}
    for place, text, key in _named(file):
        where = file.source.at(*place) if len(place) > 2 else file.source.key(*place)
        yield from address(text, where)
        first = whose.setdefault(text.lower(), key)
        if first != key or (len(place) > 2 and text.lower() == key.lower()):
            yield Problem(
                where,
                f'"{text}" is an address of {first} already',
                "one address belongs to one person",
            )


def _named(file: File[OwnersDocument]) -> Iterator[tuple[Path, str, str]]:
    """Every address with its place and the entry it stands in; the entries' own come first."""
    entries = file.document.owners
    for key in entries:
        yield ("owners", key), key, key
    for key, entry in entries.items():
        for index, alias in enumerate(entry.aliases):
            yield ("owners", key, "aliases", index), alias, key


def _ids(file: File[OwnersDocument], connections: tuple[str, ...] | None) -> Iterator[Problem]:
    whose: dict[tuple[str, str], str] = {}
    for key, entry in file.document.owners.items():
        for platform, ids in entry.ids.items():
            path: Path = ("owners", key, "ids", platform)
            yield from declared("connection", platform, connections, file.source.key(*path))
            for index, text in enumerate(ids):
                yield from _id(text, platform, key, whose, file.source.at(*path, index))


def _id(
    text: str, platform: str, key: str, whose: dict[tuple[str, str], str], where: str
) -> Iterator[Problem]:
    try:
        found = record_id(text)
    except ValueError:
        found = None
    if not found:
        yield Problem(where, f'"{text}" is not a record\'s id', "write it as the system shows it")
        return
    first = whose.setdefault((platform, found), key)
    if first != key:
        yield Problem(
            where, f"{platform} {text} is {first} already", "one record belongs to one person"
        )


def _substitutes(file: File[OwnersDocument]) -> Iterator[Problem]:
    source, main = file.source, _main(file)
    after = {
        key.lower(): main.get(entry.substitute.lower(), entry.substitute.lower())
        for key, entry in file.document.owners.items()
        if entry.substitute
    }
    for key, entry in file.document.owners.items():
        if entry.substitute is None:
            continue
        where = source.at("owners", key, "substitute")
        yield from address(entry.substitute, where)
        around = _round(key.lower(), after)
        if around:
            yield Problem(
                where,
                f"the substitutes go round in a circle: {' -> '.join(around)}",
                "let the last of them have none",
            )


def _languages(file: File[OwnersDocument]) -> Iterator[Problem]:
    for key, entry in file.document.owners.items():
        for index, text in enumerate(entry.speaks):
            try:
                normalise("language", text)
            except ValueError:
                where = file.source.at("owners", key, "speaks", index)
                yield Problem(where, f'unknown language "{text}"', "write de, en, fr …")


def _round(start: str, after: dict[str, str]) -> list[str]:
    """The chain from here if it comes back here; empty if it ends, or runs into a circle of others."""
    chain = [start]
    while chain[-1] in after and len(chain) <= len(after):
        chain.append(after[chain[-1]])
        if chain[-1] == start:
            return chain
    return []


def _main(file: File[OwnersDocument]) -> dict[str, str]:
    """Every further address: the one that the rules use."""
    return {
        alias.lower(): key.lower()
        for key, entry in file.document.owners.items()
        for alias in entry.aliases
        if alias.lower() != key.lower()
    }


def _other_names(files: Files) -> Iterator[Problem]:
    """Turns and weights are kept per address, so the rules name everybody by one."""
    if files.routing is None or files.owners is None:
        return
    main = _main(files.owners)
    for text, where in people(files):
        if text.lower() in main:
            yield Problem(
                where,
                f'"{text}" is another address of {main[text.lower()]}',
                "write that one: the rules name a person by one address",
            )


class NamedOwner(NamedTuple):
    """Somebody whom the routing rules or the table of owners name, and where."""

    name: str
    where: str
    queue: bool = False


def named_owners(text: Mapping[str, str]) -> tuple[NamedOwner, ...]:
    """Every user and queue that a project's text names."""
    files, _ = sorted_files(text)
    found = [NamedOwner(*one) for one in people(files)]
    found += [NamedOwner(*one, queue=True) for one in queues(files)]
    if files.owners is not None:
        source = files.owners.source
        found += [
            NamedOwner(entry.substitute, source.at("owners", key, "substitute"))
            for key, entry in files.owners.document.owners.items()
            if entry.substitute
        ]
    return tuple(found)


def people(files: Files) -> Iterator[tuple[str, str]]:
    """Everybody the routing rules name, with the place."""
    if files.routing is None:
        return
    document, source = files.routing.document, files.routing.source
    for name, pool in document.pools.items():
        for index, member in enumerate(pool.members):
            yield member, source.at("pools", name, "members", index)
    yield from _assigned(files.routing, "person")
    if document.key_accounts is not None:
        table = document.key_accounts.table
        yield from ((owner, table.at(line)) for line, owner in table.values("owner"))


def queues(files: Files) -> Iterator[tuple[str, str]]:
    """Every queue the routing rules name, with the place."""
    if files.routing is not None:
        yield from _assigned(files.routing, "queue")


def _assigned(
    routing: File[RoutingDocument], whom: Literal["person", "queue"]
) -> Iterator[tuple[str, str]]:
    """Whom rules and fallback name by this word."""
    document, source = routing.document, routing.source
    for index, rule in enumerate(document.rules):
        name = getattr(rule.assign, whom)
        if name is not None:
            yield name, source.at("rules", index, "assign", whom)
    name = getattr(document.fallback, whom)
    if name is not None:
        yield name, source.at("fallback", whom)


def _leavers(file: File[PlatformDocument]) -> Iterator[Problem]:
    """Where leads get owners, it must be seen who has left; queues (read by name) never leave."""
    if not _gives_owners(file):
        return
    for kind, record in file.document.records.items():
        if record.is_ == "owner" and "email" in record.read and "active" not in record.read:
            yield Problem(
                _place(file.source, kind),
                f"nobody is told when one of {kind} leaves",
                'add "active" under read, so that leads of people who left are found',
                "warning",
            )


def _place(source: Source, kind: str) -> str:
    return source.key("records", kind)


def _gives_owners(file: File[PlatformDocument]) -> bool:
    return any(
        write.from_ == "owner"
        for record in file.document.records.values()
        for write in record.write.values()
    )
