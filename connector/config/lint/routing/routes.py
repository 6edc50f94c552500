"""rules/routing.yaml: owners that exist, rules that can be reached."""

from __future__ import annotations

from collections.abc import Iterator

from connector.config.compiled.condition import Types, condition
from connector.config.contents import Files
from connector.config.documents.rules.routing import (
    AssignDocument,
    FallbackDocument,
    NamedByDocument,
    PoolDocument,
    RoutingDocument,
)
from connector.config.lint.conditions.implies import implies
from connector.config.lint.conditions.vocabulary import Vocabulary, lists_of
from connector.config.lint.mapped.owners import address
from connector.config.lint.names import declared, listed, twice
from connector.config.near import suggest
from connector.config.yaml import Path, Source
from connector.decide.routing.search import LANGUAGE
from connector.model.condition import Condition
from connector.model.problem import Problem


def check_routing(files: Files, words: Vocabulary) -> Iterator[Problem]:
    if files.routing is None:
        return
    document, source = files.routing.document, files.routing.source
    yield from twice("rule", source, listed(("rules",), document.rules))
    yield from _pools(document, source, files)
    for index, rule in enumerate(document.rules):
        yield from _person(rule.assign, source, ("rules", index, "assign"))
        if isinstance(rule.assign.pool, NamedByDocument):
            by, names = rule.assign.pool.by, words.names["route"]
            where = source.at("rules", index, "assign", "pool", "by")
            yield from declared("field", by, names if files.fields else None, where)
        elif rule.assign.pool is not None:
            yield from declared(
                "pool",
                rule.assign.pool,
                tuple(document.pools),
                source.at("rules", index, "assign", "pool"),
            )
    yield from _person(document.fallback, source, ("fallback",))
    yield from _shadowed(document, source, lists_of(files))


def _pools(document: RoutingDocument, source: Source, files: Files) -> Iterator[Problem]:
    used = {rule.assign.pool for rule in document.rules}
    named = any(isinstance(pool, NamedByDocument) for pool in used)
    for name, pool in document.pools.items():
        path: Path = ("pools", name)
        members = [member.casefold() for member in pool.members]
        yield from twice(
            "member", source, ((member, (*path, "members", i)) for i, member in enumerate(members))
        )
        known = set(members)
        for index, member in enumerate(pool.members):
            yield from address(member, source.at(*path, "members", index))
        for member in pool.weights:
            if member.casefold() not in known:
                where = source.key(*path, "weights", member)
                yield Problem(
                    where, f'"{member}" is no member of this pool', suggest(member, pool.members)
                )
        yield from _preferences(pool, source, path, files)
        if name not in used and not named:
            yield Problem(
                source.key(*path), f'no rule gives anything to the pool "{name}"', "", "warning"
            )


def _preferences(pool: PoolDocument, source: Source, path: Path, files: Files) -> Iterator[Problem]:
    """Languages and hours that nobody has say nothing."""
    if pool.language is not None:
        fields = tuple(files.fields.document.fields) if files.fields else None
        yield from declared("field", LANGUAGE, fields, source.at(*path, "language"))
        entries = files.owners.document.owners if files.owners else {}
        speak = {key.casefold() for key, entry in entries.items() if entry.speaks}
        readable = files.whole("mappings/owners.yaml")
        if readable and speak.isdisjoint(member.casefold() for member in pool.members):
            yield Problem(
                source.key(*path, "language"),
                "nobody knows what the members speak",
                "add speaks: [de, en] to them in mappings/owners.yaml",
                "warning",
            )
    if pool.hours is not None and files.follow_up is None and files.whole("rules/follow_up.yaml"):
        yield Problem(
            source.key(*path, "hours"),
            "nobody knows when the members work",
            "write rules/follow_up.yaml with a calendar",
            "warning",
        )


def _person(
    assign: AssignDocument | FallbackDocument, source: Source, path: Path
) -> Iterator[Problem]:
    if assign.person is not None:
        yield from address(assign.person, source.at(*path, "person"))


def _shadowed(document: RoutingDocument, source: Source, lists: Types) -> Iterator[Problem]:
    """A queue always takes; a pool or a person may be away, so a rule below it is only unlikely."""
    found = [
        condition(rule.when, source, ("rules", i, "when"), lists)
        for i, rule in enumerate(document.rules)
    ]
    for index, rule in enumerate(document.rules):
        for number in range(index):
            taker = document.rules[number]
            if not implies(found[index], found[number]):
                continue
            where = source.at("rules", index)
            if taker.assign.queue is not None:
                yield Problem(
                    where,
                    f'the rule "{rule.name}" can never be reached',
                    f'"{taker.name}" above takes all of it',
                )
                break
            whose = taker.assign.account_owner or taker.assign.key_account
            if not whose and not _overflow(found[index], found[number]):
                yield Problem(
                    where,
                    f'the rule "{rule.name}" is reached only when nobody of "{taker.name}" is free',
                    "move it up if it should come first",
                    "warning",
                )
                break


def _overflow(later: Condition, earlier: Condition) -> bool:
    """The same question twice is meant: the second answer is for when the first is busy."""
    return implies(earlier, later)
