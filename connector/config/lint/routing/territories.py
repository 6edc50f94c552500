"""Territories and key accounts: tables that can be read, of one mind about every place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from connector.config.compiled.territories import (
    COLUMNS,
    Written,
    accounts_of,
    patches_of,
    written,
)
from connector.config.contents import Files
from connector.config.documents.rules.routing import RoutingDocument, TerritoriesDocument
from connector.config.lint.mapped.owners import address
from connector.config.lint.names import declared
from connector.config.near import suggest
from connector.config.tables import Table
from connector.config.yaml import Source
from connector.decide.conditions.operators import fold
from connector.decide.conditions.operators.domain import host_of
from connector.decide.routing.territory import OTHERS
from connector.model.problem import Problem
from connector.model.rules import Patch

Placed = tuple[str, Patch]


def check_territories(files: Files) -> Iterator[Problem]:
    if files.routing is None:
        return
    document, source = files.routing.document, files.routing.source
    if document.territories is not None:
        yield from _table(document.territories, source, files)
    yield from _by_fact(document, source)
    yield from _accounts(document, source)


def territory_names(files: Files, column: str = "territory") -> tuple[str, ...] | None:
    """Every territory (or region) of the table, once; None: the table could not be read."""
    if files.routing is None or files.routing.document.territories is None:
        return ()
    document = files.routing.document.territories
    if document.file is not None and not document.file.table.columns:
        return None
    rows = written(document, files.routing.source)
    return tuple(dict.fromkeys(name for row in rows if (name := str(getattr(row, column)))))


def _table(document: TerritoriesDocument, source: Source, files: Files) -> Iterator[Problem]:
    here = ("territories",)
    if document.file is None and not document.rows:
        hint = "write file: values/territories.csv, or rows"
        yield Problem(source.at(*here), "there are no territories", hint)
    fields = tuple(files.fields.document.fields) if files.fields else None
    for key in ("country", "postal_code", "state"):
        name = getattr(document, key)
        if name is not None:
            yield from declared("field", name, fields, source.at(*here, key))
    if document.file is not None and document.file.table.columns:
        wrong = list(columns(document.file.table, COLUMNS, ("territory",)))
        yield from wrong
        if wrong:
            return  # every row would be wrong
    rows = list(written(document, source))
    if document.state is None and any(row.state for row in rows):
        where = next(row.where for row in rows if row.state)
        hint = "add state: and the field's name to the territories of rules/routing.yaml"
        yield Problem(where, "nobody knows which field holds the state", hint)
    good, problems = _patches(rows)
    yield from problems
    yield from _overlaps(good)


def columns(table: Table, known: Collection[str], needed: Iterable[str]) -> Iterator[Problem]:
    """Columns that nobody reads, and those that are missing."""
    there = [name.casefold() for name in table.columns]
    where = f"{table.path}:1:1"
    for name in there:
        if name not in known:
            hint = suggest(name, known) or f"the columns are {', '.join(known)}"
            yield Problem(where, f'nobody reads the column "{name}"', hint)
    for name in needed:
        if name not in there:
            yield Problem(where, f'the column "{name}" is missing', "name it in the first line")


def _patches(rows: Iterable[Written]) -> tuple[list[Placed], list[Problem]]:
    good: list[Placed] = []
    problems: list[Problem] = []
    for row in rows:
        if not row.territory:
            problems.append(
                Problem(row.where, "a row without a territory", "name it, or remove it")
            )
            continue
        try:
            good += ((row.where, patch) for patch in patches_of(row))
        except ValueError as error:
            hint = str(error.args[1]) if len(error.args) > 1 else ""
            problems.append(Problem(row.where, str(error.args[0]), hint))
    return good, problems


class _Place(NamedTuple):
    """Rows with the same place can overlap."""

    country: str
    state: str
    length: int


def _overlaps(rows: Iterable[Placed]) -> Iterator[Problem]:
    """Of two rows the longer code counts; of equally long ones nobody could tell."""
    places: dict[_Place, list[Placed]] = {}
    for row in rows:
        patch = row[1]
        place = _Place(patch.country, fold(patch.state), len(patch.low))
        places.setdefault(place, []).append(row)
    for some in places.values():
        last: Placed | None = None
        for row in sorted(some, key=lambda one: (one[1].low, one[1].high)):
            if last is not None and row[1].low <= last[1].high:
                yield _overlap(last, row)
            if last is None or row[1].high > last[1].high:
                last = row


def _overlap(one: Placed, other: Placed) -> Problem:
    first, second = (one, other) if _line(one) <= _line(other) else (other, one)
    mine, theirs = second[1].territory, first[1].territory
    message = f"{_said(second[1])} is {mine}, and {_said(first[1])} is {theirs}"
    if mine == theirs:
        message = f"{_said(second[1])} is {mine} already"
    return Problem(second[0], message, f"{first[0]} says so; leave one of them")


def _line(placed: Placed) -> tuple[str, int, int]:
    path, line, column = placed[0].rsplit(":", 2)
    return path, int(line), int(column)


def _said(patch: Patch) -> str:
    code = patch.low if patch.low == patch.high else f"{patch.low}-{patch.high}"
    country = "every other country" if patch.country == OTHERS else patch.country
    parts = (country, patch.state, code)
    return " ".join(part for part in parts if part) or "everybody"


def _by_fact(document: RoutingDocument, source: Source) -> Iterator[Problem]:
    """A pool that is called like the territory must be there for every territory."""
    names = document.territories
    pools: Mapping[str, str] = {name.casefold(): name for name in document.pools}
    for index, rule in enumerate(document.rules):
        pool = rule.assign.pool
        if pool is None or isinstance(pool, str) or pool.by != "territory":
            continue
        where = source.at("rules", index, "assign", "pool", "by")
        if names is None:
            yield Problem(where, "there are no territories", "add territories to this file")
            continue
        rows = dict.fromkeys(row.territory for row in written(names, source))
        for name in rows:
            if name and name.casefold() not in pools:
                hint = suggest(name, document.pools) or "add one, or give it away by a rule above"
                yield Problem(where, f'no pool is called like the territory "{name}"', hint)


def _accounts(document: RoutingDocument, source: Source) -> Iterator[Problem]:
    asked = [
        index for index, rule in enumerate(document.rules) if rule.assign.key_account is not None
    ]
    if document.key_accounts is None:
        for index in asked:
            where = source.at("rules", index, "assign", "key_account")
            hint = "add key_accounts: values/key_accounts.csv"
            yield Problem(where, "there is no list of key accounts", hint)
        return
    table = document.key_accounts.table
    if not table.columns:
        return
    missing = list(columns(table, ("domain", "owner", "company"), ("domain", "owner")))
    yield from missing
    if missing:
        return
    first: dict[str, int] = {}
    for line, account in accounts_of(table):
        where = table.at(line)
        yield from address(account.owner, where)
        if not host_of(account.domain):
            hint = "write it as hansa-pumpen.example"
            yield Problem(where, f'"{account.domain}" is not a domain', hint)
        elif first.setdefault(account.domain, line) != line:
            said = f"the first one is in line {first[account.domain]}"
            yield Problem(where, f'the domain "{account.domain}" stands here twice', said)
