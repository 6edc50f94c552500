"""Territories and key accounts as values, from the file and from the rows written in the rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import NamedTuple

from connector.config.documents.rules.routing import RoutingDocument, TerritoriesDocument
from connector.config.tables import Table
from connector.config.yaml import Source
from connector.decide.conditions.operators.domain import host_of
from connector.decide.fields.normal import normalise
from connector.decide.routing.territory import OTHERS
from connector.model.rules import KeyAccount, Patch, Territories

COLUMNS = ("territory", "country", "postal_code", "state", "region")
CODES = 'write "20", or "20-24"'
_SEPARATORS = re.compile(r"[\s,;]+")
_CODE = re.compile(r"[A-Z0-9]{1,10}")


class Written(NamedTuple):
    """One row as it stands in the file or in the rules; each cell may name several."""

    where: str
    territory: str
    country: tuple[str, ...]
    postal_code: tuple[str, ...]
    state: tuple[str, ...]
    region: str


def territories(document: RoutingDocument, source: Source) -> Territories:
    """The table of a document without errors."""
    found = document.territories
    if found is None:
        return Territories()
    patches = tuple(patch for row in written(found, source) for patch in patches_of(row))
    return Territories(patches, found.country, found.postal_code, found.state or "")


def written(document: TerritoriesDocument, source: Source) -> Iterator[Written]:
    """Every row, those of the file first, with its place."""
    if document.file is not None:
        table = document.file.table
        for line, cells in table.records():
            yield _row(table.at(line), cells)
    for index, row in enumerate(document.rows):
        where = source.at("territories", "rows", index)
        yield Written(
            where, row.territory, row.country, row.postal_code, row.state, row.region or ""
        )


def _row(where: str, cells: Mapping[str, str]) -> Written:
    """Codes and countries stand one after the other in a cell; a state may have a blank in it."""
    countries, codes = (
        tuple(part for part in _SEPARATORS.split(cells.get(name, "")) if part)
        for name in ("country", "postal_code")
    )
    state = cells.get("state", "")
    return Written(
        where,
        cells.get("territory", ""),
        countries,
        codes,
        (state,) if state else (),
        cells.get("region", ""),
    )


def patches_of(row: Written) -> Iterator[Patch]:
    """One patch for each country, code and state. Raises ValueError with a sentence and a hint for what is none."""
    for country, code, state in product(
        row.country or ("",), row.postal_code or ("",), row.state or ("",)
    ):
        land = land_of(country)
        low, high = span_of(code)
        yield Patch(row.territory, land, low, high, state, row.region, row.where.rpartition(":")[0])


def land_of(text: str) -> str:
    """The code of a country; * is every other one, "" any."""
    if text in ("", OTHERS):
        return text
    try:
        return str(normalise("country", text))
    except ValueError:
        raise ValueError(
            f'unknown country "{text}"', "write DE, or * for every other one"
        ) from None


def span_of(text: str) -> tuple[str, str]:
    """First and last beginning of a code: "20" is (20, 20), "20-24" is (20, 24)."""
    if not text:
        return "", ""
    first, dash, last = text.upper().replace(" ", "").partition("-")
    low, high = first, last if dash else first
    if not (_CODE.fullmatch(low) and _CODE.fullmatch(high)):
        raise ValueError(f'"{text}" is neither the beginning of a postal code nor a range', CODES)
    if len(low) != len(high):
        raise ValueError(f'the range "{text}" has ends of different length', CODES)
    if high < low:
        raise ValueError(f'the range "{text}" ends before it begins', CODES)
    return low, high


def key_accounts(document: RoutingDocument) -> tuple[KeyAccount, ...]:
    """Every company of the list, by its domain."""
    if document.key_accounts is None:
        return ()
    return tuple(found for _, found in accounts_of(document.key_accounts.table) if found.domain)


def accounts_of(table: Table) -> Iterator[tuple[int, KeyAccount]]:
    """The rows with their lines; a domain as people copy it, with www, a path, umlauts or an address before it. What is none stays
    as it is written."""
    for line, cells in table.records():
        written, owner = cells.get("domain", ""), cells.get("owner", "").lower()
        yield line, KeyAccount(host_of(written) or written, owner, f"{table.path}:{line}")
